import type { Mechanism } from './mechanism';
import { softmaxRows } from './softmaxRows';

/** A softmax over the largest scores of a row alone (Gupta et al. 2021, "Memory-efficient Transformers via Top-k Attention"); of equal ones, those before. */
export const topK: Mechanism<'topK'> = {
  id: 'topK',
  name: ({ top }) => `top-k ${top}`,
  formula: 'softmax over the k largest scores',
  words: ({ top }) => (top === 4 ? 'four largest scores' : top === 1 ? 'largest score' : `${top} largest scores`),
  note: 'All scores are computed, then all but the largest are dropped: that saves values, not products, so it still grows with the square.',
  source: 'Gupta et al. 2021',
  parameters: [{ id: 'top', name: 'top', value: 4, least: 1, most: 1024 }],
  takesTemperature: true,
  rows: (inputs, { top }) => {
    const whole = softmaxRows(inputs);
    return (query, products, row) => {
      whole(query, products, row);
      const order = Array.from(row.keys()).filter(key => row[key] > 0);
      order.sort((a, b) => row[b] - row[a] || a - b);
      for (const key of order.slice(top)) row[key] = 0;
      let sum = 0;
      for (const weight of row) sum += weight;
      if (sum > 0) for (let key = 0; key < row.length; key++) row[key] /= sum;
    };
  },
  cost: (n, d, { top }) => ({ multiplyAdds: n * n * d + n * Math.min(n, top) * d, bytes: 4 * n * n }),
  bytesOf: 'scores',
  grows: 'n²',
};
