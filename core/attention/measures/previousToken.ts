import { oneKeyEach, targetKeys } from '../targetKeys';
import type { MassMeasure } from './massOn';

/**
 * The part of a row that lies on the token before: `a[q][q − 1]`, mean over the rows from the third on (before the second
 * token stands the first, which many heads look at whatever comes after it). Clark et al. 2019, section 3.1; "previous
 * token heads" of Elhage et al. 2021 ("A Mathematical Framework for Transformer Circuits").
 */
export const previousToken: MassMeasure<'previous'> = {
  id: 'previous',
  name: 'previous token',
  short: 'previous',
  on: 'the token before',
  ofContent: false,
  targets: (_, shape) =>
    targetKeys(
      shape,
      oneKeyEach(shape, query => (shape.sameSequence && query > 1 ? query - 1 : -1)),
      false,
    ),
};
