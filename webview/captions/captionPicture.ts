import { css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { heatCells } from '../../core/captions/heatCells';
import { cellAt, cellCoverage, cellRegion } from '../../core/images/cellGeometry';
import type { Caption } from '../../core/captions/caption';
import type { ImageRegion } from '../../core/images/image';
import { CellPicture } from '../common/cellPicture';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { cssColor } from '../common/colorScale';

/** A shorter drag is a click. */
const shortestDrag = 6;

/** A block of cells that is marked: rows and columns, the last ones included. */
export interface MarkedCells {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/**
 * The image with heat on its cells. Fires `cell-point` (detail: a cell, or undefined) where the pointer or an arrow key is,
 * `mark` (detail: {@link MarkedCells}, or undefined) where Shift and arrow keys mark several, and `cover` (detail: a region)
 * after a drag, or Enter on what is marked.
 */
@customElement('headlight-caption-picture')
export class CaptionPicture extends CellPicture {
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

  @property({ attribute: false }) caption!: Caption;

  @state() private drag?: ImageRegion;
  /** The cell at which marking by keys began. */
  @state() private anchor?: number;
  private from?: { x: number; y: number };

  protected override get image() {
    return this.caption.image;
  }

  override render() {
    const [width, height] = this.size;
    const { drag } = this;
    return html`<div
      class="frame"
      tabindex="0"
      role="application"
      aria-label=${this.label}
      ${inlineStyle({ width: `${width}px`, height: `${height}px` })}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointerleave=${() => this.point(undefined)}
      @keydown=${this.onKey}
    >
      <img
        src=${this.source}
        alt=${this.caption.text}
        draggable="false"
        ${inlineStyle({ background: cssColor(this.caption.background) })}
      /><canvas></canvas>
      ${drag ? html`<div class="drag" ${inlineStyle(dragStyle(drag))}></div>` : ''}
    </div>`;
  }

  protected override updated(): void {
    const painter = this.painter();
    if (!painter) return;
    const { context, theme, color, rectangle } = painter;
    const {
      heat,
      caption: { square, grid },
    } = this;
    for (const cell of heat ? heatCells(heat, this.caption) : []) {
      context.fillStyle = cssColor(color, cell.opacity);
      context.fillRect(...rectangle(cell));
    }
    if (this.cell === undefined) return;
    const marked = this.marked(this.cell);
    const frame = rectangle(marked ? this.region(marked) : cellRegion(this.cell, grid, square.width, square.height));
    // On a ground of its own: the picture and its heat may have the frame's colour.
    for (const [color, lineWidth] of [
      [theme.background, 5],
      [theme.focus, 2],
    ] as const) {
      context.strokeStyle = cssColor(color);
      context.lineWidth = lineWidth;
      context.strokeRect(...frame);
    }
  }

  /** The block of cells between where marking began and a cell; undefined where nothing is marked. */
  private marked(cell: number): MarkedCells | undefined {
    if (this.anchor === undefined) return undefined;
    const { columns } = this.caption.grid;
    const range = (a: number, b: number) => [Math.min(a, b), Math.max(a, b)] as const;
    return {
      rows: range(Math.floor(this.anchor / columns), Math.floor(cell / columns)),
      columns: range(this.anchor % columns, cell % columns),
    };
  }

  private region({ rows, columns }: MarkedCells): ImageRegion {
    const { square, grid } = this.caption;
    const first = cellRegion(rows[0] * grid.columns + columns[0], grid, square.width, square.height);
    return {
      left: first.left,
      top: first.top,
      width: first.width * (columns[1] - columns[0] + 1),
      height: first.height * (rows[1] - rows[0] + 1),
    };
  }

  private place(event: PointerEvent): { x: number; y: number } {
    const { x, y } = this.partsAt(event);
    const inside = (part: number) => Math.min(1, Math.max(0, part));
    return { x: inside(x), y: inside(y) };
  }

  /** @param anchor where marking by keys began, while it goes on. */
  private point(cell: number | undefined, anchor?: number): void {
    if (anchor !== this.anchor || anchor !== undefined) {
      this.anchor = anchor;
      this.dispatchEvent(componentEvent('mark', cell === undefined ? undefined : this.marked(cell)));
    }
    if (cell !== this.cell) this.dispatchEvent(componentEvent('cell-point', cell));
  }

  private readonly onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    this.from = this.place(event);
    this.frame.setPointerCapture(event.pointerId);
  };

  private readonly onMove = (event: PointerEvent) => {
    const to = this.place(event);
    const { square, grid } = this.caption;
    if (!this.from) return this.point(cellAt(to.x, to.y, grid, square.width, square.height));
    this.drag = {
      left: Math.min(to.x, this.from.x),
      top: Math.min(to.y, this.from.y),
      width: Math.abs(to.x - this.from.x),
      height: Math.abs(to.y - this.from.y),
    };
  };

  private readonly onUp = () => {
    const { drag } = this;
    const [width, height] = this.size;
    this.from = this.drag = undefined;
    if (drag && drag.width * width >= shortestDrag && drag.height * height >= shortestDrag) {
      this.dispatchEvent(componentEvent('cover', drag));
    }
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const { square, grid } = this.caption;
    const inside = Array.from({ length: grid.rows * grid.columns }, (_, cell) => cell).filter(
      cell => cellCoverage(cell, grid, square.width, square.height) > 0,
    );
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: grid.columns, ArrowUp: -grid.columns }[event.key];
    if (step !== undefined) {
      const to = this.cell === undefined ? inside[0] : this.cell + step;
      // A step to the side stays in its row.
      const turns =
        Math.abs(step) === 1 &&
        this.cell !== undefined &&
        Math.floor(to / grid.columns) !== Math.floor(this.cell / grid.columns);
      if (inside.includes(to) && !turns) this.point(to, event.shiftKey ? (this.anchor ?? this.cell) : undefined);
    } else if (event.key === 'Escape') this.point(undefined);
    else if (event.key === 'Enter' && this.cell !== undefined) {
      const marked = this.marked(this.cell);
      this.dispatchEvent(
        componentEvent(
          'cover',
          marked ? this.region(marked) : cellRegion(this.cell, grid, square.width, square.height),
        ),
      );
    } else return;
    event.preventDefault();
  };
}

function dragStyle({ left, top, width, height }: ImageRegion) {
  return { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` };
}
