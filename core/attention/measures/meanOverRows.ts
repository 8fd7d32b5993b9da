import { visibleKeys, type AttentionMatrix } from '../attentionMatrix';

/**
 * The mean of a number of each row, over the rows that see more than one key: the others have no choice.
 * @param ofRow Is given the row's weights on the keys that it sees, and the query.
 * @returns undefined where no row sees more than one key.
 */
export function meanOverRows(
  matrix: AttentionMatrix,
  ofRow: (weights: Float32Array, query: number) => number,
): number | undefined {
  const { queries, keys, data } = matrix;
  let total = 0;
  let rows = 0;
  for (let query = 0; query < queries; query++) {
    const visible = visibleKeys(matrix, query);
    if (visible < 2) continue;
    total += ofRow(data.subarray(query * keys, query * keys + visible), query);
    rows++;
  }
  return rows === 0 ? undefined : total / rows;
}
