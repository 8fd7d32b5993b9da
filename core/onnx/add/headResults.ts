import type { AttentionMatch } from '../find/attentionMatch';
import type { Value } from '../graph/linkedGraph';
import { findOutputProjection } from '../residual/outputProjection';

/**
 * The value that holds each head's result: what the output projection reads, all heads side by side in its last axis; where
 * something stands between (a gate, a norm), the product of weights and values itself, [batch, heads, tokens, size].
 * Undefined where the graph shows neither.
 */
export function headResults(place: AttentionMatch): Value | undefined {
  const { further, turns, parts } = place;
  if (turns || (further && further.along !== 'heads')) return undefined;
  const projection = further ? undefined : findOutputProjection(place);
  if (projection) return projection.from;
  const result = further ? undefined : parts?.product?.outputs[0];
  const { batch = [], heads = [], rows = [], folded } = parts?.layout ?? {};
  const isPlain = !folded && batch.join() === '0' && heads.join() === '1' && rows.join() === '2';
  return isPlain && result?.shape?.length === 4 ? result : further ? undefined : sideBySide(place);
}

/** Where the result of heads that share an axis with the batch is laid out with all heads of a token side by side. */
function sideBySide({ context }: AttentionMatch): Value | undefined {
  let value = context;
  for (let steps = 0; steps < 8; steps++) {
    const [op, ...others] = new Set(value.readers);
    if (!op || others.length > 0 || !/^(Reshape|Transpose|Cast|Identity)$/.test(op.type)) return undefined;
    const [result] = op.outputs;
    if (op.type === 'Reshape' && value.shape?.length === 4 && result.shape?.length === 3) return result;
    value = result;
  }
  return undefined;
}
