import { costOfState, type Features, featureRows } from './featureRows';
import type { Mechanism, Vectors } from './mechanism';
import { SeededNumbers } from './seededNumbers';

/**
 * Performer's positive random features (Choromanski et al. 2021, "Rethinking Attention with Performers", section 2.4):
 * φ(x) = exp(ωᵀx − ‖x‖²/2), whose products are exp(q·k) on average. The ω are drawn from a normal distribution, one after
 * the other, and made orthogonal in blocks of d, each as long as it was drawn.
 */
export const performer: Mechanism<'performer'> = {
  id: 'performer',
  name: ({ features }) => `Performer, ${features} features`,
  formula: 'φ(Q)(φ(K)ᵀV), φ(x) = exp(ωᵀx − ‖x‖²/2)',
  words: ({ seed }) => `exp(ωᵀx), seed ${seed}`,
  note: 'Random features whose products are the softmax’s exp(q·k/√d) on average: the more of them, the closer to the head, at a cost that grows with the length alone.',
  source: 'Choromanski et al. 2021',
  parameters: [
    { id: 'features', name: 'features', value: 64, least: 1, most: 1024 },
    { id: 'seed', name: 'seed', value: 1, least: 0, most: 9999 },
  ],
  leavesBias: true,
  takesTemperature: true,
  rows: (inputs, { features, seed }) => {
    const { queries, keys, scale, temperature = 1 } = inputs;
    const factor = Math.sqrt(Math.abs(scale) / temperature);
    const directions = orthogonalFeatures(features, queries.columns, new SeededNumbers(seed));
    // What is taken off every exponent of a query, or of all keys, cancels where rows are divided by their sums.
    return featureRows(
      inputs,
      positiveFeatures(queries, directions, factor * Math.sign(scale), 'each'),
      positiveFeatures(keys, directions, factor, 'all'),
    );
  },
  // The features of queries and keys come on top of the sums.
  cost: (n, d, { features }) => {
    const { multiplyAdds, bytes } = costOfState(n, d, features);
    return { multiplyAdds: multiplyAdds + 2 * n * features * d, bytes };
  },
  bytesOf: 'state',
  grows: 'n',
};

/** [count][d]: normal vectors, orthogonal in blocks of d by Gram and Schmidt's method, as long as they were. */
function orthogonalFeatures(count: number, d: number, numbers: SeededNumbers): Float64Array {
  const rows = numbers.normals(count * d);
  const row = (index: number) => rows.subarray(index * d, (index + 1) * d);
  const lengths = Array.from({ length: count }, (_, index) => Math.hypot(...row(index)));
  for (let index = 0; index < count; index++) {
    const one = row(index);
    // Twice, so that rounding leaves no trace.
    for (let pass = 0; pass < 2; pass++) {
      for (let before = index - (index % d); before < index; before++) {
        const other = row(before);
        let product = 0;
        for (let i = 0; i < d; i++) product += one[i] * other[i];
        for (let i = 0; i < d; i++) one[i] -= product * other[i];
      }
    }
    const length = Math.hypot(...one);
    for (let i = 0; i < d; i++) one[i] /= length;
  }
  for (let index = 0; index < count; index++) {
    const one = row(index);
    for (let i = 0; i < d; i++) one[i] *= lengths[index];
  }
  return rows;
}

/** φ of each vector times `factor`, with the largest exponent of each vector, or of all, taken off before exp. */
function positiveFeatures(
  { rows, columns: d, data }: Vectors,
  directions: Float64Array,
  factor: number,
  shared: 'each' | 'all',
): Features {
  const count = directions.length / d;
  const exponents = new Float64Array(rows * count);
  const most = new Float64Array(rows).fill(-Infinity);
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let i = 0; i < d; i++) square += (factor * data[row * d + i]) ** 2;
    for (let feature = 0; feature < count; feature++) {
      let product = -square / 2;
      for (let i = 0; i < d; i++) product += directions[feature * d + i] * factor * data[row * d + i];
      exponents[row * count + feature] = product;
      most[row] = Math.max(most[row], product);
    }
  }
  if (shared === 'all') most.fill(most.reduce((a, b) => Math.max(a, b), -Infinity));
  return { count, data: exponents.map((exponent, i) => Math.exp(exponent - most[Math.floor(i / count)])) };
}
