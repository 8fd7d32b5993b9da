import { pooledStart } from './poolMaximum';

/** All heads of one layer, pooled: [head][row][column], row-major, of a matrix of queries × keys. */
export interface PooledHeads {
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly thumbnails: { readonly rows: number; readonly columns: number; readonly data: Float32Array };
}

/**
 * Which head to show first: the one whose rows have the clearest peaks that say something about the text. A key that all
 * queries look at (the first token, a separator) counts only as far as a row gives it more than the others do; a token's
 * look at itself and at its neighbour does not count, where queries and keys are the same sequence.
 * @param layers In the model's order.
 * @param sameSequence Whether query i and key i are the same token.
 * @returns The first layer's first head where nothing stands out; 0 and 0 where there is none.
 */
export function informativeHead(
  layers: readonly PooledHeads[],
  sameSequence: boolean,
): { layer: number; head: number } {
  let best = { layer: layers[0]?.layer ?? 0, head: 0 };
  let bestScore = 0;
  for (const pooled of layers) {
    const {
      layer,
      queries,
      keys,
      thumbnails: { rows, columns },
    } = pooled;
    const near = sameSequence ? nearColumns(queries, keys, rows, columns) : undefined;
    for (let head = 0; head < pooled.heads; head++) {
      const score = peakedness(pooled, head, near);
      if (score > bestScore) {
        bestScore = score;
        best = { layer, head };
      }
    }
  }
  return best;
}

/** Mean over the rows of the highest weight above its column's mean: 0 to 1. */
function peakedness(
  { thumbnails: { rows, columns, data } }: PooledHeads,
  head: number,
  near: NearColumns | undefined,
): number {
  const offset = head * rows * columns;
  const means = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column] += data[offset + row * columns + column] / rows;
  }
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const [first, last] = near ? [near.first[row], near.last[row]] : [0, -1];
    let peak = 0;
    for (let column = 0; column < columns; column++) {
      const above = data[offset + row * columns + column] - means[column];
      if (above > peak && (column < first || column > last)) peak = above;
    }
    sum += peak;
  }
  return rows === 0 ? 0 : sum / rows;
}

/** For each row the columns that are its own token or a neighbour's: from `first` to `last`. */
interface NearColumns {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

function nearColumns(queries: number, keys: number, rows: number, columns: number): NearColumns {
  const [first, last] = [new Int32Array(rows).fill(columns), new Int32Array(rows).fill(-1)];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (Math.abs(pooledStart(row, queries, rows) - pooledStart(column, keys, columns)) * columns >= 2 * keys) {
        continue;
      }
      first[row] = Math.min(first[row], column);
      last[row] = column;
    }
  }
  return { first, last };
}
