import { encodeNode, type NewNode } from '../read/encodeOnnx';
import { Value, type Op } from '../graph/linkedGraph';

/** ONNX Runtime's norms that first add two tensors, and what each is without the addition. */
const plain: Readonly<Record<string, string>> = {
  'com.microsoft.SkipLayerNormalization': 'LayerNormalization',
  'com.microsoft.SkipSimplifiedLayerNormalization': 'SimplifiedLayerNormalization',
};
/** Their output `input_skip_bias_sum`. */
export const skipSumOutput = 3;

const unnamed = new WeakMap<Op, Value>();

export function isSkipNorm(op: Op): boolean {
  return op.type in plain;
}

/**
 * The sum that a fused norm (ONNX Runtime's contrib operators `SkipLayerNormalization`, `SkipSimplifiedLayerNormalization`)
 * reads: its fourth output, or, where the node does not give it, a value that it could give under the name this one has.
 * Undefined of other operations.
 */
export function skipSum(op: Op): Value | undefined {
  if (!isSkipNorm(op)) return undefined;
  const given = op.outputs[skipSumOutput];
  if (given?.name) return given;
  let value = unnamed.get(op);
  if (!value) {
    unnamed.set(op, (value = new Value(`${op.outputs[0].name}/skip_sum`, op.scope)));
    value.producer = op;
    value.data = true;
    value.type = op.outputs[0].type;
    value.shape = op.outputs[0].shape;
  }
  return value;
}

/** The fused norm without its addition, as a node that reads the sum: the content of a `NodeProto`. Its other operands must be there. */
export function normOfSum(op: Op, sum: Value): Uint8Array {
  return encodeNode(normNode(op, sum.name));
}

/** The fused norm without its addition. */
export function normNode(op: Op, sum: string): NewNode {
  const [, , gamma, beta] = op.node.inputs;
  const fused = op.type === 'com.microsoft.SkipLayerNormalization';
  return {
    type: plain[op.type],
    inputs: [sum, gamma, ...(fused && beta ? [beta] : [])],
    outputs: [op.outputs[0].name],
    attributes: { axis: { int: -1 }, epsilon: { float: op.node.attributes.get('epsilon')?.float ?? 1e-12 } },
  };
}
