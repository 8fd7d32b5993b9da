import { sameClassKeys } from '../targetKeys';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on earlier places of the same token: `Σ_k a[q][k]`, k < q with the token of q, but the first
 * token of the text; mean over the rows that have one and see something else. "Duplicate token heads" of Wang et al. 2022
 * ("Interpretability in the Wild: a Circuit for Indirect Object Identification").
 */
export const duplicateToken = contentMeasure(
  { id: 'duplicate', name: 'duplicate token', short: 'duplicate', on: 'earlier places of the same token' },
  ({ ids }, shape) => sameClassKeys(shape, ids, true),
);
