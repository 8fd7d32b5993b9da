/**
 * What the products are multiplied with, and what is added then, so that they give the scores: of one query or of many. No
 * bias where a common factor explains all.
 * @param scores −∞ where the mask hides a key.
 */
export function scaleOf(
  products: Float32Array,
  scores: Float32Array,
  headSize: number,
): { scale: number; bias?: Float32Array } {
  const bias = (scale: number) =>
    products.map((product, i) => (Number.isFinite(scores[i]) ? scores[i] - scale * product : 0));
  const largest = (values: Float32Array) =>
    values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  const tolerance = 1e-3 * Math.max(1, largest(scores));
  const candidates = [1 / Math.sqrt(headSize), 1];
  const exact = candidates.find(scale => largest(bias(scale)) <= tolerance);
  if (exact !== undefined) return { scale: exact };
  // Some models scale otherwise (Gemma by a number of its own): the best common factor, where one explains all.
  let [seen, both, squares] = [0, 0, 0];
  scores.forEach((score, i) => {
    if (!Number.isFinite(score)) return;
    seen++;
    both += products[i] * score;
    squares += products[i] ** 2;
  });
  const fitted = both / (squares || 1);
  if (seen > 2 && largest(bias(fitted)) <= tolerance) return { scale: fitted };
  const [scale] = candidates.sort((a, b) => largest(bias(a)) - largest(bias(b)));
  return { scale, bias: bias(scale) };
}
