import { placeMeasure } from './massMeasure';

/**
 * The part of a row that lies on the token itself: `a[q][q]`, mean over the rows from the second on (the first token of
 * causal attention has no other choice, and many heads of any kind look at it). Clark et al. 2019, section 3.1.
 */
export const itself = placeMeasure(
  { id: 'itself', name: 'itself', on: 'the token itself' },
  (query, { sameSequence }) => (sameSequence && query > 0 ? query : -1),
);
