import type { Mechanism, Vectors } from './mechanism';
import { SeededNumbers } from './seededNumbers';
import { softmaxRows } from './softmaxRows';

/**
 * Additive attention (Bahdanau et al. 2015, appendix A.1.2): vᵀ tanh(W q + U k), with as many hidden units as a query has
 * numbers. The model has no such weights, so they are drawn: those of W and U, one row after the other, and of v, from a
 * normal distribution of variance 1/d.
 */
export const additive: Mechanism<'additive'> = {
  id: 'additive',
  name: () => 'additive, random weights',
  formula: 'softmax(vᵀ tanh(W q + U k)) V',
  words: ({ seed }) => `vᵀ tanh(Wq + Uk), seed ${seed}`,
  note: 'The model never learned W, U and v: they are random, so this says nothing about the model and stands outside the ranking.',
  source: 'Bahdanau et al. 2015',
  parameters: [{ id: 'seed', name: 'seed', value: 1, least: 0, most: 9999 }],
  unranked: true,
  leavesBias: true,
  takesTemperature: true,
  rows: (inputs, { seed }) => {
    const { queries, keys } = inputs;
    const d = queries.columns;
    const numbers = new SeededNumbers(seed);
    const spread = 1 / Math.sqrt(d);
    const [w, u, v] = [d * d, d * d, d].map(count => numbers.normals(count, spread));
    const [asked, answered] = [project(w, queries), project(u, keys)];
    return softmaxRows(inputs, (query, key) => {
      let score = 0;
      for (let i = 0; i < d; i++) score += v[i] * Math.tanh(asked[query * d + i] + answered[key * d + i]);
      return score;
    });
  },
  // W q and U k, a sum and v's product for each pair and hidden unit, and the values.
  cost: (n, d) => ({ multiplyAdds: 2 * n * d * d + 2 * n * n * d, bytes: 4 * n * n }),
  bytesOf: 'scores',
  grows: 'n²',
};

/** Each vector times a square matrix, row-major. */
function project(matrix: Float64Array, { rows, columns: d, data }: Vectors): Float64Array {
  const result = new Float64Array(rows * d);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += matrix[i * d + j] * data[row * d + j];
      result[row * d + i] = sum;
    }
  }
  return result;
}
