import type { AttentionKind } from '../../core/attention/attentionKind';
import { withoutFirstKey } from '../../core/attention/withoutFirstKey';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { RowReduction } from '../../core/protocol/runProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { layersOf, type RunAttention, type UseModel } from './runAttention';

/**
 * What one token looks at: the row of a query in one head, or in all heads of a kind made one.
 * @param withoutFirst whether the first key is left out of that row; see {@link withoutFirstKey}.
 * @throws {InferenceFault} where the run has no such head or query.
 */
export async function rowOf(
  attention: RunAttention,
  kind: AttentionKind,
  query: number,
  reduce: RowReduction,
  use: UseModel,
  withoutFirst = false,
): Promise<Float32Array> {
  const row = await wholeRow(attention, kind, query, reduce, use);
  return withoutFirst ? withoutFirstKey(row, row.length, reduce !== 'maximum') : row;
}

async function wholeRow(
  attention: RunAttention,
  kind: AttentionKind,
  query: number,
  reduce: RowReduction,
  use: UseModel,
): Promise<Float32Array> {
  const [{ queries, keys }] = layersOf(attention, kind);
  if (query >= queries) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no row ${query} of ${kind} attention in this run.`);
  }
  if (typeof reduce === 'object') {
    const head = await attention.head({ kind, ...reduce }, use);
    return head.data.slice(query * head.keys, (query + 1) * head.keys);
  }
  const result = new Float32Array(keys);
  let heads = 0;
  for await (const part of attention.parts(kind, use)) {
    // Layers that read another number of tokens have no such row.
    if (part.keys !== keys || query >= part.queries) continue;
    heads += part.heads;
    for (let head = 0; head < part.heads; head++) {
      const from = (head * part.queries + query) * keys;
      for (let key = 0; key < keys; key++) {
        const weight = part.data[from + key];
        result[key] = reduce === 'mean' ? result[key] + weight : Math.max(result[key], weight);
      }
    }
  }
  return reduce === 'mean' ? result.map(sum => sum / heads) : result;
}
