import type { AttentionKind } from '../../core/attention/attentionKind';
import type { LayerHeads } from '../../core/attention/attentionMatrix';
import type { RunAttention, UseModel } from './runAttention';

/**
 * The rows of some queries, of all heads of a kind: what is compared of a long text, so that no more is held.
 * @returns A layer each, its queries those given in their order. What a query cannot see is zero, so no mask is told.
 */
export async function gatherRows(
  attention: RunAttention,
  kind: AttentionKind,
  queries: readonly number[],
  use: UseModel,
): Promise<LayerHeads[]> {
  const rows: LayerHeads[] = [];
  for await (const part of attention.parts(kind, use)) {
    const { keys } = part;
    const data = new Float32Array(part.heads * queries.length * keys);
    for (let head = 0; head < part.heads; head++) {
      queries.forEach((query, i) => {
        const from = (head * part.queries + query) * keys;
        data.set(part.data.subarray(from, from + keys), (head * queries.length + i) * keys);
      });
    }
    rows.push({
      layer: part.layer,
      heads: part.heads,
      queries: queries.length,
      keys,
      causal: false,
      sameSequence: false,
      data,
    });
  }
  return joined(rows);
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
