import { informativeHead } from '../../core/attention/informativeHead';
import { poolMaximum } from '../../core/attention/poolMaximum';
import type { AttentionGroup, LayerAttention } from '../../core/run/explanation';
import { thumbnailSize } from '../models/attentionSession';
import type { LayerOverview, LayerTensor } from '../models/recorder';

/** What a panel shows of attention at first. */
export function groupsOf(overview: readonly LayerOverview[]): AttentionGroup[] {
  const kinds = [...new Set(overview.map(layer => layer.kind))];
  return kinds.map(kind => {
    const layers = overview.filter(layer => layer.kind === kind);
    const queries = kind === 'decoder' || kind === 'cross' ? 'output' : 'input';
    const keys = kind === 'decoder' ? 'output' : 'input';
    return {
      kind,
      causal: layers.every(layer => layer.causal) || kind === 'decoder',
      queries,
      keys,
      layers: layers.map(({ layer, heads, queries, keys, thumbnails }): LayerAttention => ({
        layer,
        heads,
        queries,
        keys,
        thumbnails,
      })),
      first: informativeHead(layers, queries === keys && layers.every(layer => layer.queries === layer.keys)),
    };
  });
}

/** A layer's heads, made small. */
export function overviewOf({ data, ...layer }: LayerTensor): LayerOverview {
  const { heads, queries, keys } = layer;
  const pooled = Array.from({ length: heads }, (_, head) =>
    poolMaximum(data.subarray(head * queries * keys, (head + 1) * queries * keys), queries, keys, thumbnailSize),
  );
  const { rows, columns } = pooled[0];
  const thumbnails = new Float32Array(heads * rows * columns);
  pooled.forEach((thumbnail, head) => thumbnails.set(thumbnail.data, head * rows * columns));
  return { ...layer, thumbnails: { rows, columns, data: thumbnails } };
}
