/** Attention of one step of a generation: [heads, queries, keys], row-major. */
export interface AttentionStep {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/**
 * Joins the steps of a generation with a KV cache into one matrix: the first step's queries are the prompt's, each later
 * step adds its own rows below. A query attends to nothing that came after its step, so its row ends in zeros.
 * @returns [heads, sum of the steps' queries, most keys of a step], row-major.
 * @throws RangeError where there is no step, or the steps differ in their number of heads.
 */
export function joinSteps(steps: readonly AttentionStep[]): AttentionStep {
  if (steps.length === 0) throw new RangeError('There are no steps to join.');
  if (steps.length === 1) return steps[0];
  const heads = steps[0].heads;
  if (steps.some(step => step.heads !== heads)) throw new RangeError('The steps differ in their number of heads.');
  const queries = steps.reduce((sum, step) => sum + step.queries, 0);
  const keys = Math.max(...steps.map(step => step.keys));
  const data = new Float32Array(heads * queries * keys);
  let firstRow = 0;
  for (const step of steps) {
    for (let head = 0; head < heads; head++) {
      for (let row = 0; row < step.queries; row++) {
        const from = (head * step.queries + row) * step.keys;
        data.set(step.data.subarray(from, from + step.keys), (head * queries + firstRow + row) * keys);
      }
    }
    firstRow += step.queries;
  }
  return { heads, queries, keys, data };
}
