import type { Mechanism } from './mechanism';
import { softmaxRows } from './softmaxRows';

/** What every score of every pair costs: n² products of d, and n² values of d; a score for each pair is held. */
export function costOfAllPairs(n: number, d: number) {
  return { multiplyAdds: 2 * n * n * d, bytes: 4 * n * n };
}

/** The model's own: softmax(QKᵀ/√d)V (Vaswani et al. 2017, section 3.2.1), with its own scale and what it adds to the scores. */
export const scaledDotProduct: Mechanism<'scaled'> = {
  id: 'scaled',
  name: () => 'scaled dot product',
  formula: 'softmax(QKᵀ/√d) V',
  words: () => 'softmax(QKᵀ/√d)',
  note: 'What the model itself does: each query is held against every key, and √d keeps the scores from growing with the size of the vectors.',
  source: 'Vaswani et al. 2017',
  parameters: [],
  takesTemperature: true,
  rows: inputs => softmaxRows(inputs),
  cost: costOfAllPairs,
  bytesOf: 'scores',
  grows: 'n²',
};
