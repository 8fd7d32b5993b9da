import { oneKeyEach, targetKeys } from '../targetKeys';
import type { MassMeasure } from './massOn';

/**
 * The part of a row that lies on the token after: `a[q][q + 1]`, mean over all rows but the last. Never measurable in
 * causal attention. Clark et al. 2019, section 3.1.
 */
export const nextToken: MassMeasure<'next'> = {
  id: 'next',
  name: 'next token',
  on: 'the token after',
  ofContent: false,
  targets: (_, shape) =>
    targetKeys(
      shape,
      oneKeyEach(shape, query => (shape.sameSequence ? query + 1 : -1)),
      false,
    ),
};
