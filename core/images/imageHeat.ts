import type { HeatWish } from '../protocol/imageExplanation';

/** One layer's attention: [heads][queries][keys]. */
interface Layer {
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/**
 * What a row looks at among an image's cells: the probabilities of the heads chosen, averaged.
 * @param special how many keys stand before the cells.
 * @returns [cell]; undefined where there is no such row.
 */
export function imageHeat(layers: readonly Layer[], { layer, head, query }: Omit<HeatWish, 'kind'>, special: number, cells: number): Float32Array | undefined {
  const heat = new Float32Array(cells);
  let rows = 0;
  for (const each of layers) {
    if (layer !== 'all' && each.layer !== layer || query >= each.queries || each.keys < special + cells) continue;
    for (let h = 0; h < each.heads; h++) {
      if (head !== 'all' && h !== head) continue;
      const from = (h * each.queries + query) * each.keys + special;
      for (let cell = 0; cell < cells; cell++) heat[cell] += each.data[from + cell];
      rows++;
    }
  }
  return rows === 0 ? undefined : heat.map(value => value / rows);
}
