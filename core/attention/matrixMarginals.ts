import type { CellRange } from './cellRange';

interface Matrix {
  readonly queries: number;
  readonly keys: number;
  /** [query][key], row-major. */
  readonly data: Float32Array;
}

/** What is summed up along the axes of a part of a matrix. */
export interface MatrixMarginals extends CellRange {
  /** For each query of the part, the weight that it gives the part's keys: 1 where these are all. */
  readonly rows: Float32Array;
  /** For each key of the part, the mean weight that the part's queries give it; those that cannot see it are left out. */
  readonly columns: Float32Array;
}

/** Sums up the rows and the columns of a part of a matrix. */
export function matrixMarginals(
  { data, keys }: Pick<Matrix, 'data' | 'keys'>,
  range: CellRange,
  causal: boolean,
): MatrixMarginals {
  const { firstQuery, lastQuery, firstKey, lastKey } = range;
  const rows = new Float32Array(lastQuery - firstQuery + 1);
  const columns = new Float32Array(lastKey - firstKey + 1);
  for (let query = firstQuery; query <= lastQuery; query++) {
    const from = query * keys + firstKey;
    const end = (causal ? Math.min(lastKey, query) : lastKey) - firstKey;
    let sum = 0;
    for (let column = 0; column <= end; column++) {
      const weight = data[from + column];
      sum += weight;
      columns[column] += weight;
    }
    rows[query - firstQuery] = sum;
  }
  for (let column = 0; column < columns.length; column++) {
    const seenBy = causal ? lastQuery + 1 - Math.max(firstQuery, firstKey + column) : rows.length;
    columns[column] /= Math.max(1, seenBy);
  }
  return { ...range, rows, columns };
}

/** The keys that the mask hides from all queries, as padding is: none gives them any weight at all. */
export function hiddenKeys({ data, queries, keys }: Matrix): Uint8Array {
  const hidden = new Uint8Array(keys).fill(1);
  let left = keys;
  for (let query = queries - 1; query >= 0 && left > 0; query--) {
    for (let key = 0, at = query * keys; key < keys; key++, at++) {
      if (hidden[key] === 0 || data[at] === 0) continue;
      hidden[key] = 0;
      left--;
    }
  }
  return hidden;
}
