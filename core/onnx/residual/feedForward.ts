import { isFloat } from '../graph/isFloat';
import type { Op, Value } from '../graph/linkedGraph';
import type { ProjectionSpan } from './outputProjection';

/** How a feed-forward part comes to what it adds. */
export interface FeedForward {
  /** The activations of its neurons: what its last product reads, [batch, tokens, neurons]. */
  readonly hidden: Value;
  /** From them to what is added, or, where after that nothing but a constant is added, to what the last product gives. */
  readonly down: ProjectionSpan;
  /** Whether that is linear but for a constant: not where it is normalized before it is added. */
  readonly linear: boolean;
  /** Whether the activations are a product of two branches (gated: SwiGLU, GEGLU). */
  readonly gated: boolean;
  /** The function between its products, where it is known: "GELU". */
  readonly activation?: string;
}

const products =
  /^(MatMul|Gemm|MatMulInteger|com\.microsoft\.(MatMulNBits|FusedMatMul|FusedGemm|DynamicQuantizeMatMul|MatMulIntegerToFloat|QGemm))$/;
/** What a product's operand or result goes through without another number coming in but constants. */
const plain =
  /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Transpose|Dropout|Add|Mul|Div|QuantizeLinear|DequantizeLinear|(com\.microsoft\.)?DynamicQuantizeLinear)$/;
/** Parts that send each token to some experts. */
const routes = /^(TopK|ArgMax|NonZero|If|Loop|Scan|ScatterElements|ScatterND|com\.microsoft\.(MoE|QMoE|SparseMoE))$/;

/**
 * The inside of a feed-forward part: two products with weights, or three where a gate multiplies, and a function between.
 * @param ops what lies between the stream and what is added, in order.
 * @param write what is added.
 * @returns why it is not told apart, as half a sentence, where it is another thing.
 */
export function feedForward(ops: readonly Op[], write: Value): FeedForward | string {
  if (ops.some(op => routes.test(op.type))) {
    return 'each token goes to some of several experts, which are not told apart';
  }
  const weighted = ops.filter(isProduct);
  if (ops.some(op => /Conv/.test(op.type))) return 'it holds a convolution, whose channels are not told apart';
  if (weighted.length < 2 || weighted.length > 3) {
    return `it holds ${weighted.length} products with weights, and two or three are told apart`;
  }
  const last = weighted[weighted.length - 1];
  const operand = last.inputs.find(value => value?.data);
  const hidden = operand && floatBefore(operand);
  if (!hidden || weighted.slice(0, -1).some(op => !comesBefore(op, hidden, ops))) {
    return 'its products with weights do not follow each other';
  }
  const inside = new Set(ops);
  const result = floatAfter(last, inside);
  const way = wayTo(result, write, inside);
  if (!way) return 'what it gives is mixed with something else before it is added';
  const linear = way.every(op => plain.test(op.type) && op.inputs.filter(input => input?.data).length === 1);
  return {
    hidden,
    down: { from: hidden, to: shortened(result, write, inside) },
    linear,
    gated: weighted.length === 3 || isSplit(ops.slice(ops.indexOf(weighted[0]), ops.indexOf(last))),
    activation: activationOf(ops.slice(0, ops.indexOf(last))),
  };
}

/** The first of two values, where the other is the same but for a constant and its layout; else the second. */
export function shortened(from: Value, to: Value, inside: ReadonlySet<Op>): Value {
  const moves = /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Dropout|Add)$/;
  const way = wayTo(from, to, inside);
  return way?.every(op => moves.test(op.type) && op.inputs.filter(input => input?.data).length === 1) ? from : to;
}

function isProduct(op: Op): boolean {
  return products.test(op.type) && op.inputs.filter(input => input?.data && isOwn(input)).length === 1;
}

/** Scales and zero points of a quantized operand flow, too, but are no operands of their own. */
function isOwn(value: Value): boolean {
  const { producer } = value;
  return (
    value.shape?.length !== 0 && !(producer?.type.endsWith('DynamicQuantizeLinear') && value !== producer.outputs[0])
  );
}

/** The floating-point value that a product reads, before it was cast or quantized. */
function floatBefore(value: Value): Value | undefined {
  for (let at: Value | undefined = value, steps = 0; at && steps < 8; steps++) {
    const producer: Op | undefined = at.producer;
    if (
      !producer ||
      !/^(Cast|Identity|Reshape|QuantizeLinear|DequantizeLinear|(com\.microsoft\.)?DynamicQuantizeLinear)$/.test(
        producer.type,
      )
    ) {
      return isFloat(at) || at.type === undefined ? at : undefined;
    }
    at = producer.inputs[0];
  }
  return undefined;
}

/** A product of integers is floating-point again once it was cast and multiplied with its scale. */
function floatAfter(op: Op, inside: ReadonlySet<Op>): Value {
  let [value] = op.outputs;
  if (op.type !== 'MatMulInteger') return value;
  for (const type of ['Cast', 'Mul']) {
    value = value.readers.find(reader => reader.type === type && inside.has(reader))?.outputs[0] ?? value;
  }
  return value;
}

function comesBefore(op: Op, value: Value, ops: readonly Op[]): boolean {
  const inside = new Set(ops);
  const seen = new Set<Op>();
  const open = [value];
  for (let next = open.pop(); next; next = open.pop()) {
    const { producer } = next;
    if (!producer || !inside.has(producer) || seen.has(producer)) continue;
    if (producer === op) return true;
    seen.add(producer);
    for (const input of producer.inputs) if (input) open.push(input);
  }
  return false;
}

/** The operations from one value to another that it alone leads to. */
function wayTo(from: Value, to: Value, inside: ReadonlySet<Op>): readonly Op[] | undefined {
  const way = new Set<Op>();
  const open = [to];
  for (let value = open.pop(); value; value = open.pop()) {
    if (value === from) continue;
    const { producer } = value;
    if (!producer || !value.data) continue;
    if (!inside.has(producer)) return undefined;
    if (way.has(producer)) continue;
    if (isProduct(producer)) return undefined;
    way.add(producer);
    for (const input of producer.inputs) if (input?.data) open.push(input);
  }
  return [...way];
}

/** Whether one product gives both branches of a gate, to be split and multiplied. */
function isSplit(ops: readonly Op[]): boolean {
  const flowing = (op: Op) => op.inputs.filter(input => input?.data).length;
  return (
    (ops.some(({ type }) => type === 'Split') || ops.filter(({ type }) => type === 'Slice').length > 1) &&
    ops.some(op => op.type === 'Mul' && flowing(op) > 1)
  );
}

const functions: readonly (readonly [RegExp, string])[] = [
  [/QuickGelu$/, 'QuickGELU'],
  [/(Fast|Bias)?Gelu$/, 'GELU'],
  [/^Erf$/, 'GELU'],
  [/^Tanh$/, 'GELU (tanh)'],
  [/^(HardSwish|HardSigmoid)$/, 'hard swish'],
  [/^Elu$/, 'ELU'],
  [/^Swish$|^Sigmoid$/, 'SiLU'],
  [/^LeakyRelu$/, 'leaky ReLU'],
  [/^Relu$/, 'ReLU'],
];

function activationOf(ops: readonly Op[]): string | undefined {
  // x × sigmoid(1 × x), as onnxruntime fuses it.
  const quick = ops.find(({ type }) => type.endsWith('QuickGelu'));
  if (quick?.node.attributes.get('alpha')?.float === 1) return 'SiLU';
  return functions.find(([type]) => ops.some(op => type.test(op.type)))?.[1];
}
