/** The entropy of a row of weights, −Σ a log₂ a, in bits: 0 where all lies on one key. */
export function rowEntropyBits(row: Float64Array): number {
  let bits = 0;
  for (const weight of row) if (weight > 0) bits -= weight * Math.log2(weight);
  return Math.max(0, bits);
}
