import { sameClassKeys } from '../targetKeys';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on the other tokens of its word, but the first of the text: `Σ_k a[q][k]`, word(k) =
 * word(q), k ≠ q; mean over the rows that see one and something else. Subword heads: Correia et al. 2019 ("Adaptively
 * Sparse Transformers", section 5.2, "BPE-merging head").
 */
export const sameWord = contentMeasure(
  { id: 'word', name: 'same word', on: 'the other tokens of its word' },
  ({ words }, shape) => sameClassKeys(shape, words, false),
);
