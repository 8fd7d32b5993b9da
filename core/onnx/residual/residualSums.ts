import type { Op, Value } from '../graph/linkedGraph';
import { isSkipNorm, skipSum } from './skipNorm';

/** One addition into the residual stream. */
export interface ResidualSum {
  readonly op: Op;
  /** What is added to: the stream, of a model that normalizes after each addition its norm. */
  readonly before: Value;
  /** What is added. */
  readonly write: Value;
  /** A constant that a fused norm adds besides. */
  readonly bias?: Value;
  readonly after: Value;
  /** The values that what is added was computed from: the stream as it is, or after a norm. */
  readonly reads: readonly Value[];
  /** What lies between them and {@link write}, in order. */
  readonly ops: readonly Op[];
}

/** What a norm, a cast or a new layout is made of: what it gives is still the stream. */
const light =
  /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Transpose|Flatten|Dropout|LayerNormalization|RMSNormalization|SimplifiedLayerNormalization|GroupNormalization|ReduceMean|ReduceSum|LpNormalization|Sub|Pow|Sqrt|Div|Mul|Add|Sum|Reciprocal|Abs|Neg|Clip|QuantizeLinear|DequantizeLinear|com\.microsoft\.(LayerNormalization|SkipLayerNormalization|SkipSimplifiedLayerNormalization|SimplifiedLayerNormalization))$/;

/** Norms, in one operation or the first of several. */
export const norms =
  /^(com\.microsoft\.)?(LayerNormalization|RMSNormalization|SimplifiedLayerNormalization|SkipLayerNormalization|SkipSimplifiedLayerNormalization|ReduceMean|LpNormalization)$/;

/**
 * The additions into a residual stream from a value of it on, one built on the other: in each a stream, at most normalized,
 * laid out anew or cast since, meets what was computed from it. Parallel parts, of which the second was computed from the
 * stream before the first, are two.
 */
export function residualSums(start: Value): ResidualSum[] {
  const sums: ResidualSum[] = [];
  let earlier: ReadonlyMap<Value, boolean> = new Map();
  let stream = start;
  for (;;) {
    const next = nextSum(stream, earlier);
    if (!next) return sums;
    sums.push(next.sum);
    earlier = next.reached;
    stream = next.sum.after;
  }
}

/** The addition that comes first after a value of the stream, and what was reached until then: whether it is still the stream. */
function nextSum(
  stream: Value,
  earlier: ReadonlyMap<Value, boolean>,
): { readonly sum: ResidualSum; readonly reached: ReadonlyMap<Value, boolean> } | undefined {
  const reached = new Map<Value, boolean>();
  const queue = new OpQueue();
  const reach = (value: Value, still: boolean) => {
    if (!value.data || reached.has(value)) return;
    reached.set(value, still);
    for (const op of value.readers) if (op.scope === stream.scope) queue.add(op);
  };
  reach(stream, true);
  // The sum inside of a fused norm: its readers read the norm.
  const { producer } = stream;
  if (producer && skipSum(producer) === stream) reach(producer.outputs[0], true);
  for (let op = queue.next(); op; op = queue.next()) {
    const sum = sumAt(op, reached, earlier);
    if (sum) return { sum, reached };
    const given = op.inputs.filter(value => value && reached.has(value));
    const still = light.test(op.type) && given.every(value => reached.get(value!) === true) && !addsOther(op, reached);
    for (const output of op.outputs) reach(output, still);
  }
  return undefined;
}

/** Whether something else that flows meets the stream: what comes of that is no longer the stream alone. */
function addsOther(op: Op, reached: ReadonlyMap<Value, boolean>): boolean {
  return op.inputs.some(value => value?.data && !reached.has(value));
}

function sumAt(
  op: Op,
  reached: ReadonlyMap<Value, boolean>,
  earlier: ReadonlyMap<Value, boolean>,
): ResidualSum | undefined {
  const after = op.type === 'Add' ? op.outputs[0] : skipSum(op);
  const [a, b] = op.inputs;
  if (!after || !a?.data || !b?.data || a === b) return undefined;
  for (const [before, write] of [
    [a, b],
    [b, a],
  ]) {
    // What is still the stream has a size for each token: a mean or a scale of a norm is added to nothing of the kind.
    if (reached.get(before) !== true) continue;
    const from = reached.get(write) === false ? reached : earlier.get(write) === false ? earlier : undefined;
    if (!from || !sameRank(before, write)) continue;
    const { ops, reads } = between(write, from);
    return { op, before, write, after, reads, ops, bias: isSkipNorm(op) ? op.inputs[skipBias(op)] : undefined };
  }
  return undefined;
}

/** Which input of a fused norm is the bias that it adds to the sum. */
function skipBias({ type }: Op): number {
  return type.endsWith('SkipLayerNormalization') ? 4 : 3;
}

function sameRank({ shape: a }: Value, { shape: b }: Value): boolean {
  return !a || !b || a.length === b.length;
}

/** What a value was computed with from the stream on, and the values of the stream that this reads. */
function between(write: Value, reached: ReadonlyMap<Value, boolean>): Pick<ResidualSum, 'ops' | 'reads'> {
  const ops = new Set<Op>();
  const reads = new Set<Value>();
  const open = [write];
  for (let value = open.pop(); value; value = open.pop()) {
    const op = value.producer;
    if (!op || ops.has(op)) continue;
    ops.add(op);
    for (const input of op.inputs) {
      if (!input?.data) continue;
      if (reached.get(input) === true) reads.add(input);
      else if (reached.has(input)) open.push(input);
    }
  }
  return { ops: [...ops].sort((one, other) => one.order - other.order), reads: [...reads] };
}

/** Operations in the order in which they are computed. */
class OpQueue {
  private readonly heap: Op[] = [];
  private readonly known = new Set<Op>();

  add(op: Op): void {
    if (this.known.has(op)) return;
    this.known.add(op);
    const { heap } = this;
    let at = heap.push(op) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent].order <= heap[at].order) break;
      [heap[parent], heap[at]] = [heap[at], heap[parent]];
      at = parent;
    }
  }

  next(): Op | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0 || !last) return first;
    heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const least = left + 1 < heap.length && heap[left + 1].order < heap[left].order ? left + 1 : left;
      if (heap[at].order <= heap[least].order) break;
      [heap[at], heap[least]] = [heap[least], heap[at]];
      at = least;
    }
    return first;
  }
}
