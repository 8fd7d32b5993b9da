import type { MatrixViewport } from '../run/choice';

/** What decides where things stand in the matrix view. Lengths in CSS pixels. */
export interface MatrixLayoutInput {
  readonly width: number;
  /** The most height there is. */
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  /** The length of the longest label of a row, and of each column's label (before it is turned). */
  readonly rowLabel: number;
  readonly columnLabels: readonly number[];
  readonly pixelRatio: number;
}

/** Where the matrix stands, and how large its cells are. */
export interface MatrixLayout {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly matrixWidth: number;
  readonly matrixHeight: number;
  /** Where the first column and the first row begin: left of or above the matrix where it is zoomed. */
  readonly firstX: number;
  readonly firstY: number;
  /** The whole picture with its labels. */
  readonly width: number;
  readonly height: number;
  /** Every how many rows and columns there is room for a label. */
  readonly rowStep: number;
  readonly columnStep: number;
}

/** The angle of the columns' labels. */
export const labelAngle = -Math.PI / 3;

/** How far apart labels of rows stand at least; those of columns lean, so that they need more. */
export const labelPitch = 11;
export const columnPitch = Math.ceil(labelPitch / Math.sin(-labelAngle));

/** The bars beside and below the matrix: how far from it, and how long they are at most. */
export const marginalGap = 5;
export const marginalSize = 20;

const cellSizes = { comfortable: 14, largest: 30 };
const labelGap = 6;
/** The room for a token's number before its label. */
const numberLength = 26;
const largestLabels = { row: 108, column: 104 };
/** “mean” below the rows' labels. */
const leastRowLabel = 27;

/** Fits a matrix and its labels into the room there is: square cells where they are large enough to be read. */
export function layOutMatrix(input: MatrixLayoutInput): MatrixLayout {
  const layout = fit(input, false, false);
  // Where not every label has room, they are numbered, which takes room itself.
  return layout.rowStep > 1 || layout.columnStep > 1 ? fit(input, layout.rowStep > 1, layout.columnStep > 1) : layout;
}

function fit(input: MatrixLayoutInput, rowsNumbered: boolean, columnsNumbered: boolean): MatrixLayout {
  const { rows, columns, pixelRatio } = input;
  const rowNumber = rowsNumbered ? numberLength : 0;
  const rowLabel = Math.max(leastRowLabel, input.rowLabel + rowNumber);
  const left = Math.ceil(Math.min(rowLabel, largestLabels.row, input.width * 0.3)) + labelGap;
  const longest = Math.min(largestLabels.column, Math.max(64, input.width * 0.14));
  const number = columnsNumbered ? numberLength : 0;
  const label = input.columnLabels.reduce((most, length) => Math.max(most, Math.min(length + number, longest)), 0);
  const top = Math.ceil(label * Math.sin(-labelAngle)) + labelGap + 6;
  const overhang = overhangOf(input, longest, number, (input.width - left) / Math.max(1, columns));
  const roomWidth = Math.max(40, input.width - left - overhang);
  const roomHeight = Math.max(40, input.height - top - marginalGap - marginalSize);
  const freeWidth = Math.min(cellSizes.largest, roomWidth / Math.max(1, columns));
  const freeHeight = Math.min(cellSizes.largest, roomHeight / Math.max(1, rows));
  const square = Math.min(freeWidth, freeHeight);
  // The longer one axis is than the other, the more its cells may be narrower than high.
  const stretched = (square * 1.3 * Math.max(rows, columns)) / Math.max(1, Math.min(rows, columns));
  const widest = Math.max(square, Math.min(cellSizes.comfortable, stretched));
  const cellWidth = snap(Math.min(freeWidth, widest), pixelRatio);
  const cellHeight = snap(Math.min(freeHeight, widest), pixelRatio);
  const matrixWidth = cellWidth * columns;
  const matrixHeight = cellHeight * rows;
  return {
    left,
    top,
    cellWidth,
    cellHeight,
    matrixWidth,
    matrixHeight,
    firstX: left,
    firstY: top,
    width: left + matrixWidth + overhang,
    height: top + matrixHeight + marginalGap + marginalSize,
    rowStep: labelStep(labelPitch / cellHeight),
    columnStep: labelStep(columnPitch / cellWidth),
  };
}

/** The same place with a part of the matrix in it. */
export function zoomLayout(layout: MatrixLayout, { zoom, column, row }: MatrixViewport): MatrixLayout {
  if (zoom === 1) return layout;
  const [cellWidth, cellHeight] = [layout.cellWidth * zoom, layout.cellHeight * zoom];
  return {
    ...layout,
    cellWidth,
    cellHeight,
    firstX: layout.left - column * cellWidth,
    firstY: layout.top - row * cellHeight,
    rowStep: labelStep(labelPitch / cellHeight),
    columnStep: labelStep(columnPitch / cellWidth),
  };
}

/** The cell under a point; on a label or a bar, only the row or only the column; undefined beside all that. */
export function matrixCellAt(
  layout: MatrixLayout,
  rows: number,
  columns: number,
  x: number,
  y: number,
): { query?: number; key?: number } | undefined {
  const row = Math.floor((y - layout.firstY) / layout.cellHeight);
  // Labels of columns lean to the right above the matrix.
  const lean = y < layout.top ? (layout.top - y) / Math.tan(-labelAngle) : 0;
  const column = Math.floor((x - lean - layout.firstX) / layout.cellWidth);
  const inRows = row >= 0 && row < rows && y >= layout.top && y < layout.top + layout.matrixHeight;
  const inColumns =
    column >= 0 && column < columns && x - lean >= layout.left && x - lean < layout.left + layout.matrixWidth;
  if (inRows && inColumns) return { query: row, key: column };
  if (inRows && (x < layout.left || beside(x - layout.left - layout.matrixWidth))) return { query: row };
  if (inColumns && (y < layout.top || beside(y - layout.top - layout.matrixHeight))) return { key: column };
  return undefined;
}

/** The cell that is nearest to a point, wherever that is. */
export function nearestCell(
  { firstX, firstY, cellWidth, cellHeight }: MatrixLayout,
  rows: number,
  columns: number,
  x: number,
  y: number,
): { query: number; key: number } {
  const within = (at: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(at)));
  return { query: within((y - firstY) / cellHeight, rows), key: within((x - firstX) / cellWidth, columns) };
}

/** Whether something is where the bars are, so far from the matrix's edge. */
function beside(distance: number): boolean {
  return distance >= 0 && distance <= marginalGap + marginalSize;
}

/** How far the labels of the last columns lean out over the matrix, at most. */
function overhangOf(
  { columns, columnLabels }: MatrixLayoutInput,
  longest: number,
  number: number,
  cell: number,
): number {
  return columnLabels.reduce(
    (most, length, column) => {
      const lean = Math.min(length + number, longest) * Math.cos(labelAngle);
      return Math.max(most, Math.ceil(lean - (columns - column - 0.5) * cell) + 4);
    },
    marginalGap + marginalSize + 2,
  );
}

/** Whole device pixels, as long as that does not waste much of the room. */
function snap(cell: number, pixelRatio: number): number {
  const whole = Math.floor(cell * pixelRatio);
  return whole >= 1 && whole / (cell * pixelRatio) > 0.88 ? whole / pixelRatio : cell;
}

/** The next round number of cells from label to label. */
function labelStep(least: number): number {
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find(
    round => round >= least * (round === 1 ? 0.999 : 1.2),
  );
  return step ?? Math.ceil(least / 500) * 500;
}
