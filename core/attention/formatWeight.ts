/** A weight or a probability, two decimals as far as they say something: "0.61", "0.0034", "<0.0001", "0"; an effect may be below 0: "−0.31". */
export function formatWeight(weight: number): string {
  if (weight < 0) return weight > -0.0001 ? '>−0.0001' : `−${formatWeight(-weight)}`;
  if (weight === 0) return '0';
  if (weight >= 0.01) return weight.toFixed(2);
  if (weight >= 0.0001) return weight.toFixed(4);
  return '<0.0001';
}

/** A weight, or a difference of weights, to four decimals, for a table. */
export function formatExactly(weight: number): string {
  if (weight < 0) return `−${formatExactly(-weight)}`;
  return weight === 0 ? '0' : weight >= 0.00005 ? weight.toFixed(4) : weight.toExponential(1);
}
