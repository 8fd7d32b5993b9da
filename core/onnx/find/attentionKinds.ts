import type { AttentionMatch } from './attentionMatch';
import type { LinkedGraph, Op, Value } from '../graph/linkedGraph';
import { DataType } from '../read/onnxModel';
import { isSubset, streamContexts } from './streamContexts';
import { Walk, walkBack } from './walkBack';

export type SiteKind = 'self' | 'encoder' | 'decoder' | 'cross';

/** What an attention is to its model. */
export interface AttentionRole {
  readonly kind: SiteKind;
  /** Learned queries that sum a sequence up at its end. */
  readonly pooling: boolean;
}

/**
 * Tells self-attention from cross-attention, and the encoder's from the decoder's, by the flow of data alone.
 *
 * Attention is cross-attention where keys and queries come from different streams. A stream is what one gets going back
 * from a tensor without passing through attention: residual connections and feed-forward layers down to the embedding.
 * (Passing through attention, a decoder reaches the encoder, and everything would meet.) Streams are also different where
 * they come from one input but the keys hold results of attention that the queries do not. In models with cross-attention,
 * what comes before its keys is the encoder, the rest the decoder. Two streams that look at each other (LXMERT, ViLBERT)
 * are neither: theirs is self-attention.
 */
export function attentionKinds(matches: readonly AttentionMatch[], graph: LinkedGraph): AttentionRole[] {
  const contexts = new Set(matches.map(m => m.context));
  const withinStream = (op: Op): boolean => !op.outputs.some(o => contexts.has(o));
  const inStream = streamContexts(graph.ops, contexts);
  const apart = matches.map(match => isCross(match, withinStream, inStream));
  const pooling = matches.map((match, i) => apart[i] && isPooling(match, matches, withinStream));
  const cross = apart.map((is, i) => is && !pooling[i]);
  if (!cross.includes(true)) return pooling.map(p => ({ kind: 'self', pooling: p }));
  if (
    lookAtEachOther(
      matches.filter((_, i) => cross[i]),
      inStream,
    )
  ) {
    return matches.map((_, i) => ({ kind: cross[i] ? 'cross' : 'self', pooling: pooling[i] }));
  }
  const crossContexts = new Set(matches.filter((_, i) => cross[i]).map(m => m.context));
  const beforeKeys = walkBack(
    matches.flatMap((m, i) => (cross[i] ? m.keyFrom : [])),
    () => true,
  );
  // Not through cross-attention itself: that is how the encoder reaches the decoder.
  const beforeQueries = walkBack(
    matches.flatMap((m, i) => (cross[i] ? m.queryFrom : [])),
    op => !op.outputs.some(o => crossContexts.has(o)),
  );
  return matches.map((match, i) => {
    const kind = cross[i]
      ? 'cross'
      : beforeKeys.has(match.context) && !beforeQueries.has(match.context)
        ? 'encoder'
        : 'decoder';
    return { kind, pooling: pooling[i] };
  });
}

/** Whether of two streams each looks at the other, somewhere. */
function lookAtEachOther(cross: readonly AttentionMatch[], inStream: (value: Value) => ReadonlySet<Value>): boolean {
  const sides = cross.map(match => ({
    queries: new Set(match.queryFrom.flatMap(q => [...inStream(q)])),
    keys: new Set(match.keyFrom.flatMap(k => [...inStream(k)])),
  }));
  const share = (a: ReadonlySet<Value>, b: ReadonlySet<Value>): boolean => [...a].some(value => b.has(value));
  return sides.some((a, i) => sides.slice(i + 1).some(b => share(a.queries, b.keys) && share(a.keys, b.queries)));
}

function isCross(
  match: AttentionMatch,
  withinStream: (op: Op) => boolean,
  inStream: (value: Value) => ReadonlySet<Value>,
): boolean {
  if (match.queryFrom.some(q => match.keyFrom.includes(q))) return false;
  const queries = new Walk(match.queryFrom, withinStream);
  const keys = new Walk(match.keyFrom, withinStream);
  // Step by step on both sides: self-attention meets at once, at the layer's input.
  const meets = (value: Value): boolean =>
    queries.seen.has(value) && keys.seen.has(value) && value.data && isActivation(value);
  for (;;) {
    const reached = [...queries.step(64), ...keys.step(64)];
    if (reached.length === 0) break;
    if (reached.some(meets)) {
      return !match.keyFrom.every(key => match.queryFrom.some(query => isSubset(inStream(key), inStream(query))));
    }
  }
  // Learned queries that look at each other (object queries) depend on no input.
  const ofInput = (walk: Walk): boolean => [...walk.seen].some(v => v.data);
  return ofInput(keys) || ofInput(queries) || ![...keys.seen].some(v => queries.seen.has(v) && isActivation(v));
}

/** Queries that are parameters and whose result no other attention looks at sum a sequence up: part of its one stack. */
function isPooling(
  match: AttentionMatch,
  matches: readonly AttentionMatch[],
  withinStream: (op: Op) => boolean,
): boolean {
  if (match.queryFrom.some(q => q.data)) return false;
  const before = walkBack(match.queryFrom, () => true);
  if (matches.some(m => before.has(m.context))) return false;
  return !matches.some(m => m !== match && walkBack([...m.queryFrom, ...m.keyFrom], withinStream).has(match.context));
}

/** Floating point (or a quantisation of it) and not a mere number: masks, indices and scales are shared by everything. */
function isActivation(value: Value): boolean {
  const float =
    value.type === undefined ||
    value.type === DataType.float ||
    value.type === DataType.float16 ||
    value.type === DataType.bfloat16;
  const rank = value.shape?.length;
  // Hidden states that come quantised out of a table of embeddings.
  if (value.type === DataType.uint8 || value.type === DataType.int8) {
    return value.producer !== undefined && rank !== undefined && rank >= 3;
  }
  // Of inputs only hidden states and pictures count; a mask has two axes.
  return float && (value.producer ? rank === undefined || rank >= 2 : value.data && rank !== undefined && rank >= 3);
}
