/** How a layer's attention in windows lies on the picture (Swin, Liu et al. 2021). */
export interface WindowedGrid {
  readonly rows: number;
  readonly columns: number;
  /** [window][position]: the cell, row by row; -1 for padding. */
  readonly cells: Int32Array;
  /** Positions of a window. */
  readonly size: number;
}

/** What of a Swin's config.json tells where its windows lie. */
export interface WindowRule {
  /** Layers of each stage. */
  readonly depths: readonly number[];
  /** Cells along a window's side. */
  readonly window: number;
}

/**
 * The windows of each layer: every second layer of a stage shifts them by half their side, each stage has half the
 * cells of the one before along each side, and a picture that fits into one window has that one.
 * @param rows of the first stage's cells.
 */
export function windowedGrids({ depths, window }: WindowRule, rows: number, columns: number): WindowedGrid[] {
  return depths.flatMap((depth, stage) => {
    const [height, width] = [rows, columns].map(side => Math.ceil(side / 2 ** stage));
    const fits = Math.min(height, width) <= window;
    const side = fits ? Math.min(height, width) : window;
    return Array.from({ length: depth }, (_, layer) =>
      windowedGrid(height, width, side, layer % 2 === 1 && !fits ? Math.floor(side / 2) : 0),
    );
  });
}

function windowedGrid(rows: number, columns: number, side: number, shift: number): WindowedGrid {
  const [down, across] = [Math.ceil(rows / side), Math.ceil(columns / side)];
  const size = side * side;
  const cells = new Int32Array(down * across * size);
  for (let at = 0; at < cells.length; at++) {
    const [window, position] = [Math.floor(at / size), at % size];
    const row = (Math.floor(window / across) * side + Math.floor(position / side) + shift) % (down * side);
    const column = ((window % across) * side + (position % side) + shift) % (across * side);
    cells[at] = row < rows && column < columns ? row * columns + column : -1;
  }
  return { rows, columns, cells, size };
}
