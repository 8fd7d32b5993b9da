import type { AttentionSteps } from '../../core/run/explanation';
import type { StepName } from './stepColumns';
import { formatNumber, formatShare, formatSigned, keyVector, norm, valueVector } from './stepNumbers';

/** What a note beside a number says: what it is, how it comes about, and what becomes of it. */
export interface Readout {
  readonly from: string;
  readonly value: string;
  readonly note: string;
}

/** One number of the query. */
export function queryReadout(steps: AttentionSteps, dimension: number): Readout {
  return {
    from: `dimension ${dimension}`,
    value: `q ${formatNumber(steps.query[dimension])}`,
    note: 'multiplied with the same dimension of each key',
  };
}

/** One number of a key: "dimension 7: q −0.31 × k 1.20 = −0.37". */
export function keyReadout(steps: AttentionSteps, key: number, dimension: number): Readout {
  const [q, k] = [steps.query[dimension], keyVector(steps, key)[dimension]];
  return {
    from: `dimension ${dimension}`,
    value: `q ${formatNumber(q)} × k ${formatNumber(k)} = ${formatNumber(q * k)}`,
    note: `one of ${steps.headSize} products that sum to q·k = ${formatNumber(steps.products[key])}`,
  };
}

/** One number of a value: "dimension 7: weight 0.607 × v 1.20 = 0.73". */
export function valueReadout(steps: AttentionSteps, key: number, dimension: number): Readout {
  const [weight, v] = [steps.weights[key], valueVector(steps, key)[dimension]];
  return {
    from: `dimension ${dimension}`,
    value: `weight ${formatShare(weight)} × v ${formatNumber(v)} = ${formatNumber(weight * v)}`,
    note: `all keys together: ${formatNumber(steps.output[dimension])} in the output`,
  };
}

/** One number of the output, and the key that gives most of it. */
export function outputReadout(steps: AttentionSteps, dimension: number, nameOf: (key: number) => string): Readout {
  const total = steps.output[dimension];
  const part = (key: number) => steps.weights[key] * steps.values[key * steps.valueSize + dimension];
  let most = 0;
  for (let key = 1; key < steps.weights.length; key++) {
    if (part(key) * Math.sign(total) > part(most) * Math.sign(total)) most = key;
  }
  return {
    from: `dimension ${dimension}`,
    value: formatSigned(total),
    note:
      total === 0
        ? ''
        : `most from ${nameOf(most)}: ${formatShare(steps.weights[most])} × ${formatNumber(part(most) / (steps.weights[most] || 1))} = ${formatNumber(part(most))}`,
  };
}

/** How the number of a key's row in a column comes about; undefined where the column holds a vector. */
export function cellReadout(steps: AttentionSteps, key: number, column: StepName): Readout | undefined {
  const { products, scale, scores, weights, headSize, bias } = steps;
  const scaled = products[key] * scale;
  switch (column) {
    case 'key':
    case 'value':
      return undefined;
    case 'product':
      return {
        from: 'q·k',
        value: formatNumber(products[key]),
        note: `largest of its ${headSize} products: ${largestProducts(steps, key)}`,
      };
    case 'scaled': {
      const divides = Math.abs(scale * Math.sqrt(headSize) - 1) < 1e-3;
      return {
        from: '',
        note: divides ? `√${headSize} = ${formatNumber(Math.sqrt(headSize))}` : '',
        value: `${formatNumber(products[key])} ${divides ? `÷ ${formatNumber(Math.sqrt(headSize))}` : `× ${formatNumber(scale)}`} = ${formatNumber(scaled)}`,
      };
    }
    case 'bias': {
      const added = bias?.[key] ?? 0;
      return {
        from: '',
        value: `${formatNumber(scaled)} ${added < 0 ? '−' : '+'} ${formatNumber(Math.abs(added))} = ${formatNumber(scaled + added)}`,
        note: 'the score that goes into the softmax',
      };
    }
    case 'mask':
      return { from: '', value: `seen: ${formatNumber(scores[key])} + 0`, note: 'a hidden key would get −∞' };
    case 'softmax':
      return softmaxReadout(steps, key);
    case 'part': {
      const length = norm(valueVector(steps, key));
      return {
        from: '',
        value: `${formatShare(weights[key])} × ${formatNumber(length)} = ${formatNumber(weights[key] * length)}`,
        note: `‖value‖ = ${formatNumber(length)}, its length`,
      };
    }
  }
}

/** e^score ÷ Σ; where the powers would be huge or tiny the largest score is taken from each first, as models do. */
function softmaxReadout({ scores, weights }: AttentionSteps, key: number): Readout {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const less = Math.abs(largest) > 6 ? largest : 0;
  const sum = scores.reduce((total, score) => total + Math.exp(score - less), 0);
  const power = Math.exp(scores[key] - less);
  const score = formatNumber(scores[key]);
  const shifted = `(${score} ${less < 0 ? '+' : '−'} ${formatNumber(Math.abs(less))})`;
  return {
    from: `e^${less === 0 ? score : shifted} ÷ Σ`,
    value: `${formatNumber(power)} ÷ ${formatNumber(sum)} = ${formatShare(weights[key])}`,
    note:
      less === 0
        ? 'Σ: e^score of every key that is seen'
        : `The largest score, ${formatNumber(less)}, is taken from each first: the weights stay the same.`,
  };
}

function largestProducts(steps: AttentionSteps, key: number): string {
  const vector = keyVector(steps, key);
  const products = Array.from(steps.query, (q, dimension) => ({ dimension, product: q * vector[dimension] }));
  return products
    .sort((a, b) => Math.abs(b.product) - Math.abs(a.product))
    .slice(0, 3)
    .map(({ dimension, product }) => `${formatSigned(product)} (dimension ${dimension})`)
    .join(', ');
}
