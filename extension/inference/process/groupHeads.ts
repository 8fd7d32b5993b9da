import type { AttentionKind } from '../../../core/attention/attentionKind';
import type { LayerHeads } from '../../../core/attention/attentionMatrix';
import { headGroups, type HeadGroups } from '../../../core/attention/compare/headGroups';
import { comparedQueries } from '../../../core/attention/measures/headDistances';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';
import { layersOf, type UseModel } from './runAttention';
import type { KnownRun } from './runStore';

/**
 * The heads of one kind by how alike they look on a run's text. Of a long text some queries are compared, and only their
 * rows are held.
 * @throws {InferenceFault} where the run has no attention of that kind, or its layers differ in shape.
 */
export async function groupHeads({ attention }: KnownRun, kind: AttentionKind, use: UseModel): Promise<HeadGroups> {
  const layers = layersOf(attention, kind);
  const { queries, keys, causal } = layers[0];
  if (layers.some(layer => layer.queries !== queries || layer.keys !== keys)) {
    throw new InferenceFault(InferenceErrorCode.run, 'The layers of this model differ in their number of tokens, so their heads cannot be grouped.');
  }
  const shape = { queries, keys, causal: causal || kind === 'decoder', sameSequence: kind !== 'cross' };
  const heads = layers.reduce((sum, layer) => sum + layer.heads, 0);
  const { compared, comparable } = comparedQueries(shape, heads);
  const rows: LayerHeads[] = [];
  for await (const part of attention.parts(kind, use)) {
    const data = new Float32Array(part.heads * compared.length * keys);
    for (let head = 0; head < part.heads; head++) {
      compared.forEach((query, i) => {
        const from = (head * queries + query) * keys;
        data.set(part.data.subarray(from, from + keys), (head * compared.length + i) * keys);
      });
    }
    // What a query cannot see is zero in all heads, which changes no distance.
    rows.push({ layer: part.layer, heads: part.heads, queries: compared.length, keys, causal: false, sameSequence: false, data });
  }
  return headGroups(joined(rows), { compared: comparable });
}

/** Parts of one layer side by side again. */
function joined(parts: readonly LayerHeads[]): LayerHeads[] {
  const layers = [...new Set(parts.map(part => part.layer))];
  return layers.map(layer => {
    const own = parts.filter(part => part.layer === layer);
    if (own.length === 1) return own[0];
    const data = new Float32Array(own.reduce((sum, part) => sum + part.data.length, 0));
    let at = 0;
    for (const part of own) {
      data.set(part.data, at);
      at += part.data.length;
    }
    return { ...own[0], heads: own.reduce((sum, part) => sum + part.heads, 0), data };
  });
}
