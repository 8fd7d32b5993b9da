/**
 * How differently two heads look for one query: the Jensen-Shannon divergence `H((p + r) / 2) − (H(p) + H(r)) / 2` of two
 * rows of equal length whose weights sum to 1 at most, in bits, so 0 for equal rows and 1 for rows that share no key. Not
 * its root: Clark et al. 2019 ("What Does BERT Look At?", section 6) sum the divergence itself. (The root is a metric, this
 * is not.)
 */
export function jensenShannon(one: Float32Array | Float64Array, other: Float32Array | Float64Array): number {
  let bits = 0;
  for (let key = 0; key < one.length; key++) {
    const p = one[key];
    const r = other[key];
    if (p > 0) bits += p * Math.log2((2 * p) / (p + r));
    if (r > 0) bits += r * Math.log2((2 * r) / (p + r));
  }
  return Math.min(Math.max(bits / 2, 0), 1);
}
