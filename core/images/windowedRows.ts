import type { GridSize } from './gridSize';
import type { HeatLayer } from './imageHeat';
import type { WindowedGrid } from './windowedGrid';

/**
 * What each cell of a picture's grid looks at in a layer in windows, mean of the layer's heads: of a layer with smaller cells
 * the mean over those that look, and the sum over those that are looked at.
 * @returns [cell][cell]
 */
export function windowedRows(
  { heads, queries, keys, data }: HeatLayer,
  windows: WindowedGrid,
  grid: GridSize,
): Float32Array {
  const cells = grid.rows * grid.columns;
  const scale = Math.max(1, Math.round(windows.rows / grid.rows));
  const place = (cell: number) => {
    const row = Math.min(grid.rows - 1, Math.floor(Math.floor(cell / windows.columns) / scale));
    return row * grid.columns + Math.min(grid.columns - 1, Math.floor((cell % windows.columns) / scale));
  };
  const covered = new Float32Array(cells);
  for (let cell = 0; cell < windows.rows * windows.columns; cell++) covered[place(cell)]++;
  const rows = new Float32Array(cells * cells);
  for (let at = 0; at < windows.cells.length; at++) {
    if (windows.cells[at] < 0) continue;
    const [window, position] = [Math.floor(at / windows.size), at % windows.size];
    const to = place(windows.cells[at]);
    for (let key = 0; key < keys; key++) {
      const cell = windows.cells[window * windows.size + key];
      if (cell < 0) continue;
      let sum = 0;
      for (let head = 0; head < heads; head++) sum += data[((window * heads + head) * queries + position) * keys + key];
      rows[to * cells + place(cell)] += sum / heads / covered[to];
    }
  }
  return rows;
}
