import { visibleKeys, type AttentionMatrix } from '../attentionMatrix';

/**
 * How differently two heads look, row by row: the Jensen-Shannon divergence
 * `H((p + r) / 2) − (H(p) + H(r)) / 2` in bits, so 0 for equal rows and 1 for rows that share no key. Not its root: Clark
 * et al. 2019 ("What Does BERT Look At?", section 6) sum the divergence itself. (The root is a metric, this is not.)
 * @returns One number for each query.
 * @throws RangeError where the shapes differ.
 */
export function jensenShannonByRow(one: AttentionMatrix, other: AttentionMatrix): Float32Array {
  if (one.queries !== other.queries || one.keys !== other.keys) {
    throw new RangeError(
      `${one.queries} × ${one.keys} and ${other.queries} × ${other.keys} cannot be compared row by row.`,
    );
  }
  const { queries, keys } = one;
  return Float32Array.from({ length: queries }, (_, query) => {
    const from = query * keys;
    const end = from + Math.max(visibleKeys(one, query), visibleKeys(other, query));
    return rowDivergence(one.data.subarray(from, end), other.data.subarray(from, end));
  });
}

/** The Jensen-Shannon divergence of two rows of equal length whose weights sum to 1 at most: bits, 0 to 1. */
export function rowDivergence(one: Float32Array | Float64Array, other: Float32Array | Float64Array): number {
  let bits = 0;
  for (let key = 0; key < one.length; key++) {
    const p = one[key];
    const r = other[key];
    if (p > 0) bits += p * Math.log2((2 * p) / (p + r));
    if (r > 0) bits += r * Math.log2((2 * r) / (p + r));
  }
  return Math.min(Math.max(bits / 2, 0), 1);
}

/** The mean of {@link jensenShannonByRow} over the queries that see more than one key; 0 where there are none. */
export function jensenShannon(one: AttentionMatrix, other: AttentionMatrix): number {
  const rows = jensenShannonByRow(one, other).filter((_, query) => visibleKeys(one, query) > 1);
  return rows.length === 0 ? 0 : rows.reduce((sum, bits) => sum + bits, 0) / rows.length;
}
