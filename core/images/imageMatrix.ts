import type { HeatWish } from './explained';
import type { GridSize } from './gridSize';
import { imageHeat, type HeatLayer } from './imageHeat';

/** Attention in full: [query][key], row-major. */
export interface ImageMatrix {
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/**
 * A head's attention in full, or the mean of those chosen: special tokens first, then the cells row by row, then what a
 * detector adds. Of layers in windows [cell][cell], put back on the picture as {@link imageHeat} does.
 * @returns undefined where there is no such head.
 */
export function imageMatrix(
  layers: readonly HeatLayer[],
  { layer, head }: Omit<HeatWish, 'kind' | 'query'>,
  grid: GridSize,
): ImageMatrix | undefined {
  const chosen = layers.filter(
    each => (layer === 'all' || each.layer === layer) && (head === 'all' || head < each.heads),
  );
  if (chosen.length === 0) return undefined;
  if (chosen.some(({ windows }) => windows)) {
    const cells = grid.rows * grid.columns;
    const data = new Float32Array(cells * cells);
    for (let query = 0; query < cells; query++) {
      data.set(imageHeat(chosen, { layer, head, query }, 0, grid) ?? [], query * cells);
    }
    return { queries: cells, keys: cells, data };
  }
  const { queries, keys } = chosen[0];
  const data = new Float32Array(queries * keys);
  let count = 0;
  for (const each of chosen) {
    for (let h = head === 'all' ? 0 : head; h < (head === 'all' ? each.heads : head + 1); h++, count++) {
      const from = h * data.length;
      for (let i = 0; i < data.length; i++) data[i] += each.data[from + i];
    }
  }
  return { queries, keys, data: data.map(value => value / count) };
}
