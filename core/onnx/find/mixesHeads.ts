import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';
import { tensorProduct } from './tensorProduct';

/**
 * Whether an operation mixes the heads of scores or probabilities by a square matrix (talking heads, Shazeer et al.
 * 2020): a product or a 1×1 convolution that leaves queries and keys alone.
 */
export function mixesHeads(op: Op, input: Value): boolean {
  const rank = input.shape?.length ?? 0;
  if (rank < 4) return false;
  if (op.node.type === 'Conv') {
    const shape = op.inputs[1]?.shape;
    return (
      op.inputs[0] === input && shape?.length === rank && shape[0] === shape[1] && shape.slice(2).every(d => d === 1)
    );
  }
  if (op.node.type === 'MatMulNBits') return op.inputs[0] === input && op.int('K') === op.int('N');
  const product = tensorProduct(op);
  if (!product) return false;
  const weight = product.left === input ? product.right : product.left;
  return isWeight(weight) && weight.shape?.length === 2 && weight.shape[0] === weight.shape[1];
}
