import type { AttentionGroup } from '../../core/run/explanation';
import type { RowReduction } from '../../core/protocol/runProtocol';

/** What the setting `headlight.lens.head` says: `mean`, `maximum`, or a head as "2.1"; anything else is the mean. */
export function parseLensHead(setting: string): RowReduction {
  const head = /^(\d+)\.(\d+)$/.exec(setting.trim());
  if (head) return { layer: Number(head[1]), head: Number(head[2]) };
  return setting === 'maximum' ? 'maximum' : 'mean';
}

/** The other way. */
export function formatLensHead(head: RowReduction): string {
  return typeof head === 'string' ? head : `${head.layer}.${head.head}`;
}

/** Every head of a model's attention of one kind. */
export function headsOf({ layers }: AttentionGroup): { layer: number; head: number }[] {
  return layers.flatMap(({ layer, heads }) => Array.from({ length: heads }, (_, head) => ({ layer, head })));
}

/** What was chosen where the model has it, else the mean. */
export function resolveLensHead(group: AttentionGroup, chosen: RowReduction): RowReduction {
  if (typeof chosen === 'string') return chosen;
  return headsOf(group).some(({ layer, head }) => layer === chosen.layer && head === chosen.head) ? chosen : 'mean';
}
