import { placeMeasure } from './massMeasure';

/**
 * The part of a row that lies on the token after: `a[q][q + 1]`, mean over all rows but the last. Never measurable in
 * causal attention. Clark et al. 2019, section 3.1.
 */
export const nextToken = placeMeasure(
  { id: 'next', name: 'next token', on: 'the token after' },
  (query, { sameSequence }) => (sameSequence ? query + 1 : -1),
);
