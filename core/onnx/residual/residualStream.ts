import type { FoundAttention } from '../find/findAttention';
import type { Op, Scope, Value } from '../graph/linkedGraph';
import { isSkipNorm, skipSum } from './skipNorm';

/** What a causal model's layers add to, from the embedding to what the final norm reads. */
export interface ResidualStream {
  /** Before the first layer. */
  readonly embedded: Value;
  /** After each layer; the last is what the final norm reads. */
  readonly layers: readonly Value[];
  readonly logits: Value;
}

const norms = /^(LayerNormalization|RMSNormalization|SimplifiedLayerNormalization|ReduceMean|LpNormalization)$/;
const products = /^(MatMul|Gemm|MatMulInteger|com\.microsoft\.(MatMulNBits|FusedMatMul|DynamicQuantizeMatMul))$/;

/**
 * Finds the residual stream of a causal model, of language or of anything else that follows one another: the sums, one built on the other, to which each layer adds what its
 * attention and its MLP give; and that from the last of them a norm and an unembedding lead to the logits. A sum may stand
 * inside a fused norm ({@link skipSum}).
 * @returns one, or, of a decoder whose layers stand in the branches of an `If` (with and without a cache), one for each
 *   branch; or why there is none, as half a sentence.
 */
export function findResidualStreams({
  attentions,
  graph: { root },
}: FoundAttention): readonly ResidualStream[] | string {
  if (attentions.some(({ kind }) => kind !== 'self')) {
    return 'what it says depends on a second sequence that it looks at, and the lens reads models of one';
  }
  if (attentions.length === 0 || attentions.some(({ causal }) => !causal)) {
    return 'its attention is not causal, so no position says what follows';
  }
  const logits = root.outputs.find(({ name }) => name === 'logits');
  return logits ? streamsTo(logits, attentions, root) : unnamedStreams(attentions, root);
}

/** The stream behind the first output of [batch, tokens, size] that a final norm and an unembedding lead to, whatever it is called. */
function unnamedStreams(
  attentions: FoundAttention['attentions'],
  root: FoundAttention['graph']['root'],
): readonly ResidualStream[] | string {
  for (const output of root.outputs) {
    if (output.shape?.length !== 3 || output.producer?.type === 'If') continue;
    const streams = streamsTo(output, attentions, root);
    if (typeof streams !== 'string') return streams;
  }
  return 'no final norm and unembedding found';
}

function streamsTo(
  logits: Value,
  attentions: FoundAttention['attentions'],
  root: FoundAttention['graph']['root'],
): readonly ResidualStream[] | string {
  const owner = logits.producer;
  const scopes = owner?.type === 'If' ? owner.bodies : [root];
  const streams: ResidualStream[] = [];
  for (const scope of scopes) {
    const contexts = attentions
      .map(({ places }) => places.find(({ context }) => context.scope === scope)?.context)
      .filter(context => context !== undefined);
    if (contexts.length < attentions.length) return 'its layers stand in a branch of the graph';
    const own = scope === root ? logits : scope.outputs[owner!.outputs.indexOf(logits)];
    const stream = streamIn(scope, contexts, own);
    if (typeof stream === 'string') return stream;
    if (scope !== root && [stream.embedded, ...stream.layers].some(({ type }) => type === undefined)) {
      return 'the graph does not tell of which type its stream is';
    }
    streams.push(stream);
  }
  return streams;
}

/** The values before the first layer and after each, each in all branches: what `AttentionRequest.exposed` takes. */
export function streamPlaces(streams: readonly ResidualStream[]): readonly (readonly Value[])[] {
  const points = streams.map(({ embedded, layers }) => [embedded, ...layers]);
  return points[0].map((_, i) => points.map(values => values[i]));
}

function streamIn(scope: Scope, contexts: readonly Value[], logits: Value): ResidualStream | string {
  const last = ancestorsOf(logits);
  const sums = scope.ops
    .filter(op => last.has(op))
    .map(sumOf)
    .filter(sum => sum !== undefined)
    .reverse();
  const byResult = new Map(sums.map(sum => [sum.result, sum]));
  for (const { result } of sums) {
    const stream = [result];
    for (let sum = byResult.get(result); sum; sum = byResult.get(stream[0])) stream.unshift(origin(sum.stream));
    const layers = layersOf(stream, contexts);
    if (!layers) continue;
    const end = result.producer!;
    const tail = scope.ops.filter(op => last.has(op) && op.order > end.order && ancestorsOf(op.outputs[0]).has(end));
    if (!isSkipNorm(end) && !tail.some(op => norms.test(op.type))) {
      return 'no final norm stands between its last layer and the logits';
    }
    if (!tail.some(op => products.test(op.type))) return 'no unembedding stands between its last layer and the logits';
    return { ...layers, logits };
  }
  return 'no stream that each layer adds to was found in its graph';
}

interface Sum {
  /** What is added to. */
  readonly stream: Value;
  readonly result: Value;
}

/** What a value was before it was cast (norms in float32 do, and the stream goes on from there) or laid out anew (OPT's MLP puts all texts in one row). */
function origin(value: Value): Value {
  const { producer } = value;
  const [before] = producer?.inputs ?? [];
  return before?.data && /^(Cast|Identity|Reshape)$/.test(producer!.type) ? origin(before) : value;
}

/** The same as [batch, tokens, size], where the graph lays it out so, too. */
export function byTokens(value: Value): Value {
  if (value.shape?.length !== 2) return value;
  return value.readers.find(op => op.type === 'Reshape' && op.outputs[0].shape?.length === 3)?.outputs[0] ?? value;
}

/** A sum of a value and something that was computed from it. */
function sumOf(op: Op): Sum | undefined {
  const [a, b] = op.inputs;
  const result = op.type === 'Add' ? op.outputs[0] : skipSum(op);
  if (!result || !a?.data || !b?.data || !a.producer || !b.producer) return undefined;
  if (ancestorsOf(b).has(a.producer)) return { stream: a, result };
  if (ancestorsOf(a).has(b.producer)) return { stream: b, result };
  return undefined;
}

/** The stream before and after each layer; undefined where a layer does not add to it in its turn. */
function layersOf(
  stream: readonly Value[],
  contexts: readonly Value[],
): Pick<ResidualStream, 'embedded' | 'layers'> | undefined {
  const ancestors = stream.map(ancestorsOf);
  // Where each layer's attention first shows in the stream.
  const enters = contexts.map(context => ancestors.findIndex(ops => ops.has(context.producer!)));
  if (enters.some((at, layer) => at < 1 || (layer > 0 && at <= enters[layer - 1]))) return undefined;
  return {
    embedded: byTokens(stream[enters[0] - 1]),
    layers: contexts.map((_, layer) => byTokens(stream[(enters[layer + 1] ?? stream.length) - 1])),
  };
}

const known = new WeakMap<Value, ReadonlySet<Op>>();

/** All operations that a value comes from. */
function ancestorsOf(value: Value): ReadonlySet<Op> {
  const found = known.get(value);
  if (found) return found;
  const ops = new Set<Op>();
  const open = [value];
  for (let next = open.pop(); next; next = open.pop()) {
    const op = next.producer;
    if (!op || ops.has(op)) continue;
    ops.add(op);
    for (const input of op.inputs) if (input) open.push(input);
  }
  known.set(value, ops);
  return ops;
}
