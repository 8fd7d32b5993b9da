import { cssColor } from '../common/colorScale';
import type { Theme } from '../common/theme';
import { labelAngle, labelPitch, type MatrixLayout } from './matrixLayout';

const rowGap = 5;
const columnGap = 5;

/** Draws the tokens' names along the matrix. */
export class MatrixLabels {
  private readonly shortened = new Map<string, string>();

  constructor(
    private readonly layout: MatrixLayout,
    private readonly theme: Theme,
    private readonly rows: readonly string[],
    private readonly columns: readonly string[],
  ) {}

  /** All names that there is room for, quietly, and those of the rows and columns that stand out. */
  paint(context: CanvasRenderingContext2D, rows: readonly number[], columns: readonly number[]): void {
    const { rowStep, columnStep, cellHeight, cellWidth } = this.layout;
    const { theme } = this;
    context.font = labelFont(theme);
    context.fillStyle = cssColor(theme.dim);
    for (let row = firstOf(this.layout.firstY, this.layout.top, cellHeight, rowStep); row < this.rows.length; row += rowStep) {
      if (rows.every(other => Math.abs(other - row) * cellHeight >= labelPitch)) this.paintRow(context, row);
    }
    for (let column = firstOf(this.layout.firstX, this.layout.left, cellWidth, columnStep); column < this.columns.length; column += columnStep) {
      if (columns.every(other => Math.abs(other - column) * cellWidth >= labelPitch)) this.paintColumn(context, column);
    }
    context.fillStyle = cssColor(theme.foreground);
    for (const row of rows) this.paintRow(context, row);
    for (const column of columns) this.paintColumn(context, column);
  }

  private paintRow(context: CanvasRenderingContext2D, row: number): void {
    const middle = this.rowMiddle(row);
    if (middle < this.layout.top - 1 || middle > this.layout.top + this.layout.matrixHeight + 1) return;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const label = this.numbered(this.rows[row], row, this.layout.rowStep);
    context.fillText(this.shorten(context, label, this.layout.left - rowGap - 1), this.layout.left - rowGap, middle);
  }

  private paintColumn(context: CanvasRenderingContext2D, column: number): void {
    const middle = this.layout.firstX + (column + 0.5) * this.layout.cellWidth;
    if (middle < this.layout.left - 1 || middle > this.layout.left + this.layout.matrixWidth + 1) return;
    context.save();
    this.turnTo(context, column);
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    const label = this.numbered(this.columns[column], column, this.layout.columnStep);
    context.fillText(this.shorten(context, label, (this.layout.top - columnGap) / Math.sin(-labelAngle) - 4), 0, 3);
    context.restore();
  }

  private turnTo(context: CanvasRenderingContext2D, column: number): void {
    context.translate(this.layout.firstX + (column + 0.5) * this.layout.cellWidth, this.layout.top - columnGap);
    context.rotate(labelAngle);
  }

  private rowMiddle(row: number): number {
    return this.layout.firstY + (row + 0.5) * this.layout.cellHeight;
  }

  /** Where not every token is named, its number tells how far along it is. */
  private numbered(label: string, index: number, step: number): string {
    return step > 1 ? `${index} ${label}` : label;
  }

  private shorten(context: CanvasRenderingContext2D, label: string, width: number): string {
    const key = `${Math.round(width)} ${label}`;
    const known = this.shortened.get(key);
    if (known !== undefined) return known;
    let result = label;
    if (context.measureText(label).width > width) {
      const characters = Array.from(label);
      do characters.pop(); while (characters.length > 0 && context.measureText(`${characters.join('')}…`).width > width);
      result = `${characters.join('')}…`;
    }
    this.shortened.set(key, result);
    return result;
  }
}

/** The first row or column in sight that has a label. */
function firstOf(first: number, edge: number, cell: number, step: number): number {
  return Math.max(0, Math.floor((edge - first) / cell / step) * step);
}

/** The font of the labels. */
export function labelFont(theme: Theme): string {
  return `11px ${theme.monospace}`;
}

let measuring: CanvasRenderingContext2D | null | undefined;

/** The lengths of labels in CSS pixels, in the order of the labels. */
export function labelLengths(labels: readonly string[], theme: Theme): number[] {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (!measuring) return labels.map(() => 0);
  const context = measuring;
  context.font = labelFont(theme);
  return labels.map(label => context.measureText(label.slice(0, 40)).width + 2);
}
