import { costOfState, type Features, featureRows } from './featureRows';
import type { Mechanism, Vectors } from './mechanism';

/** Linear attention (Katharopoulos et al. 2020, "Transformers are RNNs", section 3.2): φ(q)·φ(k) with φ(x) = elu(x) + 1 in place of exp(q·k/√d). */
export const linearAttention: Mechanism<'linear'> = {
  id: 'linear',
  name: () => 'linear',
  formula: 'φ(Q)(φ(K)ᵀV), φ(x) = elu(x) + 1',
  words: () => 'elu(q)+1 · elu(k)+1',
  note: 'Keys and values are summed up in one state of d × d numbers, as in a recurrent network: no score is ever written down, and rows cannot be sharp.',
  source: 'Katharopoulos et al. 2020',
  parameters: [],
  leavesBias: true,
  takesTemperature: false,
  rows: inputs => featureRows(inputs, eluPlusOne(inputs.queries), eluPlusOne(inputs.keys)),
  cost: (n, d) => costOfState(n, d, d),
  bytesOf: 'state',
  grows: 'n',
};

function eluPlusOne({ columns, data }: Vectors): Features {
  return { count: columns, data: Float64Array.from(data, x => (x > 0 ? x + 1 : Math.exp(x))) };
}
