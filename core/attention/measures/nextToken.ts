import { oneKeyEach, targetKeys } from '../targetKeys';
import { massName } from './massNames';
import type { MassMeasure } from './massOn';

/**
 * The part of a row that lies on the token after: `a[q][q + 1]`, mean over all rows but the last. Never measurable in
 * causal attention. Clark et al. 2019, section 3.1.
 */
export const nextToken: MassMeasure = {
  ...massName('next'),
  targets: (_, shape) =>
    targetKeys(
      shape,
      oneKeyEach(shape, query => (shape.sameSequence ? query + 1 : -1)),
      false,
    ),
};
