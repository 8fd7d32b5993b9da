import type { MatrixScale } from '../../core/attention/weightScale';
import { cssColor } from '../common/colorScale';
import type { Theme } from '../common/theme';
import { type HeadMatrix, hiddenOf, sumsOf, type MatrixRegion } from '../run/headMatrix';
import type { MatrixLabels } from './matrixLabels';
import { type MatrixLayout, marginalGap, marginalSize } from './matrixLayout';
import { matrixMarginals } from '../../core/attention/matrixMarginals';
import { hatch } from '../common/hatch';
import { MatrixPainter } from './matrixPainter';
import { cellsInSight } from './matrixViewport';
import type { MatrixViewport } from '../run/choice';

/** What is painted under that which follows the pointer. */
export interface PaintedMatrix {
  readonly matrix: HeadMatrix;
  readonly viewport: MatrixViewport;
  readonly layout: MatrixLayout;
  readonly labels: MatrixLabels;
  readonly causal: boolean;
  readonly scale: MatrixScale;
  readonly theme: Theme;
}

/** The place in the heat's colours of the bars of sums. */
const barColor = 190;

/** A row's sum may be so far from 1 by rounding. */
const wholeRow = 0.01;

/** Paints the cells in sight, what cannot be seen as hatching, the sums of rows and columns, and the tokens' names. */
export class MatrixPicture {
  private readonly painter = new MatrixPainter();

  paint(context: CanvasRenderingContext2D, painted: PaintedMatrix): void {
    const {
      matrix,
      viewport,
      causal,
      scale,
      layout: { left, top, matrixWidth: width, matrixHeight: height },
      theme,
    } = painted;
    // Cells lie over it; those that cannot be seen are left out.
    hatch(context, theme, [left, top, width, height]);
    this.painter.paint(
      context,
      matrix,
      regionInSight(matrix, viewport),
      { left, top, width, height },
      { scale, theme, causal, hidden: hiddenOf(matrix) },
    );
    context.strokeStyle = cssColor(theme.line);
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
    paintMarginals(context, painted);
    painted.labels.paintAll(context);
  }
}

/** The part of a matrix that is in sight. */
export function regionInSight({ queries, keys }: HeadMatrix, { zoom, row, column }: MatrixViewport): MatrixRegion {
  return { query: row, key: column, queries: queries / zoom, keys: keys / zoom };
}

/** Bars along the right edge, of what each row gives the keys in sight, and along the bottom edge, of what each key is given on average. */
function paintMarginals(
  context: CanvasRenderingContext2D,
  { matrix, viewport, layout, causal, theme }: PaintedMatrix,
): void {
  const { left, top, matrixWidth, matrixHeight, firstX, firstY, cellWidth, cellHeight } = layout;
  const cells = cellsInSight(viewport, { rows: matrix.queries, columns: matrix.keys });
  const sums = matrix.exact ? matrixMarginals(matrix, cells, causal) : sumsOf(matrix, 'sight', cells, causal);
  if (!sums) return;
  const { rows, columns, firstQuery, firstKey } = sums;
  const [right, bottom] = [left + matrixWidth + marginalGap, top + matrixHeight + marginalGap];
  const most = (sums: Float32Array, least: number) => sums.reduce((largest, sum) => Math.max(largest, sum), least);
  context.save();
  context.fillStyle = cssColor(theme.heat.colors[barColor]);
  context.beginPath();
  // Sums that all are 1, as those of whole rows are, say nothing.
  // A row of which nothing is shown says nothing.
  const told = rows.some(sum => sum > 0 && Math.abs(sum - 1) > wholeRow);
  if (told) {
    // The scale says how much of a row is in sight.
    bars(
      rows,
      most(rows, 1),
      firstY + firstQuery * cellHeight,
      cellHeight,
      top,
      top + matrixHeight,
      (at, thick, long) => context.rect(right, at, long, thick),
    );
  }
  bars(
    columns,
    most(columns, 1e-6),
    firstX + firstKey * cellWidth,
    cellWidth,
    left,
    left + matrixWidth,
    (at, thick, long) => context.rect(at, bottom, thick, long),
  );
  context.fill();
  context.fillStyle = cssColor(theme.line);
  if (told) context.fillRect(right - 1, top, 1, matrixHeight);
  context.fillRect(left, bottom - 1, matrixWidth, 1);
  context.font = `10px ${theme.monospace}`;
  context.fillStyle = cssColor(theme.dim);
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillText('mean', left - 5, bottom + marginalSize / 2);
  context.textAlign = 'left';
  if (told) context.fillText('sum', right, bottom + marginalSize / 2);
  context.restore();
}

/** One bar for each cell, or for each pixel where cells are finer: then the largest of its cells. */
function bars(
  sums: Float32Array,
  full: number,
  first: number,
  cell: number,
  from: number,
  to: number,
  bar: (at: number, thick: number, long: number) => void,
): void {
  const gap = cell >= 6 ? 1 : 0;
  for (let i = 0; i < sums.length;) {
    const start = Math.max(from, first + i * cell);
    let largest = sums[i++];
    while (i < sums.length && first + (i + 1) * cell - start < 1) largest = Math.max(largest, sums[i++]);
    const end = Math.min(to, first + i * cell);
    if (end > start) bar(start, Math.max(0.5, end - start - gap), (largest / full) * (marginalSize - 2));
  }
}
