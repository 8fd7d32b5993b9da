import type { AttentionMatch } from '../find/attentionMatch';
import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';

/** Where a layer's attention meets the residual stream: the two tensors that are added there, [batch, tokens, size]. */
export interface ResidualWrite {
  /** What all heads together give, through the output projection. */
  readonly write: Value;
  /** What they are added to. */
  readonly stream: Value;
}

/** Additions, also those that a normalisation was fused with. */
const additions = new Set([
  'Add',
  'com.microsoft.SkipLayerNormalization',
  'com.microsoft.SkipSimplifiedLayerNormalization',
]);

/** As many operations after the attention, and before it, are looked at. */
const mostAfter = 80;
const mostBefore = 400;

/**
 * Follows what the heads give to the addition into the residual stream: the first whose other operand flowed into the
 * queries, too. In parallel blocks what the heads give meets the feed-forward part's result first: then the operand there is
 * what they write. Undefined where the graph does not show it (windows that are put together again, no residual stream).
 */
export function residualWrite({ context, queryFrom, further }: AttentionMatch): ResidualWrite | undefined {
  if (further) return undefined;
  const { scope } = context;
  const reached = new Set<Value>([context]);
  const queue = new Set<Op>(context.readers);
  let before: ReadonlySet<Value> | undefined;
  let write: Value | undefined;
  for (let step = 0; step < mostAfter && queue.size > 0; step++) {
    const op = [...queue].reduce((first, other) => (other.order < first.order ? other : first));
    queue.delete(op);
    if (op.scope !== scope) continue;
    if (additions.has(op.type)) {
      const [own, other] = [
        op.inputs.slice(0, 2).find(value => value && reached.has(value)),
        op.inputs.slice(0, 2).find(value => value && !reached.has(value)),
      ];
      if (own && other?.data && !isWeight(other) && (op.type !== 'Add' || isStream(own, other, op.outputs[0]))) {
        write ??= own;
        before ??= valuesBefore(queryFrom);
        if (before.has(other)) return { write, stream: other };
      }
    }
    for (const output of op.outputs) {
      reached.add(output);
      output.readers.forEach(reader => queue.add(reader));
    }
  }
  return undefined;
}

/** Whether tensors hold a vector for each token: as far as their shapes are known, and one is. */
function isStream(...values: readonly Value[]): boolean {
  const ranks = values.flatMap(({ shape }) => (shape ? [shape.length] : []));
  return ranks.length > 0 && ranks.every(rank => rank === 3);
}

/** The values that something was computed from, itself included, and what was computed with it: a fused norm gives the sum, too. */
function valuesBefore(values: readonly Value[]): ReadonlySet<Value> {
  const found = new Set<Value>(values);
  let steps = 0;
  for (const value of found) {
    if (++steps > mostBefore) break;
    for (const other of [...(value.producer?.outputs ?? []), ...(value.producer?.inputs ?? [])]) {
      if (other?.data) found.add(other);
    }
  }
  return found;
}
