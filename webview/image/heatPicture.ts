import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatWeight } from '../../core/attention/formatWeight';
import { heatOpacity, imageGround } from '../../core/images/heatOpacity';
import { cellName } from '../../core/images/imagePlace';
import { gridCell, gridCellAt } from '../../core/images/seenRegion';
import type { ImageExplanation } from '../../core/images/explained';
import '../common/hoverNote';
import { CellPicture } from '../common/cellPicture';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { cellAfterKey } from './cellKeys';

/** An image with heat on its cells and the boxes of objects. Fires `cell-choose` (detail: a cell) at a click, arrow key or Enter. */
@customElement('headlight-heat-picture')
export class HeatPicture extends CellPicture {
  @property({ attribute: false }) explanation!: ImageExplanation;
  /** The object whose box stands out. */
  @property({ attribute: false }) answer?: number;

  /** What the pointer is over, and where it is in the window. */
  @state() private pointed?: { readonly cell: number; readonly at: DOMRect };

  protected override get image() {
    return this.explanation.image;
  }

  override render() {
    const [width, height] = this.size;
    return html`<div
        class="frame"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        ${inlineStyle({ width: `${width}px`, height: `${height}px`, background: imageGround })}
        @click=${this.onClick}
        @keydown=${this.onKey}
        @pointermove=${this.onPointer}
        @pointerleave=${this.onLeave}
      >
        <img src=${this.source} alt="" draggable="false" /><canvas></canvas>
      </div>
      ${this.note()}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size === 1 && changed.has('pointed')) return;
    const painter = this.painter();
    if (!painter) return;
    const { context, theme, color, rectangle } = painter;
    const {
      heat,
      explanation: { grid, seen, answers },
    } = this;
    if (heat) {
      heatOpacity(heat).forEach((opacity, cell) => {
        context.fillStyle = cssColor(color, opacity);
        context.fillRect(...rectangle(gridCell(cell, grid, seen)));
      });
    }
    answers.forEach(({ box }, i) => {
      if (!box) return;
      const chosen = i === this.answer;
      // On a ground of its own, so that it is seen on any picture.
      for (const [style, lineWidth] of [
        [cssColor(theme.background, 0.6), chosen ? 5 : 3],
        [cssColor(chosen ? theme.focus : theme.foreground), chosen ? 3 : 1],
      ] as const) {
        Object.assign(context, { strokeStyle: style, lineWidth });
        context.strokeRect(...rectangle(box));
      }
    });
    if (this.cell === undefined) return;
    context.lineWidth = 2;
    context.strokeStyle = cssColor(theme.focus);
    context.strokeRect(...rectangle(gridCell(this.cell, grid, seen)));
  }

  private choose(cell: number | undefined): void {
    if (cell !== undefined) this.dispatchEvent(componentEvent('cell-choose', cell));
  }

  /** The cell under the pointer, and its number. */
  private note() {
    const {
      pointed,
      heat,
      explanation: { grid },
    } = this;
    return pointed && heat
      ? html`<headlight-hover-note
          .anchor=${pointed.at}
          .from=${cellName(pointed.cell, grid.columns)}
          .value=${formatWeight(heat[pointed.cell])}
        ></headlight-hover-note>`
      : nothing;
  }

  private cellUnder(event: MouseEvent): number | undefined {
    const { x, y } = this.partsAt(event);
    const { grid, seen } = this.explanation;
    return gridCellAt(x, y, grid, seen);
  }

  private readonly onClick = (event: MouseEvent) => {
    this.choose(this.cellUnder(event));
  };

  private readonly onPointer = (event: PointerEvent) => {
    const cell = this.cellUnder(event);
    this.pointed = cell === undefined ? undefined : { cell, at: new DOMRect(event.clientX, event.clientY, 0, 0) };
  };

  private readonly onLeave = () => {
    this.pointed = undefined;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const to = cellAfterKey(event.key, this.cell, this.explanation.grid);
    if (to === undefined) return;
    event.preventDefault();
    this.choose(to);
  };
}
