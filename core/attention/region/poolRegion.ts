import type { HeadRegion, RegionWeights } from './headRegion';

/** One head's matrix: [query][key], row-major. */
interface Matrix {
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/**
 * Cuts a rectangle out of a matrix and makes it smaller: each cell is the largest of the `factor` × `factor` weights it
 * stands for, fewer at the end of the rectangle. What lies beyond the matrix is left out.
 * @throws {RangeError} where the factor or a bound is no whole number, or negative.
 */
export function poolRegion({ queries, keys, data }: Matrix, region: HeadRegion): RegionWeights {
  const { firstQuery, firstKey, factor } = region;
  if (![firstQuery, firstKey, region.queries, region.keys, factor - 1].every(n => Number.isSafeInteger(n) && n >= 0)) {
    throw new RangeError('A region needs whole numbers, none negative, and a factor of at least 1.');
  }
  const endQuery = Math.min(firstQuery + region.queries, queries);
  const endKey = Math.min(firstKey + region.keys, keys);
  const rows = Math.max(0, Math.ceil((endQuery - firstQuery) / factor));
  const columns = Math.max(0, Math.ceil((endKey - firstKey) / factor));
  const pooled = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    const first = firstQuery + row * factor;
    for (let query = first; query < Math.min(first + factor, endQuery); query++) {
      const from = query * keys;
      if (factor === 1) {
        pooled.set(data.subarray(from + firstKey, from + endKey), to);
        continue;
      }
      for (let column = 0, key = firstKey; column < columns; column++) {
        let most = query === first ? -Infinity : pooled[to + column];
        for (const end = Math.min(key + factor, endKey); key < end; key++) {
          const weight = data[from + key];
          if (weight > most) most = weight;
        }
        pooled[to + column] = most;
      }
    }
  }
  return { rows, columns, data: pooled };
}
