import { placeMeasure } from './massMeasure';

/**
 * The part of a row that lies on the first token: `a[q][0]`, mean over the rows from the second on (between two sequences,
 * over all). Attention to `[CLS]`: Clark et al. 2019; to the first token of a causal model, where weight goes that is
 * needed nowhere ("attention sink"): Xiao et al. 2023 ("Efficient Streaming Language Models with Attention Sinks").
 */
export const firstToken = placeMeasure(
  { id: 'first', name: 'first token', short: 'first', on: 'the first token' },
  (query, { sameSequence }) => (query > 0 || !sameSequence ? 0 : -1),
);
