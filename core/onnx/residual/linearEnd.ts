import { isFloat } from '../graph/isFloat';
import type { Op, Value } from '../graph/linkedGraph';
import { isWeight } from '../graph/isWeight';
import type { ProjectionSpan } from './outputProjection';

/** How a last stream becomes logits, in two steps. */
export interface LinearEnd {
  /** The final norm: from the stream to what the unembedding reads. */
  readonly norm: ProjectionSpan;
  /** The unembedding, with its bias: linear but for that. Before a soft cap, where there is one. */
  readonly unembedding: ProjectionSpan;
  readonly capped: boolean;
}

const products =
  /^(MatMul|Gemm|MatMulInteger|com\.microsoft\.(MatMulNBits|FusedMatMul|DynamicQuantizeMatMul|MatMulIntegerToFloat|GemmFloat8))$/;
const moves =
  /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Dropout|QuantizeLinear|DequantizeLinear|(com\.microsoft\.)?DynamicQuantizeLinear)$/;
/** What changes each number by a constant. */
const affine = /^(Add|Sub|Mul|Div)$/;

/**
 * Splits what leads from a last stream to the logits ({@link findModelEnd}) into the final norm and the unembedding.
 * @returns why it cannot be split, as half a sentence.
 */
export function findLinearEnd({ from, to }: ProjectionSpan): LinearEnd | string {
  const way: Op[] = [];
  let value = to;
  let product: Op | undefined;
  for (let steps = 0; steps < 24; steps++) {
    const op = value.producer;
    if (!op || value === from) break;
    if (products.test(op.type) && op.inputs.some(input => input && !input.data && isWeight(input))) {
      product = op;
      break;
    }
    way.unshift(op);
    const flowing = op.inputs.filter(input => input?.data);
    // A product of integers is multiplied with the scale of its operand, which flows, too.
    const main = flowing.length === 1 ? flowing[0] : flowing.find(input => leadsToInteger(input!));
    if (!main || !(moves.test(op.type) || affine.test(op.type) || op.type === 'Tanh')) {
      return 'something else than an unembedding stands before the logits';
    }
    value = main;
  }
  if (!product) return 'no unembedding stands between its last layer and the logits';
  const capped = way.some(({ type }) => type === 'Tanh');
  let result = product.outputs[0];
  let scaled = product.type !== 'MatMulInteger';
  for (const op of way) {
    if (capped && scaled && !moves.test(op.type) && op.type !== 'Add') break;
    if (op.type === 'Mul') scaled = true;
    [result] = op.outputs;
  }
  const read = product.inputs.find(input => input?.data);
  const before = read && floatBefore(read);
  if (!before || !isFloat(before)) return 'what its unembedding reads is not told apart';
  return { norm: { from, to: before }, unembedding: { from: before, to: result }, capped };
}

function leadsToInteger(value: Value): boolean {
  for (let at: Value | undefined = value, steps = 0; at && steps < 6; steps++) {
    const op: Op | undefined = at.producer;
    if (op?.type === 'MatMulInteger') return true;
    if (!op || !/^(Cast|Mul|Add|Identity)$/.test(op.type)) return false;
    at = op.inputs.find(input => input?.data);
  }
  return false;
}

function floatBefore(value: Value): Value | undefined {
  for (let at: Value | undefined = value, steps = 0; at && steps < 8; steps++) {
    const op: Op | undefined = at.producer;
    if (!op || !/QuantizeLinear$/.test(op.type)) return at;
    [at] = op.inputs;
  }
  return undefined;
}
