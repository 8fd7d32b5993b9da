import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { movedBy } from '../../core/cause/patchMaps';
import type { PatchPair } from '../../core/run/patch';
import { arrowStep } from '../common/arrowStep';
import { fitCanvas } from '../common/canvas';
import { cssColor, readableOn } from '../common/colorScale';
import { divergingColors } from '../common/divergingColors';
import { hatch } from '../common/hatch';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';
import { formatChange } from './causeNumbers';
import { causeEvent } from './causeEvents';
import type { KnownMap } from './askPatches';

/** Of a cell, in CSS pixels. */
const most = { width: 38, height: 28 };
const leastWidth = 5;
/** Cells as wide as this hold their number, where that is not near none. */
const numberWidth = 30;
const leastNumber = 0.1;
/** Labels of columns this narrow would run into each other. */
const labelWidth = 9;
/** Of a column's label. */
const mostLetters = 9;
const left = 40;
const fontSize = 10;

/** A cell that is pointed at. */
export interface PointedCell {
  readonly cell: number;
  readonly anchor: DOMRect;
}

/**
 * What patches do, as a heat map with the first layer below: blue where the corrupted run becomes like the clean one, orange
 * where the clean one is destroyed or the corrupted one more so. Fires `cell-point` and `cell-choose`.
 */
@customElement('headlight-patch-map')
export class PatchMap extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .frame {
        overflow: auto hidden;
      }
      canvas {
        display: block;
        cursor: pointer;
      }
      canvas:focus-visible {
        outline-offset: -1px;
      }
    `,
  ];

  @property({ attribute: false }) map!: KnownMap;
  /** Counts what is known of the map, which is filled in place. */
  @property({ attribute: false }) known = 0;
  @property({ attribute: false }) direction: PatchPair['direction'] = 'denoise';
  /** What the columns are called. */
  @property({ attribute: false }) columns: readonly string[] = [];
  @property({ attribute: false }) chosen: readonly number[] = [];
  /** A column that is marked: the position that is looked at. */
  @property({ attribute: false }) marked?: number;
  @property() label = '';
  /** Names a cell for the ear and the note. */
  @property({ attribute: false }) nameOf: (cell: number) => string = String;

  @state() private cell?: number;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);

  override render() {
    const { cell, map } = this;
    const value = cell === undefined ? NaN : map.values[cell];
    return html`<div class="frame">
        <canvas
          tabindex="0"
          role="application"
          aria-roledescription="heat map"
          aria-label="${this.label}: ${map.grid.rows.length} rows, ${map.grid.columns} columns. The arrow keys go from cell to cell, Enter patches it, Shift and Enter patches several together."
          @pointermove=${this.onPointer}
          @pointerleave=${() => this.point(undefined)}
          @click=${this.onClick}
          @blur=${() => this.point(undefined)}
          @focus=${this.onFocus}
          @keydown=${this.onKey}
        ></canvas>
      </div>
      <span class="visually-hidden" role="status"
        >${cell === undefined ? '' : `${this.nameOf(cell)}: ${map.grid.cells[cell].length === 0 ? 'cannot be patched' : Number.isNaN(value) ? 'not known yet' : formatChange(value)}`}</span
      >`;
  }

  private get shape() {
    const { rows, columns } = this.map.grid;
    const width = Math.max(leastWidth, Math.min(most.width, (this.room.width - left - 2) / Math.max(1, columns)));
    const labels = width >= labelWidth;
    const longest = Math.max(0, ...this.columns.map(name => Math.min(name.length, mostLetters)));
    const upright = this.columns.every(name => name.length * 6 <= width - 2);
    // So steep that a label does not run into its neighbour.
    const angle = Math.max(Math.PI / 5, Math.asin(Math.min(1, (fontSize + 0.5) / width)));
    const below = labels ? (upright ? 18 : 14 + longest * 6 * Math.sin(angle)) : 4;
    return { rows: rows.length, columns, width, height: most.height, labels, upright, angle, below };
  }

  protected override updated(): void {
    const { rows, columns, width, height, labels, upright, below } = this.shape;
    if (this.room.width < 60 || columns === 0) return;
    const full = left + columns * width + 2;
    const context = fitCanvas(this.canvas, Math.max(full, labels && !upright ? full + 8 : full), rows * height + below);
    if (!context) return;
    const { theme } = this.themes;
    const { grid, values } = this.map;
    grid.cells.forEach((patched, cell) => {
      const [x, y] = this.corner(cell);
      if (patched.length === 0) hatch(context, theme, [x, y, width, height]);
      else this.paint(context, theme, values[cell], [x, y, width, height]);
    });
    context.strokeStyle = cssColor(theme.line);
    context.strokeRect(left + 0.5, 0.5, columns * width, rows * height - 1);
    context.font = `${fontSize}px ${theme.monospace}`;
    context.fillStyle = cssColor(theme.dim);
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    grid.rows.forEach(({ label }, row) => context.fillText(label, left - 6, (rows - row - 0.5) * height));
    if (labels) this.nameColumns(context, theme);
    if (this.marked !== undefined) {
      context.strokeStyle = cssColor(theme.dim);
      context.strokeRect(left + this.marked * width + 0.5, 0.5, width - 1, rows * height - 1);
    }
    context.lineWidth = 2;
    context.strokeStyle = cssColor(theme.focus);
    for (const cell of this.chosen) {
      const [x, y] = this.corner(cell);
      context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    }
    context.lineWidth = 1;
    if (this.cell === undefined) return;
    const [x, y] = this.corner(this.cell);
    context.strokeStyle = cssColor(theme.foreground);
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }

  private paint(
    context: CanvasRenderingContext2D,
    theme: Theme,
    value: number,
    [x, y, width, height]: readonly [number, number, number, number],
  ): void {
    if (Number.isNaN(value)) return;
    const { positive, negative } = divergingColors(theme);
    const moved = movedBy(value, this.direction);
    const strength = Math.min(1, Math.abs(moved));
    const ink = moved > 0 ? positive : negative;
    context.fillStyle = cssColor(ink, strength);
    context.fillRect(x, y, width + 0.3, height + 0.3);
    if (width < numberWidth || Math.abs(moved) < leastNumber) return;
    const mix = (i: 0 | 1 | 2) => Math.round(ink[i] * strength + theme.background[i] * (1 - strength));
    context.fillStyle = cssColor(readableOn([mix(0), mix(1), mix(2)], theme.foreground));
    context.font = `${fontSize}px ${theme.monospace}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(value.toFixed(2).replace('-', '−'), x + width / 2, y + height / 2);
  }

  private nameColumns(context: CanvasRenderingContext2D, theme: Theme): void {
    const { rows, width, height, upright, angle } = this.shape;
    this.columns.forEach((name, column) => {
      const x = left + (column + 0.5) * width;
      context.fillStyle = cssColor(column === this.marked ? theme.foreground : theme.dim);
      if (upright) {
        context.textAlign = 'center';
        context.fillText(name, x, rows * height + 10);
        return;
      }
      context.save();
      context.translate(x + 3, rows * height + 7);
      context.rotate(-angle);
      context.textAlign = 'right';
      context.fillText(name.length > mostLetters ? `${name.slice(0, mostLetters - 1)}…` : name, 0, 0);
      context.restore();
    });
  }

  private corner(cell: number): readonly [number, number] {
    const { rows, columns, width, height } = this.shape;
    return [left + (cell % columns) * width, (rows - 1 - Math.floor(cell / columns)) * height];
  }

  private cellAt(event: MouseEvent): number | undefined {
    const { left: x, top: y } = this.canvas.getBoundingClientRect();
    const { rows, columns, width, height } = this.shape;
    const column = Math.floor((event.clientX - x - left) / width);
    const row = rows - 1 - Math.floor((event.clientY - y) / height);
    return column >= 0 && column < columns && row >= 0 && row < rows ? row * columns + column : undefined;
  }

  private point(cell: number | undefined): void {
    if (cell === this.cell) return;
    this.cell = cell;
    let detail: PointedCell | undefined;
    if (cell !== undefined) {
      const { left: x, top: y } = this.canvas.getBoundingClientRect();
      const [dx, dy] = this.corner(cell);
      const { width, height } = this.shape;
      detail = { cell, anchor: new DOMRect(x + dx, y + dy, width, height) };
    }
    this.dispatchEvent(causeEvent('cell-point', detail));
  }

  private choose(cell: number | undefined, together: boolean): void {
    if (cell === undefined || this.map.grid.cells[cell].length === 0) return;
    this.dispatchEvent(causeEvent('cell-choose', { cell, together }));
  }

  private readonly onPointer = (event: PointerEvent) => this.point(this.cellAt(event));

  private readonly onClick = (event: MouseEvent) =>
    this.choose(this.cellAt(event), event.shiftKey || event.ctrlKey || event.metaKey);

  private readonly onFocus = () => {
    if (!this.canvas.matches(':focus-visible')) return;
    this.point(this.cell ?? this.chosen[0] ?? 0);
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      event.stopPropagation();
      this.choose(this.cell, event.shiftKey || event.ctrlKey || event.metaKey);
      return;
    }
    const step = arrowStep(event.key);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { rows, columns } = this.shape;
    const cell = this.cell ?? this.chosen[0] ?? 0;
    const column = Math.min(columns - 1, Math.max(0, (cell % columns) + step[0]));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(cell / columns) - step[1]));
    this.point(row * columns + column);
    this.bringIn(column);
  };

  /** Brings a column into sight. */
  private readonly bringIn = (column: number) => {
    const frame = this.canvas.parentElement;
    const { width } = this.shape;
    const x = left + column * width;
    if (!frame) return;
    if (x < frame.scrollLeft) frame.scrollLeft = x;
    else if (x + width > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = x + width - frame.clientWidth;
  };
}
