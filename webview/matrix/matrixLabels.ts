import { cssColor } from '../common/colorScale';
import type { Theme } from '../common/theme';
import { columnPitch, labelAngle, labelPitch, type MatrixLayout } from './matrixLayout';

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

  /** All names that there is room for, quietly. */
  paintAll(context: CanvasRenderingContext2D): void {
    const { rowStep, columnStep, cellHeight, cellWidth, firstX, firstY, left, top, matrixWidth, matrixHeight } =
      this.layout;
    context.font = labelFont(this.theme);
    context.fillStyle = cssColor(this.theme.dim);
    const lastRow = Math.min(this.rows.length - 1, (top + matrixHeight - firstY) / cellHeight);
    for (let row = firstOf(firstY, top, cellHeight, rowStep); row <= lastRow; row += rowStep) {
      this.paintRow(context, row);
    }
    const lastColumn = Math.min(this.columns.length - 1, (left + matrixWidth - firstX) / cellWidth);
    for (let column = firstOf(firstX, left, cellWidth, columnStep); column <= lastColumn; column += columnStep) {
      this.paintColumn(context, column);
    }
  }

  /** The names of rows and columns that stand out, in place of the quiet ones that they would run into. */
  paintMarked(context: CanvasRenderingContext2D, rows: readonly number[], columns: readonly number[]): void {
    const { rowStep, columnStep, cellHeight, cellWidth, left, top } = this.layout;
    context.font = labelFont(this.theme);
    context.fillStyle = cssColor(this.theme.background);
    for (const row of near(rows, rowStep, labelPitch / cellHeight)) {
      if (this.rowInSight(row)) context.fillRect(0, this.rowMiddle(row) - labelPitch / 2, left - 1, labelPitch + 1);
    }
    for (const column of near(columns, columnStep, columnPitch / cellWidth)) {
      if (!this.columnInSight(column)) continue;
      context.save();
      this.turnTo(context, column);
      context.fillRect(-1, 4 - labelPitch, top / Math.sin(-labelAngle), labelPitch + 1);
      context.restore();
    }
    context.fillStyle = cssColor(this.theme.foreground);
    for (const row of rows) this.paintRow(context, row);
    for (const column of columns) this.paintColumn(context, column);
  }

  private paintRow(context: CanvasRenderingContext2D, row: number): void {
    if (!this.rowInSight(row)) return;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const label = this.numbered(this.rows[row], row, this.layout.rowStep);
    context.fillText(
      this.shorten(context, label, this.layout.left - rowGap - 1),
      this.layout.left - rowGap,
      this.rowMiddle(row),
    );
  }

  private paintColumn(context: CanvasRenderingContext2D, column: number): void {
    if (!this.columnInSight(column)) return;
    context.save();
    this.turnTo(context, column);
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    const label = this.numbered(this.columns[column], column, this.layout.columnStep);
    context.fillText(this.shorten(context, label, (this.layout.top - columnGap) / Math.sin(-labelAngle) - 4), 0, 3);
    context.restore();
  }

  private turnTo(context: CanvasRenderingContext2D, column: number): void {
    context.translate(this.columnMiddle(column), this.layout.top - columnGap);
    context.rotate(labelAngle);
  }

  private rowMiddle(row: number): number {
    return this.layout.firstY + (row + 0.5) * this.layout.cellHeight;
  }

  private columnMiddle(column: number): number {
    return this.layout.firstX + (column + 0.5) * this.layout.cellWidth;
  }

  private rowInSight(row: number): boolean {
    const distance = this.rowMiddle(row) - this.layout.top;
    return distance >= -1 && distance <= this.layout.matrixHeight + 1;
  }

  private columnInSight(column: number): boolean {
    const distance = this.columnMiddle(column) - this.layout.left;
    return distance >= -1 && distance <= this.layout.matrixWidth + 1;
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
      do characters.pop();
      while (characters.length > 0 && context.measureText(`${characters.join('')}…`).width > width);
      result = `${characters.join('')}…`;
    }
    this.shortened.set(key, result);
    return result;
  }
}

/** The labelled rows or columns (each `step`-th) that are nearer to marked ones than labels may be. */
function near(marked: readonly number[], step: number, distance: number): Set<number> {
  const found = new Set<number>();
  for (const place of marked) {
    for (let label = Math.ceil((place - distance + 1e-6) / step) * step; label < place + distance; label += step) {
      found.add(label);
    }
  }
  return found;
}

/** The first row or column in sight that has a label. */
function firstOf(first: number, edge: number, cell: number, step: number): number {
  return Math.max(0, Math.floor((edge - first) / cell / step) * step);
}

/** The font of the labels. */
function labelFont(theme: Theme): string {
  return `11px ${theme.monospace}`;
}

let measuring: CanvasRenderingContext2D | null | undefined;

/** The lengths of labels in CSS pixels, in the order of the labels. */
export function labelLengths(labels: readonly string[], theme: Theme): number[] {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (!measuring) return labels.map(() => 0);
  const context = measuring;
  context.font = labelFont(theme);
  const known = new Map<string, number>();
  return labels.map(label => {
    let length = known.get(label);
    if (length === undefined) known.set(label, (length = context.measureText(label.slice(0, 40)).width + 2));
    return length;
  });
}
