import type { AttentionMatch } from '../find/attentionMatch';
import type { AttentionSite, FoundAttention } from '../find/findAttention';
import type { Op, Scope, Value } from '../graph/linkedGraph';
import { type Embedding, findEmbedding, type PositionSource, positionSource } from './embedding';
import { type FeedForward, feedForward, shortened } from './feedForward';
import { findOutputProjection, type ProjectionSpan } from './outputProjection';
import { norms, type ResidualSum, residualSums } from './residualSums';
import { residualWrite } from './residualWrite';
import { skipSum } from './skipNorm';

/** What one part of a block adds to the residual stream, and the stream before and after: [batch, tokens, size] or [batch · tokens, size]. */
export interface BlockPart {
  readonly before: Value;
  readonly write: Value;
  /** A constant that a fused norm adds besides. */
  readonly bias?: Value;
  /** Of parts side by side, after all of them. */
  readonly after: Value;
  /** What the part reads: the stream, or its norm. */
  readonly reads: Value;
  /** Whether a norm stands before it. */
  readonly preNorm: boolean;
  /** Whether what it gives is normalized before it is added. */
  readonly normedWrite: boolean;
  /** The attention that it is; absent: a feed-forward part. */
  readonly site?: AttentionSite;
  /** Of attention: from what the output projection reads to what is added, or as far as that differs by a constant alone. */
  readonly projection?: ProjectionSpan;
  /** Of a feed-forward part: its inside, or why that is not told apart. */
  readonly feedForward?: FeedForward | string;
  /** Whether it and the part before it read the same stream: they stand side by side. */
  readonly parallel: boolean;
}

/** One layer: what its attention, its cross-attention and its feed-forward part add, in order. */
export interface Block {
  readonly parts: readonly BlockPart[];
}

/** The blocks of one residual stream. */
export interface BlockStack {
  readonly scope: Scope;
  /** The stream before the first block. */
  readonly start: Value;
  readonly embedding: Embedding;
  readonly blocks: readonly Block[];
  /** The stream after the last block, as what follows reads it: normalized, where each sum is. */
  readonly end: Value;
  /** Whether the stream is normalized after each addition. */
  readonly postNorm: boolean;
  readonly positions?: PositionSource;
}

/**
 * Finds the transformer blocks of a model: for each residual stream the additions to it, by attention and by feed-forward
 * parts, in their order. By structure, as attention is: a stream is what a layer's attention is added to; what is added
 * next and was computed from it belongs to the same block, until the next layer's attention.
 * @returns stacks in the order of their first layers; those of the branches of an `If` each by itself. Attention that is
 *   added to no stream belongs to none.
 */
export function findBlocks({ attentions }: FoundAttention): BlockStack[] {
  const stacks: BlockStack[] = [];
  const placed = new Set<AttentionMatch>();
  const byContext = new Map<Op, readonly [AttentionSite, AttentionMatch]>();
  const all: [AttentionSite, AttentionMatch][] = [];
  for (const site of attentions) {
    for (const place of site.places) {
      all.push([site, place]);
      const { producer } = place.context;
      if (producer) byContext.set(producer, [site, place]);
    }
  }
  all.sort(([, a], [, b]) => a.op.order - b.op.order);
  for (const [, place] of all) {
    if (placed.has(place)) continue;
    const start = residualWrite(place)?.stream;
    if (!start) continue;
    const blocks: BlockPart[][] = [];
    const sums = residualSums(start);
    let last = start;
    let postNorm = false;
    for (const sum of sums) {
      const { parts, sites } = partsOf(sum, last, byContext);
      if (sum.before !== last && !laidOut(sum.before, last)) postNorm = true;
      const begins = sites.some(([{ kind }]) => kind !== 'cross') || blocks.length === 0;
      const isSecond = begins && parts.length > 0 && blocks.at(-1)?.every(({ site }) => site === undefined) === true;
      if (begins && !isSecond) blocks.push([]);
      blocks[blocks.length - 1].push(...parts);
      for (const [, found] of sites) placed.add(found);
      last = sum.after;
    }
    if (!placed.has(place)) continue;
    const { site, match } = firstOf(blocks, all);
    stacks.push({
      scope: start.scope,
      start,
      embedding: findEmbedding(start),
      blocks: blocks.map(parts => ({ parts })),
      end: postNorm ? normOf(last) : last,
      postNorm,
      positions: match && positionSource(match, [start, ...(site?.reads ? [site.reads] : [])]),
    });
  }
  return stacks;
}

type Placed = readonly [AttentionSite, AttentionMatch];

function firstOf(
  blocks: readonly (readonly BlockPart[])[],
  all: readonly Placed[],
): { readonly site?: BlockPart; readonly match?: AttentionMatch } {
  const site = blocks.flat().find(part => part.site !== undefined);
  const match = all.find(([one, place]) => one === site?.site && place.context.scope === site.write.scope)?.[1];
  return { site, match };
}

/** What one addition is of: a part, or parts side by side that were added to each other first. */
function partsOf(
  sum: ResidualSum,
  last: Value,
  byContext: ReadonlyMap<Op, Placed>,
): { readonly parts: readonly BlockPart[]; readonly sites: readonly Placed[] } {
  const sites = sum.ops.map(op => byContext.get(op)).filter(placed => placed !== undefined);
  const inside = new Set(sum.ops);
  const sides = sites.length === 1 ? sidesOf(sum.write, inside, sites[0][1].context.producer!) : undefined;
  const writes = sides ?? [sum.write];
  // Parts one after the other in the graph may still read the same stream.
  const readsEarlier = sum.reads.length > 0 && sum.reads.every(value => !isAfter(value, last));
  const parts = writes.map((write, i): BlockPart => {
    const ops = sides ? opsOf(write, inside) : sum.ops;
    const own = sites.find(([, place]) => ops.includes(place.context.producer!));
    const reads = readBy(ops, sum.reads);
    const projection = own && findOutputProjection(own[1]);
    return {
      before: sum.before,
      write,
      bias: i === writes.length - 1 ? sum.bias : undefined,
      after: sum.after,
      reads,
      preNorm: reads !== sum.before && !laidOut(reads, sum.before),
      normedWrite: isNormed(write, inside),
      site: own?.[0],
      projection: projection && { from: projection.from, to: shortened(projection.to, write, inside) },
      feedForward: own ? undefined : feedForward(ops, write),
      parallel: i > 0 || readsEarlier,
    };
  });
  return { parts, sites };
}

/** Whether a value was computed from another: through norms, casts and layouts. */
function isAfter(value: Value, from: Value): boolean {
  for (let at: Value | undefined = value, steps = 0; at && steps < 40; steps++) {
    if (at === from) return true;
    const op: Op | undefined = at.producer;
    if (op && skipSum(op) === from) return true;
    at = op?.inputs.find(input => input?.data);
  }
  return false;
}

/** Whether one is the other, cast or laid out anew. */
function laidOut(value: Value, from: Value): boolean {
  for (let at: Value | undefined = value, steps = 0; at && steps < 8; steps++) {
    if (at === from) return true;
    const op: Op | undefined = at.producer;
    if (!op || !/^(Cast|Identity|Reshape|Dropout|Squeeze|Unsqueeze)$/.test(op.type)) return false;
    [at] = op.inputs;
  }
  return false;
}

/** The two things that were added to each other before they meet the stream, of which one is attention. */
function sidesOf(write: Value, inside: ReadonlySet<Op>, attention: Op): readonly [Value, Value] | undefined {
  let at = write;
  for (let steps = 0; steps < 8; steps++) {
    const op = at.producer;
    if (!op || !inside.has(op)) return undefined;
    const flowing = op.inputs.filter(input => input?.data) as Value[];
    if (op.type === 'Add' && flowing.length === 2) {
      const [a, b] = flowing.map(value => opsOf(value, inside).includes(attention));
      if (a === b) return undefined;
      return a ? [flowing[0], flowing[1]] : [flowing[1], flowing[0]];
    }
    if (!/^(Cast|Identity|Reshape|Dropout)$/.test(op.type)) return undefined;
    [at] = flowing;
  }
  return undefined;
}

function opsOf(value: Value, inside: ReadonlySet<Op>): Op[] {
  const found = new Set<Op>();
  const open = [value];
  for (let at = open.pop(); at; at = open.pop()) {
    const { producer } = at;
    if (!producer || !inside.has(producer) || found.has(producer)) continue;
    found.add(producer);
    for (const input of producer.inputs) if (input?.data) open.push(input);
  }
  return [...found].sort((a, b) => a.order - b.order);
}

/** The value of the stream that operations read; of several, the last one computed. */
function readBy(ops: readonly Op[], reads: readonly Value[]): Value {
  const own = reads.filter(value => ops.some(op => op.inputs.includes(value)));
  const order = ({ producer }: Value) => producer?.order ?? -1;
  return (own.length > 0 ? own : reads).reduce((last, value) => (order(value) > order(last) ? value : last));
}

/** Whether what is added was normalized: a norm stands between the last product and it. */
function isNormed(write: Value, inside: ReadonlySet<Op>): boolean {
  const open = [write];
  const seen = new Set<Op>();
  for (let at = open.pop(); at && seen.size < 24; at = open.pop()) {
    const { producer } = at;
    if (!producer || !inside.has(producer) || seen.has(producer)) continue;
    if (norms.test(producer.type)) return true;
    seen.add(producer);
    if (!/^(Cast|Identity|Reshape|Dropout|Mul|Div|Sub|Add|Transpose|Pow|Sqrt|Reciprocal)$/.test(producer.type)) {
      continue;
    }
    for (const input of producer.inputs) if (input?.data) open.push(input);
  }
  return false;
}

/** What a norm makes of the last sum, where it is followed by nothing but a norm; else the sum. */
export function normOf(sum: Value): Value {
  const { producer } = sum;
  if (producer && skipSum(producer) === sum) return producer.outputs[0];
  let at = sum;
  for (let steps = 0; steps < 16; steps++) {
    const next = at.readers.filter(op => op.scope === sum.scope && op.outputs[0]?.data);
    const one = next.find(op => /^(LayerNormalization|RMSNormalization|SimplifiedLayerNormalization)$/.test(op.type));
    if (one) return one.outputs[0];
    // A norm that is written out: of x its mean is taken, and from x it is subtracted.
    const last = lastOfNorm(at);
    if (last) return last;
    if (next.length !== 1 || !/^(Cast|Identity|Reshape)$/.test(next[0].type)) return sum;
    [at] = next[0].outputs;
  }
  return sum;
}

/** The result of a layer norm in single operations: (x − mean) / deviation × weight + bias. */
function lastOfNorm(x: Value): Value | undefined {
  let at = x.readers.find(op => op.type === 'Sub')?.outputs[0];
  for (const type of [/^Div$|^Mul$/, /^Mul$/, /^Add$/]) at = at?.readers.find(op => type.test(op.type))?.outputs[0];
  return at;
}
