import type { AnswerSpan } from '../../core/run/explanation';

/**
 * The likeliest answers of a model that marks where an answer starts and ends: spans within the context alone, none that ends
 * before it starts. What a span may be is what the softmax of the starts, and of the ends, is over.
 * @param start a logit for each token of the run.
 * @param from the first token of the context.
 * @param to the token behind its last.
 * @param most how many are told.
 */
export function answerSpans(
  start: Float32Array,
  end: Float32Array,
  from: number,
  to: number,
  most = 5,
): Omit<AnswerSpan, 'text'>[] {
  const [starts, ends] = [softmax(start.subarray(from, to)), softmax(end.subarray(from, to))];
  const likeliestEnd = new Float64Array(ends.length + 1);
  for (let i = ends.length - 1; i >= 0; i--) likeliestEnd[i] = Math.max(ends[i], likeliestEnd[i + 1]);
  const best: { firstToken: number; lastToken: number; probability: number }[] = [];
  let least = -1;
  for (let first = 0; first < starts.length; first++) {
    if (starts[first] * likeliestEnd[first] <= least) continue;
    for (let last = first; last < ends.length; last++) {
      const probability = starts[first] * ends[last];
      if (probability <= least) continue;
      best.push({ firstToken: from + first, lastToken: from + last, probability });
      best.sort((one, other) => other.probability - one.probability);
      if (best.length > most) best.pop();
      if (best.length === most) least = best[most - 1].probability;
    }
  }
  return best;
}

function softmax(logits: Float32Array): Float64Array {
  const maximum = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const all = Float64Array.from(logits, value => Math.exp(value - maximum));
  const sum = all.reduce((total, value) => total + value, 0);
  return all.map(value => value / sum);
}
