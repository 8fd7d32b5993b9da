import { visibleKeys, type AttentionMatrix } from '../attentionMatrix';

/**
 * A head's mean weight at each distance: `p(d) = mean of a[q][k] over all q, k ≥ 1 with q − k = d, d ≠ 0`. A head that
 * looks by distance alone (the previous token, the last few) gives `Σ p(q − k)` on any set of keys; what a head gives
 * beyond that, it gives because of what the text says there. The first token and the query itself are left out: they get
 * weight whatever their distance. The project's own, after Voita et al. 2019 ("Analyzing Multi-Head Self-Attention"),
 * who hold a head's hits against the best fixed offset.
 * @returns [q − k + keys − 1], parts of a row.
 */
export function distanceProfile(matrix: AttentionMatrix): Float64Array {
  const { queries, keys, data } = matrix;
  const sums = new Float64Array(queries + keys - 1);
  const counts = new Uint32Array(queries + keys - 1);
  for (let query = 0; query < queries; query++) {
    const visible = visibleKeys(matrix, query);
    const row = query * keys;
    const zero = query + keys - 1;
    for (let key = 1; key < visible; key++) {
      sums[zero - key] += data[row + key];
      counts[zero - key]++;
    }
  }
  for (let d = 0; d < sums.length; d++) sums[d] = counts[d] === 0 || d === keys - 1 ? 0 : sums[d] / counts[d];
  return sums;
}
