import { floatTypes } from './isFloat';
import type { Op, Value } from './linkedGraph';

/** Operations that lay a tensor out anew, project it or quantise it. */
const plain =
  /^(Transpose|Reshape|Unsqueeze|Squeeze|Expand|Identity|Cast|Dropout|Flatten|Add|Mul|MatMul|Gemm|Conv|FusedMatMul|MatMulInteger|MatMulIntegerToFloat|DynamicQuantizeMatMul|MatMulNBits|DynamicQuantizeLinear|QuantizeLinear|DequantizeLinear)$/;

/** What a value is computed from by layout and projections alone, and by which parameters: the same of two values means that they are equal. */
export interface Lineage {
  readonly root: Value;
  readonly parameters: readonly Value[];
}

/** Follows a value back through layout and projections, as long as one tensor alone goes into it. */
export function lineage(value: Value): Lineage {
  const parameters: Value[] = [];
  let at = value;
  for (let i = 0; i < 32; i++) {
    const op: Op | undefined = at.producer;
    if (!op || !plain.test(op.node.type)) break;
    const tensors = op.inputs.filter(input => input?.data && !isScale(input));
    if (tensors.length !== 1) break;
    // The packed weight alone, not the scales that come with it.
    const others = op.node.type === 'MatMulNBits' ? op.inputs.slice(1, 2) : op.inputs;
    for (const input of others) {
      if (input && !input.data && (input.shape?.length ?? 0) > 1) parameters.push(stored(input));
    }
    at = tensors[0]!;
  }
  return { root: at, parameters };
}

/** Whether two values are computed from one by the same parameters. */
export function sameLineage(a: Lineage, b: Lineage): boolean {
  return (
    a.root === b.root &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((p, i) => sameParameter(p, b.parameters[i]))
  );
}

/**
 * Where an exporter names a parameter twice, quantisers see one of the names only: then the same parameter is there as
 * integers and as it was, which never happens to two parameters of their own.
 */
function sameParameter(a: Value, b: Value): boolean {
  return a === b || (a.type !== undefined && b.type !== undefined && floatTypes.has(a.type) !== floatTypes.has(b.type));
}

/** Scales and zero points of quantisation come along as single numbers, or as one times the scales of a weight's columns. */
function isScale(value: Value): boolean {
  if (value.shape?.length === 0) return true;
  return (
    value.producer?.node.type === 'Mul' &&
    value.producer.inputs.every(input => input && (!input.data || input.shape?.length === 0))
  );
}

/** The parameter as it is stored, where an exporter names it a second time or it is quantised. */
function stored(value: Value): Value {
  let at = value;
  while (
    at.producer &&
    /^(Identity|DequantizeLinear|Transpose)$/.test(at.producer.node.type) &&
    at.producer.inputs[0]
  ) {
    at = at.producer.inputs[0];
  }
  return at;
}
