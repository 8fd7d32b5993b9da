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
  const withinStream = (op: Op): boolean => !op.outputs.some(o => contexts.has(o));
  const cross = matches.map(match => isCross(match, withinStream) && !isPooling(match, matches, withinStream));
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

function isCross(match: AttentionMatch, withinStream: (op: Op) => boolean): boolean {
  if (match.queryFrom.some(q => match.keyFrom.includes(q))) return false;
  const queries = new Walk(match.queryFrom, withinStream);
  const keys = new Walk(match.keyFrom, withinStream);
  // Step by step on both sides: self-attention meets at once, at the layer's input.
  const meets = (value: Value): boolean => queries.seen.has(value) && keys.seen.has(value) && value.data && isActivation(value);
  for (;;) {
    const reached = [...queries.step(64), ...keys.step(64)];
    if (reached.length === 0) break;
    if (reached.some(meets)) return false;
  }
  // Learned queries that look at each other (object queries) depend on no input.
  const ofInput = (walk: Walk): boolean => [...walk.seen].some(v => v.data);
  return ofInput(keys) || ofInput(queries) || ![...keys.seen].some(v => queries.seen.has(v) && isActivation(v));
}

/** Queries that are parameters and whose result no other attention looks at sum a sequence up: part of its one stack. */
function isPooling(match: AttentionMatch, matches: readonly AttentionMatch[], withinStream: (op: Op) => boolean): boolean {
  if (match.queryFrom.some(q => q.data)) return false;
  const before = walkBack(match.queryFrom, () => true);
  if (matches.some(m => before.has(m.context))) return false;
  return !matches.some(m => m !== match && walkBack([...m.queryFrom, ...m.keyFrom], withinStream).has(match.context));
}

/** Floating point (or a quantisation of it) and not a mere number: masks, indices and scales are shared by everything. */
function isActivation(value: Value): boolean {
  const float = value.type === undefined || value.type === DataType.float || value.type === DataType.float16 || value.type === DataType.bfloat16;
  const rank = value.shape?.length;
  // Hidden states that come quantised out of a table of embeddings.
  if (value.type === DataType.uint8 || value.type === DataType.int8) return value.producer !== undefined && rank !== undefined && rank >= 3;
  // Of inputs only hidden states and pictures count; a mask has two axes.
  return float && (value.producer ? rank === undefined || rank >= 2 : value.data && rank !== undefined && rank >= 3);
}

/** All values that the given ones are computed from, themselves included. */
function walkBack(from: readonly Value[], through: (op: Op) => boolean): ReadonlySet<Value> {
  const walk = new Walk(from, through);
  while (walk.step(1024).length > 0);
  return walk.seen;
}

/** A walk from values to what they are computed from, nearest first; positions (sines, shapes) are left out. */
class Walk {
  readonly seen: Set<Value>;
  private readonly queue: Value[];
  private at = 0;

  constructor(from: readonly Value[], private readonly through: (op: Op) => boolean) {
    this.seen = new Set(from);
    this.queue = [...from];
  }

  /** Goes on from at most so many values; what it passed, none at the end. */
  step(count: number): readonly Value[] {
    const start = this.at;
    const end = Math.min(this.queue.length, start + count);
    for (; this.at < end; this.at++) {
      const value = this.queue[this.at];
      const op = value.producer ?? loopInput(value);
      if (!op || unrelated.has(op.node.type) || !this.through(op)) continue;
      op.inputs.forEach(input => this.reach(input));
      if (!value.producer) continue;
      for (const body of op.bodies) {
        if (op.node.type === 'If') this.reach(body.outputs[op.outputs.indexOf(value)]);
        else body.outputs.forEach(output => this.reach(output));
      }
    }
    return this.queue.slice(start, end);
  }

  private reach(value: Value | undefined): void {
    if (!value || this.seen.has(value)) return;
    this.seen.add(value);
    this.queue.push(value);
  }
}

const unrelated = new Set(['Shape', 'Size', 'Sin', 'Cos']);

/** The inputs of a body come from the inputs of its node. */
function loopInput(value: Value): Op | undefined {
  return value.scope.inputs.includes(value) ? value.scope.owner?.op : undefined;
}
