import type { HeadInputs } from '../../core/attention/mechanisms/mechanism';
import { type HeadOperands, productsOf, rowFrom } from './headOperands';
import { scaleOf } from './scaleOf';

/** What a head's attention is computed anew from, and its own probabilities. */
export interface OwnHead {
  readonly inputs: HeadInputs;
  /** [query][key], row-major. */
  readonly own: Float32Array;
}

/** So many rows are looked at for whether a common factor makes the scores of the products. */
const sampled = 48;

/** What a mechanism gets of a head: its vectors, what hides keys beside causality, the scale, and what is added to scores. */
export function ownHead(operands: HeadOperands, causal: boolean): OwnHead {
  const { queries, keys, values, scores, weights } = operands;
  let hidden: Uint8Array | undefined;
  scores.data.forEach((score, i) => {
    if (score !== -Infinity || (causal && i % keys.rows > Math.floor(i / keys.rows))) return;
    hidden ??= new Uint8Array(scores.data.length);
    hidden[i] = 1;
  });
  const inputs = { queries, keys, values, causal, hidden };
  const rows = Array.from(
    { length: Math.min(sampled, queries.rows) },
    (_, i) => Math.floor(((i + 1) * queries.rows) / Math.min(sampled, queries.rows)) - 1,
  );
  const joined = (rowOf: (query: number) => Float32Array) => {
    const data = new Float32Array(rows.length * keys.rows);
    rows.forEach((query, i) => data.set(rowOf(query), i * keys.rows));
    return data;
  };
  const { scale, bias } = scaleOf(
    joined(query => productsOf(operands, query)),
    joined(query => rowFrom(scores, query)),
    keys.columns,
  );
  if (!bias) return { inputs: { ...inputs, scale }, own: weights.data };
  const added = new Float32Array(scores.data.length);
  for (let query = 0; query < queries.rows; query++) {
    productsOf(operands, query).forEach((product, k) => {
      const score = scores.data[query * keys.rows + k];
      if (score !== -Infinity) added[query * keys.rows + k] = score - scale * product;
    });
  }
  return { inputs: { ...inputs, scale, bias: added }, own: weights.data };
}
