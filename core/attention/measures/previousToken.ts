import { placeMeasure } from './massMeasure';

/**
 * The part of a row that lies on the token before: `a[q][q − 1]`, mean over the rows from the third on (before the second
 * token stands the first, which many heads look at whatever comes after it). Clark et al. 2019, section 3.1; "previous
 * token heads" of Elhage et al. 2021 ("A Mathematical Framework for Transformer Circuits").
 */
export const previousToken = placeMeasure(
  { id: 'previous', name: 'previous token', short: 'previous', on: 'the token before' },
  (query, { sameSequence }) => (sameSequence && query > 1 ? query - 1 : -1),
);
