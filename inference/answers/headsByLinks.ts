import type { AttentionKind } from '../../core/attention/attentionKind';
import type { HeadLink, TokenLinkPlace } from '../../core/run/headLink';
import { layersOf, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';

/**
 * All heads of one kind by how much they look from some queries to some keys: the mean of those weights, the largest first.
 * @throws {InferenceFault} where the run has no attention of that kind.
 */
export async function headsByLinks(
  { attention }: KnownRun,
  kind: AttentionKind,
  links: readonly TokenLinkPlace[],
  use: UseModel,
): Promise<HeadLink[]> {
  layersOf(attention, kind);
  const heads: HeadLink[] = [];
  for await (const { layer, firstHead, heads: count, queries, keys, data } of attention.parts(kind, use)) {
    for (let head = 0; head < count; head++) {
      const sum = links.reduce((total, { query, key }) => total + data[(head * queries + query) * keys + key], 0);
      heads.push({ layer, head: firstHead + head, weight: sum / links.length });
    }
  }
  return heads.sort((a, b) => b.weight - a.weight);
}
