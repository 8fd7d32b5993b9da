import { axesBefore } from './axisMoves';
import { isFloat } from '../graph/isFloat';
import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';
import { mixesHeads } from './mixesHeads';
import { moveElements, passedInputs } from './passedInputs';
import { exchanged, tensorProduct, type TensorProduct } from './tensorProduct';

/** What scores were computed from. */
export interface ScoreSource {
  readonly query: Value;
  readonly key: Value;
  /** The operation that compares them. */
  readonly op: Op;
  /** Bahdanau's form: a vector times tanh(query + key). */
  readonly additive: boolean;
  /** Of the product of queries and keys; the keys on the right. */
  readonly product?: TensorProduct;
  /** Size of a query. */
  readonly size?: number;
}

/** Operations between the product of queries and keys and the softmax, and the inputs that scores may come in by. */
const passes: Partial<Record<string, readonly number[] | 'all'>> = {
  ...passedInputs('all', ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Concat', 'If']),
  ...passedInputs([0], moveElements),
  ...passedInputs([0], ['Tanh', 'LeakyRelu', 'Neg', 'BiasSoftmax', 'GatherElements', 'GatherND', 'Flatten', 'Trilu']),
  ...passedInputs([1, 2], ['Where']),
  ...passedInputs([0, 2], ['ScatterND', 'ScatterElements']),
  ...passedInputs([0, 3], ['QLinearAdd', 'QLinearMul']),
};
/** Steps that pick elements by index: relative positions do so, the plain product of queries and keys does not. */
const picks = new Set(['GatherElements', 'GatherND', 'Gather', 'Slice', 'Pad']);

/**
 * Follows scores back to the comparison of queries and keys; undefined where there is none, so that what was normalised
 * are not attention scores. The keys are the side that the softmax's axis comes from.
 */
export function scoreSource(scores: Value, axis: number | undefined): ScoreSource | undefined {
  const seen = new Set<Value>([scores]);
  let queue: { value: Value; axis: number | undefined; picked: number }[] = [{ value: scores, axis, picked: 0 }];
  const found: { source: ScoreSource; cost: number }[] = [];
  for (let step = 0; queue.length > 0 && step < 40 && seen.size < 500; step++) {
    const next: typeof queue = [];
    for (const { value, axis: at, picked } of queue) {
      const op = value.producer;
      if (!op?.outputs.length) continue;
      const source = compared(op, at);
      if (source) {
        found.push({ source, cost: step + 100 * picked + doubt(source) });
        continue;
      }
      const mixed = op.inputs.find(input => input && mixesHeads(op, input));
      const inputs = mixed ? [op.inputs.indexOf(mixed)] : passes[op.node.type];
      if (!inputs) continue;
      for (const input of op.node.type === 'If'
        ? op.bodies.map(b => b.outputs[op.outputs.indexOf(value)])
        : op.inputs) {
        if (
          !input ||
          isWeight(input) ||
          seen.has(input) ||
          (inputs !== 'all' && !inputs.some(i => op.inputs[i] === input))
        ) {
          continue;
        }
        const moved = at === undefined ? undefined : op.node.type === 'If' ? at : axesBefore(op, input)?.[at];
        if (moved === -1 && op.node.type !== 'Reshape') continue;
        seen.add(input);
        next.push({
          value: input,
          axis: moved === -1 ? undefined : moved,
          picked: picked + (picks.has(op.node.type) ? 1 : 0),
        });
      }
    }
    if (found.some(f => f.cost < 100)) break;
    queue = next;
  }
  return found.sort((a, b) => a.cost - b.cost)[0]?.source;
}

/** How sure a comparison is: a mask may be a sum of a column and a row, relative positions a product with a table. */
function doubt({ op, query, key }: ScoreSource): number {
  return op.node.type === 'Add' ? 1000 : query.data && key.data ? 0 : 500;
}

function compared(op: Op, axis: number | undefined): ScoreSource | undefined {
  const product = tensorProduct(op);
  if (!product) return eachWithEach(op, axis);
  const at = axis ?? product.origin.length - 1;
  const from = product.origin[at];
  if (!from) return undefined;
  if (from.left >= 0 && from.right >= 0) return undefined;
  const oriented = from.right >= 0 ? product : exchanged(product);
  const { left: query, right: key } = oriented;
  const size = oriented.left.shape?.[oriented.contracted.left];
  if (!isWeight(key) && (!isWeight(query) || isLearnedQuery(oriented, from.right >= 0))) {
    return { query, key, op, additive: false, product: oriented, size: typeof size === 'number' ? size : undefined };
  }
  return !isWeight(key) && oriented.rightOnly.length > 0 ? additive(oriented) : undefined;
}

/**
 * A number for each query added to a number for each key, as graph attention has it (Veličković et al. 2018): a column
 * and a row that broadcast to a square.
 */
function eachWithEach(op: Op, axis: number | undefined): ScoreSource | undefined {
  const [a, b] = op.inputs;
  const rank = op.outputs[0]?.shape?.length;
  if (
    op.node.type !== 'Add' ||
    !a?.data ||
    !b?.data ||
    !rank ||
    rank < 2 ||
    a.shape?.length !== rank ||
    b.shape?.length !== rank
  ) {
    return undefined;
  }
  const at = axis ?? rank - 1;
  const [query, key] = a.shape[at] === 1 ? [a, b] : [b, a];
  const spreads =
    query.shape![at] === 1 && key.shape![at] !== 1 && key.shape!.some((d, i) => d === 1 && query.shape![i] !== 1);
  return spreads && isFloat(query) && isFloat(key) ? { query, key, op, additive: true } : undefined;
}

/**
 * Queries that are parameters (pooling heads, latents): a constant times keys that were transposed for it. A constant on
 * the other side is a projection, and a softmax over what it gives is a router or a feature map.
 */
function isLearnedQuery(product: TensorProduct, keyWasRight: boolean): boolean {
  return keyWasRight && product.op.node.type !== 'Gemm' && product.leftOnly.length > 0;
}

/** v·tanh(q + k) of Bahdanau et al. 2015: a projection to one number a key, of a sum put through tanh. */
function additive(product: TensorProduct): ScoreSource | undefined {
  const [out] = product.leftOnly;
  if (out !== undefined && product.left.shape?.[out] !== 1) return undefined;
  let at: Value | undefined = product.right;
  for (let i = 0; at && i < 6; i++) {
    const op: Op | undefined = at.producer;
    if (!op) return undefined;
    if (/^(Tanh|Relu|LeakyRelu)$/.test(op.node.type)) return sumOfQueryAndKey(op, product);
    if (
      !/^(Transpose|Reshape|Cast|Identity|Dropout|DynamicQuantizeLinear|QuantizeLinear|DequantizeLinear)$/.test(
        op.node.type,
      )
    ) {
      return undefined;
    }
    at = op.inputs[0];
  }
  return undefined;
}

function sumOfQueryAndKey(activation: Op, product: TensorProduct): ScoreSource {
  const input = activation.inputs[0]!;
  const size = input.shape?.at(-1);
  const base = { op: product.op, additive: true, size: typeof size === 'number' ? size : undefined };
  const terms: Value[] = [];
  const gather = (value: Value, depth: number): void => {
    const op = value.producer;
    const side = op && concatenatedBefore(withoutScale(op));
    if (side) gather(side, depth + 1);
    else if (op && /^(Add|Concat)$/.test(op.node.type) && depth < 4) {
      op.inputs.forEach(i => i?.data && gather(i, depth + 1));
    } else terms.push(value);
  };
  gather(input, 0);
  // The query is the same for all keys: its axis there is of size one, or was expanded from it.
  const query =
    terms.find(t => t.shape?.includes(1) && t.shape.length === input.shape?.length) ??
    terms.find(t => t.producer?.node.type === 'Expand') ??
    terms[0] ??
    input;
  const key = terms.find(t => t !== query) ?? query;
  return { ...base, query, key };
}

/** The product of integers that is scaled back to floating point, as dynamic quantisation writes a projection; else the operation itself. */
function withoutScale(op: Op): Op {
  const cast = op.node.type === 'Mul' ? op.inputs[0]?.producer : undefined;
  const integers = cast?.node.type === 'Cast' ? cast.inputs[0]?.producer : undefined;
  return integers?.node.type === 'MatMulInteger' ? integers : op;
}

/** W·[q; k]: of a projection the concatenation that it is of. */
function concatenatedBefore(op: Op): Value | undefined {
  const product = tensorProduct(op);
  if (!product) return undefined;
  let at: Value = isWeight(product.right) ? product.left : product.right;
  for (
    let i = 0;
    i < 4 &&
    at.producer &&
    /^(Reshape|Cast|Identity|DynamicQuantizeLinear)$/.test(at.producer.node.type) &&
    at.producer.inputs[0];
    i++
  ) {
    at = at.producer.inputs[0];
  }
  return at.producer?.node.type === 'Concat' ? at : undefined;
}
