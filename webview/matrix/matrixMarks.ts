import { cssColor } from '../common/colorScale';
import type { Theme } from '../common/theme';
import type { CellRange } from '../../core/attention/cellRange';
import type { Cell } from '../run/events';
import type { HeadMatrix } from '../run/headMatrix';
import type { MatrixLabels } from './matrixLabels';
import type { MatrixLayout } from './matrixLayout';
import type { MatrixViewport } from '../run/choice';

/** What is marked on a matrix. */
export interface MatrixMarks {
  readonly matrix: HeadMatrix;
  readonly viewport: MatrixViewport;
  readonly layout: MatrixLayout;
  readonly labels: MatrixLabels;
  readonly causal: boolean;
  readonly theme: Theme;
  /** The row that the rest of the panel tells about, and whether it stays. */
  readonly shownQuery: number;
  readonly locked: boolean;
  readonly pointed?: Cell;
  readonly brushed?: CellRange;
  /** Of a pair of texts: the first token of the second. */
  readonly boundary?: number;
  /** What alone is shown: the rest is left blank. */
  readonly only?: CellRange;
}

/** Paints what follows the pointer and the keyboard: the shown row, a crosshair, the brushed range, where one is, and names. */
export function paintMarks(context: CanvasRenderingContext2D, marks: MatrixMarks): void {
  const { layout, matrix, theme, shownQuery, brushed } = marks;
  const { left, top, matrixWidth, matrixHeight, firstX, firstY, cellWidth, cellHeight } = layout;
  const { query, key } = marks.pointed ?? {};
  context.save();
  context.beginPath();
  context.rect(left - 3, top - 3, matrixWidth + 6, matrixHeight + 6);
  context.clip();
  const frame = (row: number, column: number, columns: number, color: string, lineWidth: number) => {
    const out = Math.min(cellWidth, cellHeight) < 6 ? lineWidth : 0;
    context.lineWidth = lineWidth;
    context.strokeStyle = color;
    const inset = lineWidth / 2 - out;
    context.strokeRect(
      firstX + column * cellWidth + inset,
      firstY + row * cellHeight + inset,
      columns * cellWidth - 2 * inset,
      cellHeight - 2 * inset,
    );
  };
  const seen = (row: number) => (marks.causal ? Math.min(matrix.keys, row + 1) : matrix.keys);
  if (marks.only) paintRest(context, layout, marks.only, theme, 1);
  if (marks.boundary !== undefined) paintBoundary(context, layout, marks.boundary, theme);
  if (brushed) paintBrush(context, layout, brushed, theme);
  if (key !== undefined) {
    context.fillStyle = cssColor(theme.foreground, theme.highContrast ? 0.2 : 0.1);
    const bottom = query === undefined ? matrix.queries : query;
    context.fillRect(firstX + key * cellWidth, firstY, cellWidth, bottom * cellHeight);
  }
  frame(shownQuery, 0, seen(shownQuery), cssColor(theme.focus), marks.locked ? 2 : 1.5);
  if (query !== undefined && query !== shownQuery) frame(query, 0, seen(query), cssColor(theme.dim), 1);
  if (query !== undefined && key !== undefined) frame(query, key, 1, cssColor(theme.foreground), 1.5);
  paintPosition(context, marks);
  context.restore();
  const rows = query === undefined || query === shownQuery ? [shownQuery] : [shownQuery, query];
  marks.labels.paintMarked(context, rows, key === undefined ? [] : [key]);
}

/** Lines between the two texts of a pair. */
function paintBoundary(
  context: CanvasRenderingContext2D,
  { left, top, matrixWidth, matrixHeight, firstX, firstY, cellWidth, cellHeight }: MatrixLayout,
  boundary: number,
  theme: Theme,
): void {
  const [x, y] = [Math.round(firstX + boundary * cellWidth), Math.round(firstY + boundary * cellHeight)];
  context.fillStyle = cssColor(theme.foreground, theme.highContrast ? 1 : 0.6);
  if (x > left && x < left + matrixWidth) context.fillRect(x, top, 1, matrixHeight);
  if (y > top && y < top + matrixHeight) context.fillRect(left, y, matrixWidth, 1);
}

/** Covers all but a range, and gives where that is. */
function paintRest(
  context: CanvasRenderingContext2D,
  { left, top, matrixWidth, matrixHeight, firstX, firstY, cellWidth, cellHeight }: MatrixLayout,
  range: CellRange,
  theme: Theme,
  opacity: number,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const x = firstX + range.firstKey * cellWidth;
  const y = firstY + range.firstQuery * cellHeight;
  const width = (range.lastKey - range.firstKey + 1) * cellWidth;
  const height = (range.lastQuery - range.firstQuery + 1) * cellHeight;
  context.beginPath();
  context.rect(left, top, matrixWidth, matrixHeight);
  context.rect(x, y, width, height);
  context.fillStyle = cssColor(theme.background, opacity);
  context.fill('evenodd');
  return { x, y, width, height };
}

/** What is not brushed is dimmed, and the range has a dashed frame. */
function paintBrush(context: CanvasRenderingContext2D, layout: MatrixLayout, range: CellRange, theme: Theme): void {
  const { x, y, width, height } = paintRest(context, layout, range, theme, 0.55);
  context.lineWidth = theme.highContrast ? 2 : 1;
  context.strokeStyle = cssColor(theme.foreground);
  context.setLineDash([4, 3]);
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  context.setLineDash([]);
}

/** Which part of the matrix is in sight: bars along its right and its bottom edge. */
function paintPosition(
  context: CanvasRenderingContext2D,
  { viewport: { zoom, column, row }, matrix, layout, theme }: MatrixMarks,
): void {
  if (zoom === 1) return;
  const { left, top, matrixWidth, matrixHeight } = layout;
  context.fillStyle = cssColor(theme.foreground, theme.highContrast ? 1 : 0.45);
  context.fillRect(left + (column / matrix.keys) * matrixWidth, top + matrixHeight - 3, matrixWidth / zoom, 3);
  context.fillRect(left + matrixWidth - 3, top + (row / matrix.queries) * matrixHeight, 3, matrixHeight / zoom);
}
