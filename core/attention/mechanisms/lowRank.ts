import type { Mechanism } from './mechanism';
import { isHidden, softmaxOf } from './softmaxRows';

/**
 * Keys and values mixed along the length before they are looked at, as in Linformer (Wang et al. 2020, section 4): there by
 * learned projections, or by means of stretches of the text, which need no training; here by such means, `rank` of them.
 * A mean of a stretch would show a causal head what comes later, so there each is of the keys seen so far.
 */
export const lowRank: Mechanism<'lowRank'> = {
  id: 'lowRank',
  name: ({ rank }) => `low rank ${rank}`,
  formula: 'softmax(Q(EK)ᵀ/√d)(EV), E: means',
  words: ({ rank }, causal) => `${rank} means${causal ? ', masked' : ''}`,
  note: 'Like Linformer, with means of equal stretches of the text in place of its learned projections. In a causal head a stretch’s mean is of the keys seen so far: unmasked, it would see ahead.',
  source: 'Wang et al. 2020',
  parameters: [{ id: 'rank', name: 'rank', value: 8, least: 1, most: 256 }],
  leavesBias: true,
  takesTemperature: true,
  rows: (inputs, { rank }) => {
    const { keys, scale, temperature = 1 } = inputs;
    const stretches = Math.min(rank, keys.rows);
    const stretchOf = Uint32Array.from({ length: keys.rows }, (_, key) => Math.floor((key * stretches) / keys.rows));
    const counts = new Float64Array(stretches);
    const scores = new Float64Array(stretches);
    return (query, products, row) => {
      counts.fill(0);
      scores.fill(0);
      for (let key = 0; key < row.length; key++) {
        if (isHidden(inputs, query, key)) continue;
        counts[stretchOf[key]]++;
        scores[stretchOf[key]] += products[key];
      }
      let most = -Infinity;
      for (let i = 0; i < stretches; i++) {
        // q times the mean of keys is the mean of q times each.
        scores[i] = counts[i] === 0 ? -Infinity : (scale * scores[i]) / counts[i] / temperature;
        most = Math.max(most, scores[i]);
      }
      softmaxOf(scores, most);
      for (let key = 0; key < row.length; key++) {
        row[key] = isHidden(inputs, query, key) ? 0 : scores[stretchOf[key]] / counts[stretchOf[key]];
      }
    };
  },
  // The means of keys and values, then rank scores and values for each query.
  cost: (n, d, { rank }) => {
    const means = Math.min(n, rank);
    return { multiplyAdds: 2 * n * d + 2 * n * means * d, bytes: 4 * n * means };
  },
  bytesOf: 'scores',
  grows: 'n',
};
