import type { SpeechWord } from './transcript';

/** From these probabilities on a word is sure, and at least likely. */
export const sureFrom = 0.8;
export const likelyFrom = 0.5;

/** How sure a model was of a word, by the probability that it gave its tokens; or that a user corrected it. */
export type WordConfidence = 'sure' | 'likely' | 'doubtful' | 'corrected';

/** How sure the model was of a word that it wrote. */
export function wordConfidence({ probability, heard }: Pick<SpeechWord, 'probability' | 'heard'>): WordConfidence {
  if (heard !== undefined) return 'corrected';
  return probability >= sureFrom ? 'sure' : probability >= likelyFrom ? 'likely' : 'doubtful';
}
