import { html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { heatCells } from '../../core/captions/heatCells';
import type { Caption } from '../../core/captions/caption';
import type { ImageRegion } from '../../core/images/image';
import { cellCoverage, gridCell, gridCellAt } from '../../core/images/seenRegion';
import { CoverPicture } from '../common/coverPicture';
import { inlineStyle } from '../common/inlineStyle';
import { cssColor } from '../common/colorScale';

/** A block of cells that is marked: rows and columns, the last ones included. */
export interface MarkedCells {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

const inside = ({ x, y }: { readonly x: number; readonly y: number }) => x >= 0 && y >= 0 && x <= 1 && y <= 1;

/** The image with heat on its cells. What is marked is told as {@link MarkedCells}. */
@customElement('headlight-caption-picture')
export class CaptionPicture extends CoverPicture<MarkedCells> {
  @property({ attribute: false }) caption!: Caption;

  protected override get image() {
    return this.caption.image;
  }

  override render() {
    const [width, height] = this.size;
    return html`<div
      class="frame"
      tabindex="0"
      role="application"
      aria-label=${this.label}
      ${inlineStyle({ width: `${width}px`, height: `${height}px` })}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${() => void this.release()}
      @pointercancel=${this.onCancel}
      @pointerleave=${() => this.point(undefined)}
      @keydown=${this.onKey}
    >
      <img
        src=${this.source}
        alt=${this.caption.text}
        draggable="false"
        ${inlineStyle({ background: cssColor(this.caption.background) })}
      /><canvas></canvas>
      ${this.dragged()}
    </div>`;
  }

  protected override updated(): void {
    const painter = this.painter();
    if (!painter) return;
    const { context, color, rectangle } = painter;
    for (const cell of this.heat ? heatCells(this.heat, this.caption) : []) {
      context.fillStyle = cssColor(color, cell.opacity);
      context.fillRect(...rectangle(cell));
    }
    if (this.cell !== undefined) this.paintFocus(painter, this.covering(this.cell));
  }

  /** The block of cells between where marking began and a cell; undefined where nothing is marked. */
  protected override marked(cell: number): MarkedCells | undefined {
    if (this.anchor === undefined) return undefined;
    const { columns } = this.caption.grid;
    const range = (a: number, b: number) => [Math.min(a, b), Math.max(a, b)] as const;
    return {
      rows: range(Math.floor(this.anchor / columns), Math.floor(cell / columns)),
      columns: range(this.anchor % columns, cell % columns),
    };
  }

  protected override covering(cell: number): ImageRegion {
    const { seen, grid } = this.caption;
    const { rows, columns } = this.marked(cell) ?? {};
    if (!rows || !columns) return gridCell(cell, grid, seen);
    const first = gridCell(rows[0] * grid.columns + columns[0], grid, seen);
    return {
      left: first.left,
      top: first.top,
      width: first.width * (columns[1] - columns[0] + 1),
      height: first.height * (rows[1] - rows[0] + 1),
    };
  }

  private readonly onMove = (event: PointerEvent) => {
    const to = this.place(event);
    const { seen, grid } = this.caption;
    if (this.from) this.dragTo(to);
    else this.point(inside(to) ? gridCellAt(to.x, to.y, grid, seen) : undefined);
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const { seen, grid } = this.caption;
    const inside = Array.from({ length: grid.rows * grid.columns }, (_, cell) => cell).filter(
      cell => cellCoverage(cell, grid, seen) > 0,
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
    } else if (!this.coverKey(event.key)) return;
    event.preventDefault();
  };
}
