import { sameClassKeys } from '../targetKeys';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on the other tokens of its line, but the first of the text: `Σ_k a[q][k]`, line(k) =
 * line(q), k ≠ q; mean over the rows that see one and something else, so no row of a text of one line. The project's own.
 */
export const sameLine = contentMeasure(
  { id: 'line', name: 'same line', on: 'the other tokens of its line' },
  ({ lines }, shape) => sameClassKeys(shape, lines, false),
);
