import type { AttentionMatch } from './attentionMatch';
import type { Op, Value } from './linkedGraph';
import { DataType } from './onnxModel';

export type SiteKind = 'self' | 'encoder' | 'decoder' | 'cross';

/**
 * Tells self-attention from cross-attention, and the encoder's from the decoder's, by the flow of data alone.
 *
 * Attention is cross-attention where keys and queries come from different streams. A stream is what one gets going back
 * from a tensor without passing through attention: residual connections and feed-forward layers down to the embedding.
 * (Passing through attention, a decoder reaches the encoder, and everything would meet.) In models with cross-attention,
 * what comes before its keys is the encoder, the rest the decoder.
 */
export function attentionKinds(matches: readonly AttentionMatch[]): SiteKind[] {
  const contexts = new Set(matches.map(m => m.context));
  const streams = new Map<Value, ReadonlySet<Value>>();
  const streamOf = (values: readonly Value[]): ReadonlySet<Value> => {
    const all = new Set<Value>();
    for (const value of values) {
      let stream = streams.get(value);
      if (!stream) streams.set(value, stream = walkBack([value], op => !op.outputs.some(o => contexts.has(o))));
      for (const member of stream) all.add(member);
    }
    return all;
  };
  const cross = matches.map(match => isCross(match, streamOf) && !isPooling(match, matches, streamOf));
  if (!cross.includes(true)) return matches.map(() => 'self');
  const crossContexts = new Set(matches.filter((_, i) => cross[i]).map(m => m.context));
  const beforeKeys = walkBack(matches.flatMap((m, i) => (cross[i] ? m.keyFrom : [])), () => true);
  // Not through cross-attention itself: that is how the encoder reaches the decoder.
  const beforeQueries = walkBack(matches.flatMap((m, i) => (cross[i] ? m.queryFrom : [])), op => !op.outputs.some(o => crossContexts.has(o)));
  return matches.map((match, i) => {
    if (cross[i]) return 'cross';
    return beforeKeys.has(match.context) && !beforeQueries.has(match.context) ? 'encoder' : 'decoder';
  });
}

function isCross(match: AttentionMatch, streamOf: (values: readonly Value[]) => ReadonlySet<Value>): boolean {
  if (match.queryFrom.some(q => match.keyFrom.includes(q))) return false;
  const queries = streamOf(match.queryFrom);
  const keys = streamOf(match.keyFrom);
  const meet = (counts: (value: Value) => boolean): boolean => [...keys].some(v => queries.has(v) && counts(v));
  if (meet(v => v.data && isActivation(v))) return false;
  // Learned queries that look at each other (object queries) depend on no input.
  return ![...keys].some(v => v.data) && ![...queries].some(v => v.data) ? !meet(v => isActivation(v)) : true;
}

/** Queries that are parameters and whose result no other attention looks at sum a sequence up: part of its one stack. */
function isPooling(match: AttentionMatch, matches: readonly AttentionMatch[], streamOf: (values: readonly Value[]) => ReadonlySet<Value>): boolean {
  if (match.queryFrom.some(q => q.data)) return false;
  const before = walkBack(match.queryFrom, () => true);
  if (matches.some(m => before.has(m.context))) return false;
  return !matches.some(m => m !== match && [...m.queryFrom, ...m.keyFrom].some(v => streamOf([v]).has(match.context)));
}

/** Floating point and not a mere number: masks, indices and scales are shared by everything. */
function isActivation(value: Value): boolean {
  const float = value.type === undefined || value.type === DataType.float || value.type === DataType.float16 || value.type === DataType.bfloat16;
  const rank = value.shape?.length;
  // Of inputs only hidden states and pictures count; a mask has two axes.
  return float && (value.producer ? rank === undefined || rank >= 2 : value.data && rank !== undefined && rank >= 3);
}

/** All values that the given ones are computed from, themselves included; positions (sines, shapes) are left out. */
function walkBack(from: readonly Value[], through: (op: Op) => boolean): Set<Value> {
  const seen = new Set<Value>(from);
  const stack = [...from];
  while (stack.length > 0) {
    const value = stack.pop()!;
    const op = value.producer ?? loopInput(value);
    if (!op || /^(Shape|Size|Sin|Cos)$/.test(op.node.type) || !through(op)) continue;
    const branch = op.outputs.indexOf(value);
    const inner = value.producer ? op.bodies.flatMap(b => (op.node.type === 'If' ? b.outputs[branch] ?? [] : b.outputs)) : [];
    for (const input of [...op.inputs, ...inner]) {
      if (input && !seen.has(input)) {
        seen.add(input);
        stack.push(input);
      }
    }
  }
  return seen;
}

/** The inputs of a body come from the inputs of its node. */
function loopInput(value: Value): Op | undefined {
  return value.scope.inputs.includes(value) ? value.scope.owner?.op : undefined;
}
