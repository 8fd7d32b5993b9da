import type { AttentionMatrix } from '../attentionMatrix';
import { meanOverRows } from './meanOverRows';
import type { NumberMeasure } from './numberMeasure';

/**
 * How far a head looks: `Σ_k a[q][k] |q − k|`, mean over the rows that see more than one key. In tokens: 0 where every
 * token looks at itself. Vig & Belinkov 2019 ("Analyzing the Structure of Attention in a Transformer Language Model",
 * section 5.3).
 * @returns undefined between two sequences, and where no row sees more than one key.
 */
export function meanDistance(matrix: AttentionMatrix): number | undefined {
  if (!matrix.sameSequence) return undefined;
  return meanOverRows(matrix, (weights, query) => {
    let distance = 0;
    for (let key = 0; key < weights.length; key++) distance += weights[key] * Math.abs(query - key);
    return distance;
  });
}

/** {@link meanDistance} as a column of the table of heads. */
export const distance: NumberMeasure<'distance'> = {
  id: 'distance',
  name: 'distance',
  note: 'Mean of |query − key| in tokens, weighted by the attention',
  format: value => value.toFixed(1),
  say: value => `looks ${value.toFixed(1)} tokens far`,
  of: meanDistance,
};
