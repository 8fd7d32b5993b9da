import type { AttentionMatch } from '../find/attentionMatch';
import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';
import { DataType } from '../read/onnxModel';

/** What only moves numbers or changes how they are written. */
const passes = new Set([
  'Transpose',
  'Reshape',
  'Cast',
  'Identity',
  'Squeeze',
  'Unsqueeze',
  'DynamicQuantizeLinear',
  'com.microsoft.DynamicQuantizeLinear',
]);
const products = new Set([
  'MatMul',
  'Gemm',
  'MatMulInteger',
  'com.microsoft.MatMulNBits',
  'com.microsoft.DynamicQuantizeMatMul',
  'com.microsoft.MatMulIntegerToFloat',
]);

/** The linear map that the results of all heads, side by side, go through: from one value to another. */
export interface ProjectionSpan {
  readonly from: Value;
  readonly to: Value;
}

/**
 * Finds the output projection of an attention: the first product with weights that its result is read by. Both ends are
 * floating-point values, so quantization lies within.
 * @returns undefined where there is none, as where the result is read by several.
 */
export function findOutputProjection({ context }: AttentionMatch): ProjectionSpan | undefined {
  let [value, from] = [context, context];
  for (let steps = 0; steps < 12; steps++) {
    const readers = [...new Set(value.readers)].filter(op => op.outputs.some(({ data }) => data));
    if (readers.length !== 1) return undefined;
    const [op] = readers;
    const [result] = op.outputs;
    if (products.has(op.type)) {
      return op.inputs.some(input => input !== value && weights(input)) ? { from, to: scaled(op) } : undefined;
    }
    if (!passes.has(op.type)) return undefined;
    if (isFloat(result) && !op.type.includes('Quantize')) from = result;
    value = result;
  }
  return undefined;
}

function weights(value: Value | undefined): boolean {
  return value !== undefined && isWeight(value) && (value.constant?.dims ?? value.shape ?? []).length >= 2;
}

function isFloat({ type }: Value): boolean {
  return type === undefined || type === DataType.float || type === DataType.float16;
}

/** A product of integers is floating-point again once it was cast and multiplied with its scale. */
function scaled(op: Op): Value {
  let [value] = op.outputs;
  if (op.type !== 'MatMulInteger') return value;
  for (const type of ['Cast', 'Mul']) value = value.readers.find(reader => reader.type === type)?.outputs[0] ?? value;
  return value;
}
