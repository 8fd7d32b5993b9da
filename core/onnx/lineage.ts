import type { Op, Value } from './linkedGraph';

/** Operations that lay a tensor out anew, project it or quantise it. */
const plain = /^(Transpose|Reshape|Unsqueeze|Squeeze|Expand|Identity|Cast|Dropout|Flatten|Add|Mul|MatMul|Gemm|Conv|FusedMatMul|MatMulInteger|MatMulIntegerToFloat|DynamicQuantizeMatMul|MatMulNBits|DynamicQuantizeLinear|QuantizeLinear|DequantizeLinear)$/;

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
    // Scales and zero points of quantisation come along as single numbers.
    const tensors = op.inputs.filter(input => input?.data && input.shape?.length !== 0);
    if (tensors.length !== 1) break;
    for (const input of op.inputs) {
      if (input && !input.data && (input.shape?.length ?? 0) > 1) parameters.push(stored(input));
    }
    at = tensors[0]!;
  }
  return { root: at, parameters };
}

/** Whether two values are computed from one by the same parameters. */
export function sameLineage(a: Lineage, b: Lineage): boolean {
  return a.root === b.root && a.parameters.length === b.parameters.length && a.parameters.every((p, i) => p === b.parameters[i]);
}

/** The parameter itself, where an exporter names it a second time. */
function stored(value: Value): Value {
  let at = value;
  while (at.producer?.node.type === 'Identity' && at.producer.inputs[0]) at = at.producer.inputs[0];
  return at;
}
