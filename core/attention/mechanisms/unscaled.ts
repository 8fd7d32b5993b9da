import type { Mechanism } from './mechanism';
import { costOfAllPairs } from './scaledDotProduct';
import { softmaxRows } from './softmaxRows';

/** Luong's dot product: the softmax without its scale (Luong et al. 2015, section 3.1), which Vaswani et al. 2017 hold it against. */
export const unscaled: Mechanism<'unscaled'> = {
  id: 'unscaled',
  name: () => 'unscaled',
  formula: 'softmax(QKᵀ) V',
  words: () => 'softmax(QKᵀ)',
  note: 'Without √d the scores are larger, the softmax saturates, and most of a row lies on one key.',
  source: 'Luong et al. 2015',
  parameters: [],
  takesTemperature: true,
  rows: inputs => {
    const { bias, keys } = inputs;
    return softmaxRows(inputs, (query, key, product) => product + (bias?.[query * keys.rows + key] ?? 0));
  },
  cost: costOfAllPairs,
  bytesOf: 'scores',
  grows: 'n²',
};
