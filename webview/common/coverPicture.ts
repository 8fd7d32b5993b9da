import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { ImageRegion } from '../../core/images/image';
import { CellPicture, type CellPainter } from './cellPicture';
import { cssColor } from './colorScale';
import { componentEvent } from './componentEvent';
import { inlineStyle } from './inlineStyle';

/** A shorter drag is a click. */
const shortestDrag = 6;

/** A place on the picture, in parts of its width and height. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
}

/**
 * An image with heat of which parts can be covered. Fires `cell-point` (detail: a cell, or undefined) where one points or
 * steps to, `mark` (detail: what is marked, or undefined) where Shift and arrow keys mark several, and `cover` (detail: a
 * region) after a drag, or Enter on what is marked.
 * @typeParam Mark what is marked, as `mark` tells it.
 */
export abstract class CoverPicture<Mark> extends CellPicture {
  static override styles = [
    ...CellPicture.styles,
    css`
      .frame {
        touch-action: none;
      }
      .drag {
        position: absolute;
        border: 1px dashed var(--vscode-focusBorder);
        background: color-mix(in srgb, gray 60%, transparent);
        pointer-events: none;
      }
    `,
  ];

  @state() protected drag?: ImageRegion;
  /** The cell at which marking by keys began. */
  @state() protected anchor?: number;
  protected from?: PicturePlace;

  /** What is marked between where marking began and a cell; undefined where nothing is. */
  protected abstract marked(cell: number): Mark | undefined;
  /** What Enter covers: what is marked up to a cell, or the cell; undefined where there is none of that number. */
  protected abstract covering(cell: number): ImageRegion | undefined;

  /** The region that is being dragged, for the frame. */
  protected dragged(): TemplateResult | typeof nothing {
    if (!this.drag) return nothing;
    const [left, top, width, height] = [this.drag.left, this.drag.top, this.drag.width, this.drag.height].map(
      part => `${part * 100}%`,
    );
    return html`<div class="drag" ${inlineStyle({ left, top, width, height })}></div>`;
  }

  /** Draws a frame on a ground of its own: the picture and its heat may have the frame's colour. */
  protected paintFocus({ context, theme, rectangle }: CellPainter, region: ImageRegion): void {
    for (const [color, lineWidth] of [
      [theme.background, 5],
      [theme.focus, 2],
    ] as const) {
      Object.assign(context, { strokeStyle: cssColor(color), lineWidth });
      context.strokeRect(...rectangle(region));
    }
  }

  /** @param anchor where marking by keys began, while it goes on. */
  protected point(cell: number | undefined, anchor?: number): void {
    if (anchor !== this.anchor || anchor !== undefined) {
      this.anchor = anchor;
      this.dispatchEvent(componentEvent('mark', cell === undefined ? undefined : this.marked(cell)));
    }
    if (cell !== this.cell) this.dispatchEvent(componentEvent('cell-point', cell));
  }

  /** Where the pointer is, at the picture's edge where it is outside. */
  protected place(event: PointerEvent): PicturePlace {
    const { x, y } = this.partsAt(event);
    const inside = (part: number) => Math.min(1, Math.max(0, part));
    return { x: inside(x), y: inside(y) };
  }

  /** The pointer moved while it is down. */
  protected dragTo(to: PicturePlace): void {
    if (!this.from) return;
    this.drag = {
      left: Math.min(to.x, this.from.x),
      top: Math.min(to.y, this.from.y),
      width: Math.abs(to.x - this.from.x),
      height: Math.abs(to.y - this.from.y),
    };
  }

  /** The pointer went up. @returns where it had gone down, if that was a click and nothing is covered. */
  protected release(): PicturePlace | undefined {
    const { drag, from } = this;
    const [width, height] = this.size;
    this.onCancel();
    if (!drag || drag.width * width < shortestDrag || drag.height * height < shortestDrag) return from;
    this.dispatchEvent(componentEvent('cover', drag));
    return undefined;
  }

  /** Escape and Enter. @returns whether the key was one of them. */
  protected coverKey(key: string): boolean {
    if (key === 'Escape') this.point(undefined);
    else {
      const covering = key === 'Enter' && this.cell !== undefined ? this.covering(this.cell) : undefined;
      if (!covering) return false;
      this.dispatchEvent(componentEvent('cover', covering));
    }
    return true;
  }

  protected readonly onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    this.from = this.place(event);
    this.frame.setPointerCapture(event.pointerId);
  };

  protected readonly onCancel = () => {
    this.from = this.drag = undefined;
  };
}
