import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { rampLength } from '../../core/export/colorRamp';
import { arrowStep } from '../common/arrowStep';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { divergingColors } from '../common/divergingColors';
import { frameStyles } from '../common/frame.styles';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';

/** A cell of a grid, counted from 0. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
}

/** What is pointed at, and where it is in the window. */
export interface PointedCell extends GridCell {
  readonly anchor: DOMRect;
}

/** In CSS pixels. */
const headHeight = 16;
const labelWidth = 16;
const rowHeight = 14;
const widestCell = 16;

/**
 * Numbers in rows and columns as coloured cells. Fires `cell-choose` (detail: a {@link GridCell}) at a click and the arrow
 * keys, Home and End, and `cell-point` (detail: a {@link PointedCell} or nothing) as the pointer moves.
 */
@customElement('headlight-number-grid')
export class NumberGrid extends LitElement {
  static override styles = [
    sharedStyles,
    frameStyles,
    css`
      .frame {
        border-color: transparent;
        overflow: hidden;
        cursor: pointer;
      }
      canvas {
        display: block;
      }
    `,
  ];

  /** [row][column], row-major. */
  @property({ attribute: false }) values: Float32Array = new Float32Array();
  @property({ attribute: false }) columns = 1;
  /** Of each row, of each column; none: nothing is written there. */
  @property({ attribute: false }) rowLabels: readonly string[] = [];
  @property({ attribute: false }) columnLabels: readonly string[] = [];
  /** Whether numbers lie on both sides of zero; else they are weights from 0 to 1. */
  @property({ type: Boolean }) signed = false;
  @property({ attribute: false }) chosen?: GridCell;
  @property() label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.frame') private readonly frame!: HTMLElement;
  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);

  override render() {
    return html`<div
      class="frame"
      tabindex="0"
      role="application"
      aria-label=${this.label}
      ${inlineStyle({ height: `${this.top + this.rows * rowHeight + 2}px` })}
      @click=${this.onClick}
      @pointermove=${this.onMove}
      @pointerleave=${() => this.dispatchEvent(componentEvent('cell-point', undefined))}
      @keydown=${this.onKey}
    >
      <canvas></canvas>
    </div>`;
  }

  private get rows(): number {
    return Math.ceil(this.values.length / this.columns);
  }

  private get top(): number {
    return this.columnLabels.length > 0 ? headHeight : 0;
  }

  private get left(): number {
    return this.rowLabels.length > 0 ? labelWidth : 0;
  }

  private get cellWidth(): number {
    return Math.min(widestCell, (this.room.width - 2 - this.left) / this.columns);
  }

  protected override updated(): void {
    const { width } = this.room;
    const { rows, columns, values, top, left, cellWidth, chosen } = this;
    if (width <= 2) return;
    const { theme } = this.themes;
    const context = fitCanvas(this.canvas, width - 2, top + rows * rowHeight);
    if (!context) return;
    const { positive, negative } = divergingColors(theme);
    const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
    context.textAlign = 'center';
    context.font = `${cellWidth < 8 ? 9 : 11}px ${theme.monospace}`;
    this.columnLabels.forEach((label, column) => {
      context.fillStyle = cssColor(chosen?.column === column ? theme.foreground : theme.dim);
      context.fillText(label === ' ' ? '·' : label, left + (column + 0.5) * cellWidth, headHeight - 4);
    });
    this.rowLabels.forEach((label, row) => {
      context.fillStyle = cssColor(theme.foreground);
      context.font = `${chosen?.row === row ? 'bold ' : ''}12px ${theme.monospace}`;
      context.fillText(label, 6, top + row * rowHeight + 11);
    });
    const gap = cellWidth >= 5 ? 1 : 0.5;
    values.forEach((value, i) => {
      const [x, y] = [left + (i % columns) * cellWidth, top + Math.floor(i / columns) * rowHeight];
      const place = Math.round(Math.min(1, Math.max(0.02, value)) * (rampLength - 1));
      context.fillStyle = this.signed
        ? cssColor(value < 0 ? negative : positive, Math.max(0.06, Math.abs(value) / most))
        : cssColor(theme.heat.colors[place]);
      context.fillRect(x, y, cellWidth - gap, rowHeight - 1);
    });
    if (!chosen) return;
    context.lineWidth = 1;
    if (!this.signed) {
      context.strokeStyle = cssColor(theme.dim);
      context.strokeRect(left + 0.5, top + chosen.row * rowHeight - 0.5, columns * cellWidth - 1, rowHeight);
    }
    context.strokeStyle = cssColor(theme.foreground);
    context.lineWidth = 2;
    context.strokeRect(
      left + chosen.column * cellWidth,
      top + chosen.row * rowHeight,
      Math.max(3, cellWidth - gap),
      rowHeight - 1,
    );
  }

  private cellAt({ clientX, clientY }: MouseEvent): GridCell | undefined {
    const frame = this.frame.getBoundingClientRect();
    const row = Math.floor((clientY - frame.top - 1 - this.top) / rowHeight);
    const column = Math.floor((clientX - frame.left - 1 - this.left) / this.cellWidth);
    const there = row >= 0 && column >= 0 && column < this.columns && row * this.columns + column < this.values.length;
    return there ? { row, column } : undefined;
  }

  private choose(cell: GridCell): void {
    this.dispatchEvent(componentEvent('cell-choose', cell));
  }

  private readonly onClick = (event: MouseEvent) => {
    const cell = this.cellAt(event);
    if (cell) this.choose(cell);
  };

  private readonly onMove = (event: PointerEvent) => {
    const cell = this.cellAt(event);
    const frame = this.frame.getBoundingClientRect();
    const pointed: PointedCell | undefined = cell && {
      ...cell,
      anchor: new DOMRect(
        frame.left + 1 + this.left + cell.column * this.cellWidth,
        frame.top + 1 + this.top + cell.row * rowHeight,
        this.cellWidth,
        rowHeight,
      ),
    };
    this.dispatchEvent(componentEvent('cell-point', pointed));
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { row, column } = this.chosen ?? { row: 0, column: 0 };
    const step = arrowStep(event.key);
    const edge = { Home: 0, End: this.columns - 1 }[event.key];
    if (!step && edge === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const [right, down] = step ?? [0, 0];
    const to = {
      row: Math.min(this.rows - 1, Math.max(0, row + down)),
      column: Math.min(this.columns - 1, Math.max(0, edge ?? column + right)),
    };
    if (to.row * this.columns + to.column < this.values.length) this.choose(to);
  };
}
