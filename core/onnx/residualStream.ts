import type { FoundAttention } from './findAttention';
import type { Op, Value } from './linkedGraph';

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
 * Finds the residual stream of a causal language model: the sums, one built on the other, to which each layer adds what its
 * attention and its MLP give; and that from the last of them a norm and an unembedding lead to the logits.
 * @returns why there is none, as half a sentence, where it is not so.
 */
export function findResidualStream({ attentions, graph: { root } }: FoundAttention): ResidualStream | string {
  const contexts = attentions.map(({ places: [place] }) => place.context);
  if (attentions.length === 0 || attentions.some(({ kind, causal }) => kind !== 'self' || !causal)) return 'only a causal language model says at each position what follows';
  const logits = root.outputs.find(({ name }) => name === 'logits');
  if (!logits) return 'the graph has no output named logits';
  if (contexts.some(context => context.scope !== root)) return 'its layers stand in a branch of the graph';
  const last = ancestorsOf(logits);
  const sums = root.ops.filter(op => last.has(op)).map(sumOf).filter(sum => sum !== undefined).reverse();
  const byResult = new Map(sums.map(sum => [sum.result, sum]));
  for (const { result } of sums) {
    const stream = [result];
    for (let sum = byResult.get(result); sum; sum = byResult.get(sum.stream)) stream.unshift(sum.stream);
    const layers = layersOf(stream, contexts);
    if (!layers) continue;
    const tail = root.ops.filter(op => last.has(op) && op.order > (result.producer?.order ?? 0) && ancestorsOf(op.outputs[0]).has(result.producer!));
    if (!tail.some(op => norms.test(op.type))) return 'no final norm stands between its last layer and the logits';
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

/** A sum of a value and something that was computed from it. */
function sumOf(op: Op): Sum | undefined {
  const [a, b] = op.inputs;
  if (op.type !== 'Add' || !a?.data || !b?.data || !a.producer || !b.producer) return undefined;
  if (ancestorsOf(b).has(a.producer)) return { stream: a, result: op.outputs[0] };
  if (ancestorsOf(a).has(b.producer)) return { stream: b, result: op.outputs[0] };
  return undefined;
}

/** The stream before and after each layer; undefined where a layer does not add to it in its turn. */
function layersOf(stream: readonly Value[], contexts: readonly Value[]): Pick<ResidualStream, 'embedded' | 'layers'> | undefined {
  const ancestors = stream.map(ancestorsOf);
  // Where each layer's attention first shows in the stream.
  const enters = contexts.map(context => ancestors.findIndex(ops => ops.has(context.producer!)));
  if (enters.some((at, layer) => at < 1 || (layer > 0 && at <= enters[layer - 1]))) return undefined;
  return { embedded: stream[enters[0] - 1], layers: contexts.map((_, layer) => stream[(enters[layer + 1] ?? stream.length) - 1]) };
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
