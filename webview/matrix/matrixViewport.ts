import type { MatrixViewport } from '../run/choice';
import type { CellRange } from '../../core/attention/cellRange';

/** The size of a matrix and of its cells where all of it is shown, in CSS pixels. */
export interface FittedMatrix {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** All of a matrix. */
export const wholeMatrix: MatrixViewport = { zoom: 1, column: 0, row: 0 };

/** The larger side of a cell when zoomed in as far as it goes, in CSS pixels. */
const largestCell = 48;

/** How far one can zoom in: until cells are easily seen; not at all where they are so from the start. */
export function mostZoom({ cellWidth, cellHeight }: FittedMatrix): number {
  return Math.max(1, largestCell / Math.max(cellWidth, cellHeight));
}

/** Keeps the zoom within its bounds, and the edges of the matrix outside what is in sight. */
export function clampViewport({ zoom, column, row }: MatrixViewport, fitted: FittedMatrix): MatrixViewport {
  const z = Math.min(mostZoom(fitted), Math.max(1, zoom));
  const within = (at: number, count: number) => Math.min(count - count / z, Math.max(0, at));
  return { zoom: z, column: within(column, fitted.columns), row: within(row, fitted.rows) };
}

/**
 * Zooms so that what is under a point stays there.
 * @param x, y The point, in CSS pixels from the left and the top edge of the matrix.
 */
export function zoomAt(
  viewport: MatrixViewport,
  factor: number,
  x: number,
  y: number,
  fitted: FittedMatrix,
): MatrixViewport {
  const { zoom } = clampViewport({ ...viewport, zoom: viewport.zoom * factor }, fitted);
  const moved = (at: number, point: number, cell: number) => at + (point / cell) * (1 / viewport.zoom - 1 / zoom);
  return clampViewport(
    { zoom, column: moved(viewport.column, x, fitted.cellWidth), row: moved(viewport.row, y, fitted.cellHeight) },
    fitted,
  );
}

/** Moves what is in sight by so many CSS pixels: right and down. */
export function panBy(
  { zoom, column, row }: MatrixViewport,
  x: number,
  y: number,
  fitted: FittedMatrix,
): MatrixViewport {
  return clampViewport(
    { zoom, column: column + x / (fitted.cellWidth * zoom), row: row + y / (fitted.cellHeight * zoom) },
    fitted,
  );
}

/** Moves no farther than it takes for a cell to be in sight. */
export function revealCell(
  { zoom, column, row }: MatrixViewport,
  query: number,
  key: number,
  fitted: FittedMatrix,
): MatrixViewport {
  const within = (at: number, cell: number, count: number) => Math.min(cell, Math.max(at, cell + 1 - count / zoom));
  return clampViewport(
    { zoom, column: within(column, key, fitted.columns), row: within(row, query, fitted.rows) },
    fitted,
  );
}

/** What shows a rectangle as large as both of its sides allow, in the middle. */
export function viewportOf(
  { firstQuery, lastQuery, firstKey, lastKey }: CellRange,
  fitted: FittedMatrix,
): MatrixViewport {
  const [queries, keys] = [lastQuery - firstQuery + 1, lastKey - firstKey + 1];
  const { zoom } = clampViewport(
    { zoom: Math.min(fitted.rows / queries, fitted.columns / keys), column: 0, row: 0 },
    fitted,
  );
  return clampViewport(
    {
      zoom,
      column: firstKey - (fitted.columns / zoom - keys) / 2,
      row: firstQuery - (fitted.rows / zoom - queries) / 2,
    },
    fitted,
  );
}

/** The cells that are in sight, those at the edges included. */
export function cellsInSight(
  { zoom, column, row }: MatrixViewport,
  { columns, rows }: Pick<FittedMatrix, 'columns' | 'rows'>,
): CellRange {
  const span = (at: number, count: number) => [
    Math.max(0, Math.floor(at + 1e-6)),
    Math.min(count, Math.ceil(at + count / zoom - 1e-6)) - 1,
  ];
  const [[firstQuery, lastQuery], [firstKey, lastKey]] = [span(row, rows), span(column, columns)];
  return { firstQuery, lastQuery, firstKey, lastKey };
}
