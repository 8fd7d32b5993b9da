import { type OutputMeaning, sigmoid } from '../../core/models/outputMeaning';

/** One entry of a row of logits, with its probability. */
export interface Likely {
  readonly id: number;
  readonly probability: number;
  /** The number itself, where it is a plain score. */
  readonly score?: number;
}

/**
 * The likeliest entries of one row of logits, likeliest first: by softmax over the whole row, unless the numbers mean something
 * else.
 * @param logits [row][vocabulary], row-major.
 */
export function likeliestTokens(
  logits: Float32Array,
  row: number,
  vocabulary: number,
  count: number,
  meaning: OutputMeaning = 'distribution',
): Likely[] {
  const from = row * vocabulary;
  const best: number[] = [];
  for (let id = 0; id < vocabulary; id++) {
    const logit = logits[from + id];
    if (best.length === count && logit <= logits[from + best[count - 1]]) continue;
    let place = best.length;
    while (place > 0 && logits[from + best[place - 1]] < logit) place--;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  if (meaning !== 'distribution') {
    return best.map(id => {
      const logit = logits[from + id];
      return { id, probability: sigmoid(logit), ...(meaning === 'scores' && { score: logit }) };
    });
  }
  const maximum = logits[from + best[0]];
  let sum = 0;
  for (let id = 0; id < vocabulary; id++) sum += Math.exp(logits[from + id] - maximum);
  return best.map(id => ({ id, probability: Math.exp(logits[from + id] - maximum) / sum }));
}
