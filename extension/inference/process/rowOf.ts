import type { AttentionKind } from '../../../core/attention/attentionKind';
import type { AttentionStep } from '../../../core/attention/joinSteps';
import { InferenceErrorCode, type RowReduction } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';

/** One layer's attention: [heads, queries, keys], and which it is. */
interface Layer extends AttentionStep {
  readonly kind: AttentionKind;
  readonly layer: number;
}

/**
 * What one token looks at: the row of a query in one head, or in all heads of a kind made one.
 * @throws {InferenceFault} where the run has no such head or query.
 */
export function rowOf(attention: readonly Layer[], kind: AttentionKind, query: number, reduce: RowReduction): Float32Array {
  const ofKind = attention.filter(layer => layer.kind === kind && query < layer.queries);
  if (typeof reduce === 'object') {
    const layer = ofKind.find(l => l.layer === reduce.layer && reduce.head < l.heads);
    if (!layer) throw new InferenceFault(InferenceErrorCode.run, `There is no row ${query} of a head ${reduce.layer}.${reduce.head} in this run.`);
    return rowIn(layer, reduce.head, query).slice();
  }
  const keys = ofKind[0]?.keys;
  const rows = ofKind.filter(layer => layer.keys === keys)
    .flatMap(layer => Array.from({ length: layer.heads }, (_, head) => rowIn(layer, head, query)));
  if (rows.length === 0) throw new InferenceFault(InferenceErrorCode.run, `There is no row ${query} of ${kind} attention in this run.`);
  const result = new Float32Array(keys);
  for (let key = 0; key < keys; key++) {
    result[key] = reduce === 'mean'
      ? rows.reduce((sum, row) => sum + row[key], 0) / rows.length
      : rows.reduce((most, row) => Math.max(most, row[key]), 0);
  }
  return result;
}

function rowIn({ queries, keys, data }: Layer, head: number, query: number): Float32Array {
  const from = (head * queries + query) * keys;
  return data.subarray(from, from + keys);
}
