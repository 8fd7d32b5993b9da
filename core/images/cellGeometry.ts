import type { ImageRegion } from './image';

/** Where an image lies in the square that a model sees: in parts of the square's side, 0 to 1. */
export function placeInSquare(width: number, height: number): ImageRegion {
  const side = Math.max(width, height);
  return {
    left: (side - width) / 2 / side,
    top: (side - height) / 2 / side,
    width: width / side,
    height: height / side,
  };
}

/**
 * A cell of the model's grid as a rectangle on the image, in parts of its width and height. Cells reach beyond the image
 * (below 0, above 1) where the square is padded.
 * @param cell row-major from the top left.
 */
export function cellRegion(
  cell: number,
  grid: { rows: number; columns: number },
  width: number,
  height: number,
): ImageRegion {
  const place = placeInSquare(width, height);
  const row = Math.floor(cell / grid.columns);
  const column = cell % grid.columns;
  return {
    left: (column / grid.columns - place.left) / place.width,
    top: (row / grid.rows - place.top) / place.height,
    width: 1 / grid.columns / place.width,
    height: 1 / grid.rows / place.height,
  };
}

/** How much of a cell shows the image and not the padding: 0 to 1. */
export function cellCoverage(
  cell: number,
  grid: { rows: number; columns: number },
  width: number,
  height: number,
): number {
  const { left, top, width: w, height: h } = cellRegion(cell, grid, width, height);
  const part = (from: number, size: number) => Math.max(0, Math.min(1, from + size) - Math.max(0, from)) / size;
  return part(left, w) * part(top, h);
}

/** The cell under a point of the image (parts of its width and height); undefined outside the image. */
export function cellAt(
  x: number,
  y: number,
  grid: { rows: number; columns: number },
  width: number,
  height: number,
): number | undefined {
  if (x < 0 || y < 0 || x > 1 || y > 1) return undefined;
  const place = placeInSquare(width, height);
  const column = Math.min(grid.columns - 1, Math.floor((place.left + x * place.width) * grid.columns));
  const row = Math.min(grid.rows - 1, Math.floor((place.top + y * place.height) * grid.rows));
  return row * grid.columns + column;
}
