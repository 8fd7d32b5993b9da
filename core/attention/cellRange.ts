/** A rectangle of a matrix: queries and keys, the last ones included. */
export interface CellRange {
  readonly firstQuery: number;
  readonly lastQuery: number;
  readonly firstKey: number;
  readonly lastKey: number;
}

interface Corner {
  readonly query: number;
  readonly key: number;
}

/** The rectangle between two cells. */
export function rangeBetween(a: Corner, b: Corner): CellRange {
  return {
    firstQuery: Math.min(a.query, b.query),
    lastQuery: Math.max(a.query, b.query),
    firstKey: Math.min(a.key, b.key),
    lastKey: Math.max(a.key, b.key),
  };
}

/** What a rectangle of weights holds. */
export interface RangeSums {
  /** Of the weight that each of its queries gives, which is 1, how much falls into it: the mean over its queries. */
  readonly mass: number;
  /** The mean over its cells; what a query cannot see is left out. */
  readonly mean: number;
  /** How many cells it has, without those that cannot be seen. */
  readonly cells: number;
  readonly largest: Corner & { readonly weight: number };
}

/**
 * Sums up a rectangle of a matrix.
 * @param data [query][key], row-major.
 * @param causal Whether a query sees only keys up to its own place.
 */
export function rangeSums(
  { data, keys }: { readonly data: Float32Array; readonly keys: number },
  { firstQuery, lastQuery, firstKey, lastKey }: CellRange,
  causal: boolean,
): RangeSums {
  let [sum, cells] = [0, 0];
  let largest = { query: firstQuery, key: firstKey, weight: 0 };
  for (let query = firstQuery; query <= lastQuery; query++) {
    const last = causal ? Math.min(lastKey, query) : lastKey;
    for (let key = firstKey; key <= last; key++) {
      const weight = data[query * keys + key];
      sum += weight;
      cells++;
      if (weight > largest.weight) largest = { query, key, weight };
    }
  }
  return { mass: sum / (lastQuery - firstQuery + 1), mean: cells === 0 ? 0 : sum / cells, cells, largest };
}
