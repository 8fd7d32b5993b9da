import type { HeatWish } from './explained';
import type { GridSize } from './gridSize';
import type { WindowedGrid } from './windowedGrid';

/** One layer's attention: [heads][queries][keys], or [windows][heads][queries][keys]. */
export interface HeatLayer {
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
  readonly windows?: WindowedGrid;
}

/**
 * What a row looks at among an image's cells: the probabilities of the heads chosen, averaged. A layer in windows that
 * has larger cells is spread evenly over the picture's.
 * @param special how many keys stand before the cells.
 * @param grid the picture's cells.
 * @returns [cell]; undefined where there is no such row.
 */
export function imageHeat(
  layers: readonly HeatLayer[],
  { layer, head, query }: Omit<HeatWish, 'kind'>,
  special: number,
  grid: GridSize,
): Float32Array | undefined {
  const heat = new Float32Array(grid.rows * grid.columns);
  let rows = 0;
  for (const each of layers) {
    if (layer !== 'all' && each.layer !== layer) continue;
    for (let h = 0; h < each.heads; h++) {
      if (head !== 'all' && h !== head) continue;
      if (
        !(each.windows ? addWindow(each, each.windows, h, query, grid, heat) : addRow(each, h, query, special, heat))
      ) {
        continue;
      }
      rows++;
    }
  }
  return rows === 0 ? undefined : heat.map(value => value / rows);
}

/** The part of a row's attention that no cell has: what special tokens and a detector's own get. @param heat [cell] */
export function elsewhere(heat: Float32Array): number {
  return Math.max(0, 1 - heat.reduce((sum, value) => sum + value, 0));
}

function addRow(
  { queries, keys, data }: HeatLayer,
  head: number,
  query: number,
  special: number,
  heat: Float32Array,
): boolean {
  if (query >= queries || keys < special + heat.length) return false;
  const from = (head * queries + query) * keys + special;
  for (let cell = 0; cell < heat.length; cell++) heat[cell] += data[from + cell];
  return true;
}

function addWindow(
  { heads, queries, keys, data }: HeatLayer,
  windows: WindowedGrid,
  head: number,
  query: number,
  grid: GridSize,
  heat: Float32Array,
): boolean {
  // A cell of a later stage covers as many of the picture's along each side.
  const scale = Math.round(grid.rows / windows.rows);
  const larger = (cell: number) =>
    Math.floor(Math.floor(cell / grid.columns) / scale) * windows.columns + Math.floor((cell % grid.columns) / scale);
  const place = query < heat.length ? windows.cells.indexOf(larger(query)) : -1;
  if (place < 0) return false;
  const [window, position] = [Math.floor(place / windows.size), place % windows.size];
  const from = ((window * heads + head) * queries + position) * keys;
  const ofLarger = new Float32Array(windows.rows * windows.columns);
  for (let key = 0; key < keys; key++) {
    const cell = windows.cells[window * windows.size + key];
    if (cell >= 0) ofLarger[cell] = data[from + key];
  }
  const covers = new Float32Array(ofLarger.length);
  for (let cell = 0; cell < heat.length; cell++) covers[larger(cell)]++;
  for (let cell = 0; cell < heat.length; cell++) heat[cell] += ofLarger[larger(cell)] / covers[larger(cell)];
  return true;
}
