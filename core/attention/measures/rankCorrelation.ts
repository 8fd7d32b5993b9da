/**
 * Spearman's rank correlation of two lists of equal length: the correlation of their ranks, where equal numbers share the
 * mean of the places they take. Between −1 and 1; NaN where a list has one number only, over and over, or fewer than two.
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const { length } = one;
  if (other.length !== length) throw new RangeError(`${length} numbers are not ${other.length}.`);
  const [a, b] = [ranks(one), ranks(other)];
  const mean = (length - 1) / 2;
  let [together, ofOne, ofOther] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    together += (a[i] - mean) * (b[i] - mean);
    ofOne += (a[i] - mean) ** 2;
    ofOther += (b[i] - mean) ** 2;
  }
  // Rounding makes a little more than 1 of what is 1.
  return Math.max(-1, Math.min(1, together / Math.sqrt(ofOne * ofOther)));
}

/** The place of each number by size, from 0; equal numbers share the mean of their places. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranked = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let i = first; i < end; i++) ranked[order[i]] = (first + end - 1) / 2;
    first = end;
  }
  return ranked;
}
