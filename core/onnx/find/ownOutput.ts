import { DataType } from '../read/onnxModel';
import type { AttentionSite } from './findAttention';

/**
 * The output by which a file itself gives the probabilities of a layer as [batch, heads, queries, keys], float32 (exported
 * with `output_attentions=True`); undefined where it does not.
 */
export function ownOutput({ places }: Pick<AttentionSite, 'places'>): string | undefined {
  const [{ parts, further }] = places;
  if (places.length > 1 || further || !parts || parts.sums) return undefined;
  const { probabilities: value, layout } = parts;
  if (value.type !== DataType.float || value.scope.owner || !value.scope.outputs.includes(value)) return undefined;
  const axes = [layout.batch, layout.heads, layout.rows, layout.columns];
  return !layout.folded && axes.every((of, i) => of.length === 1 && of[0] === i) ? value.name : undefined;
}
