import { sameClassKeys, targetKeys } from '../targetKeys';
import type { MassMeasure } from './massOn';

/**
 * The part of a row that lies on the other tokens of its word, but the first of the text: `Σ_k a[q][k]`, word(k) =
 * word(q), k ≠ q; mean over the rows that see one and something else. Subword heads: Correia et al. 2019 ("Adaptively
 * Sparse Transformers", section 5.2, "BPE-merging head").
 */
export const sameWord: MassMeasure<'word'> = {
  id: 'word',
  name: 'same word',
  on: 'the other tokens of its word',
  ofContent: true,
  targets: ({ words }, shape) => targetKeys(shape, sameClassKeys(shape, words, false), true),
};
