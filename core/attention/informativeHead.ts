import { pooledStart } from './poolMaximum';

/** All heads of one layer, pooled: [head][row][column], row-major, of a matrix of queries × keys. */
export interface PooledHeads {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly thumbnails: { readonly rows: number; readonly columns: number; readonly data: Float32Array };
}

/**
 * Which head to show first: the one whose rows have the clearest peaks that say something about the text. A key that all
 * queries look at (the first token, a separator) counts only as far as a row gives it more than the others do; a token's
 * look at itself and at its neighbour does not count, where queries and keys are the same sequence.
 * @param layers From the first layer on.
 * @param sameSequence Whether query i and key i are the same token.
 * @returns The layer's place in `layers` and the head; 0 and 0 where nothing stands out.
 */
export function informativeHead(layers: readonly PooledHeads[], sameSequence: boolean): { layer: number; head: number } {
  let best = { layer: 0, head: 0 };
  let bestScore = 0;
  layers.forEach((pooled, layer) => {
    for (let head = 0; head < pooled.heads; head++) {
      const score = peakedness(pooled, head, sameSequence);
      if (score > bestScore) {
        bestScore = score;
        best = { layer, head };
      }
    }
  });
  return best;
}

/** Mean over the rows of the highest weight above its column's mean: 0 to 1. */
function peakedness({ queries, keys, thumbnails }: PooledHeads, head: number, sameSequence: boolean): number {
  const { rows, columns, data } = thumbnails;
  const offset = head * rows * columns;
  const means = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column] += data[offset + row * columns + column] / rows;
  }
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const query = pooledStart(row, queries, rows);
    let peak = 0;
    for (let column = 0; column < columns; column++) {
      const near = sameSequence && Math.abs(query - pooledStart(column, keys, columns)) * columns < 2 * keys;
      if (!near) peak = Math.max(peak, data[offset + row * columns + column] - means[column]);
    }
    sum += peak;
  }
  return rows === 0 ? 0 : sum / rows;
}
