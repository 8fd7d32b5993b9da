import type { AttentionMatrix } from '../attentionMatrix';
import { formatWeight } from '../formatWeight';
import { meanOverRows } from './meanOverRows';
import type { NumberMeasure } from './numberMeasure';

/**
 * How spread a row is, normalised by what it can see: `−Σ a log a / log v`, v the number of visible keys; mean over the
 * rows that see more than one. No unit: 0 where all weight lies on one key, 1 where all visible keys have the same.
 * Entropy of attention: Clark et al. 2019, section 3.2 (in nats there; divided here so that rows and lengths compare).
 * @returns undefined where no row sees more than one key.
 */
export function rowEntropy(matrix: AttentionMatrix): number | undefined {
  const mean = meanOverRows(matrix, weights => {
    let entropy = 0;
    for (const weight of weights) {
      if (weight > 0) entropy -= weight * Math.log(weight);
    }
    return entropy / Math.log(weights.length);
  });
  return mean === undefined ? undefined : Math.min(Math.max(mean, 0), 1);
}

/** {@link rowEntropy} as a column of the table of heads. */
export const entropy: NumberMeasure<'entropy'> = {
  id: 'entropy',
  name: 'entropy',
  note: 'Entropy of a row as a part of what is possible, mean over rows: 0 is one key only, 1 all alike',
  leastFirst: true,
  format: formatWeight,
  of: rowEntropy,
};
