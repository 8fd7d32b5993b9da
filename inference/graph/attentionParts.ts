import type { AttentionKind } from '../../core/attention/attentionKind';
import type { LayerTensor } from '../models/recorder';

/** One of the parts that a graph computes side by side: a channel, a window, a block of queries with keys of its own. */
export interface AttentionPart {
  readonly queries: number;
  readonly keys: number;
  /** Which of those of this size, counted from 0. */
  readonly index: number;
  /** What it is called, for people. */
  readonly name: string;
}

/**
 * The parts of a run's attention, size by size in the order of the layers.
 * @param attention all of the batch: [parts, heads, queries, keys] a layer.
 */
export function partsOf(attention: readonly LayerTensor[]): AttentionPart[] {
  const kind = leadingKind(attention);
  const sizes = new Map<string, { queries: number; keys: number; count: number }>();
  for (const layer of attention.filter(layer => layer.kind === kind)) {
    const { queries, keys } = layer;
    const key = `${queries} ${keys}`;
    sizes.set(key, { queries, keys, count: Math.max(sizes.get(key)?.count ?? 0, partCount(layer)) });
  }
  // What a decoder looks at has the lengths of its two sequences.
  const all = kind === 'cross' ? [...sizes.values()].slice(0, 1) : [...sizes.values()];
  return all.flatMap(({ queries, keys, count }) =>
    Array.from({ length: count }, (_, index) => ({
      queries,
      keys,
      index,
      name: all.length === 1 ? `Part ${index + 1} of ${count}` : `${index + 1} of ${count}, ${size(queries, keys)}`,
    })),
  );
}

/** What the layers compute of one part, [heads, queries, keys]; layers without it are left out. */
export function layersOfPart(attention: readonly LayerTensor[], part: AttentionPart): LayerTensor[] {
  const kind = leadingKind(attention);
  const first = new Map<AttentionKind, { queries: number; keys: number }>();
  for (const layer of attention) if (!first.has(layer.kind)) first.set(layer.kind, layer);
  return attention.flatMap(layer => {
    const { queries, keys } = layer.kind === kind ? part : first.get(layer.kind)!;
    const count = partCount(layer);
    // Layers that compute one alone are of all parts.
    const index = count === 1 && layer.kind !== kind ? 0 : part.index;
    if (layer.queries !== queries || layer.keys !== keys || index >= count) return [];
    const size = layer.heads * queries * keys;
    return [{ ...layer, data: layer.data.subarray(index * size, (index + 1) * size) }];
  });
}

function partCount({ heads, queries, keys, data }: LayerTensor): number {
  return Math.max(1, Math.round(data.length / (heads * queries * keys)));
}

function leadingKind(attention: readonly LayerTensor[]): AttentionKind | undefined {
  return attention.some(({ kind }) => kind === 'cross') ? 'cross' : attention[0]?.kind;
}

function size(queries: number, keys: number): string {
  return queries === keys ? `${queries} positions` : `${queries} ${queries === 1 ? 'query' : 'queries'} × ${keys} keys`;
}
