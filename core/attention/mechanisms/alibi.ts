import type { Mechanism } from './mechanism';
import { costOfAllPairs } from './scaledDotProduct';
import { ownPlace, ownScore, softmaxRows } from './softmaxRows';

/** ALiBi (Press et al. 2022, "Train Short, Test Long", section 3): each key's score less a slope times its distance. */
export const alibi: Mechanism<'alibi'> = {
  id: 'alibi',
  name: () => 'ALiBi',
  formula: 'softmax(QKᵀ/√d − m |q − k|) V',
  words: ({ slope }) => `− m (q − k), m = 1/${slope}`,
  note: 'The farther off, the less. Here it comes on top of the model’s own positions; a model trained with ALiBi has no others.',
  source: 'Press et al. 2022',
  parameters: [{ id: 'slope', name: 'slope 1 /', value: 16, least: 1, most: 4096 }],
  takesTemperature: true,
  rows: (inputs, { slope }) => {
    const own = ownScore(inputs);
    return softmaxRows(
      inputs,
      (query, key, product) => own(query, key, product) - Math.abs(ownPlace(inputs, query) - key) / slope,
    );
  },
  cost: costOfAllPairs,
  bytesOf: 'scores',
  grows: 'n²',
};
