import { einsumTerms } from '../graph/einsum';
import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';

/**
 * A product of two tensors over one or more shared axes, however it is written. Axes are indices into the operand; an
 * entry of -1 says that the operand lacks that axis (broadcast).
 */
export interface TensorProduct {
  readonly op: Op;
  readonly left: Value;
  readonly right: Value;
  /** Axes summed over. */
  readonly contracted: { readonly left: number; readonly right: number };
  /** Axes that both have (batch, heads), in the order of the left operand. */
  readonly shared: readonly { readonly left: number; readonly right: number }[];
  /** Axes that only one has. */
  readonly leftOnly: readonly number[];
  readonly rightOnly: readonly number[];
  readonly output: Value;
  /** For each axis of the output, the operands' axes it comes from; -1 where an operand lacks it. */
  readonly origin: readonly { readonly left: number; readonly right: number }[];
}

/** Reads an operation as a product of two tensors; undefined where it is none, or ranks are not known. */
export function tensorProduct(op: Op): TensorProduct | undefined {
  switch (op.node.type) {
    case 'MatMul':
    case 'MatMulInteger':
    case 'FusedMatMul':
    case 'TransposeMatMul':
    case 'DynamicQuantizeMatMul':
    case 'MatMulIntegerToFloat':
    case 'Gemm':
    case 'FusedGemm':
      return matmul(op, op.inputs[0], op.inputs[1]);
    case 'QLinearMatMul':
      return matmul(op, op.inputs[0], op.inputs[3]);
    case 'MatMulNBits':
      return packed(op, op.inputs[0], op.inputs[1]);
    case 'Einsum':
      return einsum(op);
    case 'ReduceSum':
      return multiplyAndSum(op);
    default:
      return undefined;
  }
}

/** Which axes of an operand are what. */
interface Side {
  readonly batch: readonly number[];
  /** The axis that only this operand has; absent for a vector. */
  readonly own?: number;
  readonly contracted: number;
}

function matmul(op: Op, left: Value | undefined, right: Value | undefined): TensorProduct | undefined {
  const [leftRank, rightRank] = [left?.shape?.length, right?.shape?.length];
  if (!left || !right || !leftRank || !rightRank) return undefined;
  const a = side(leftRank, op.int('transA') === 1, op.int('transBatchA') === 1);
  const transposed = side(rightRank, op.int('transB') !== 1, op.int('transBatchB') === 1);
  const b = rightRank === 1 ? { batch: [], contracted: 0 } : transposed;
  const count = Math.max(a.batch.length, b.batch.length);
  // Batch axes are lined up from the right.
  const at = ({ batch }: Side, i: number): number => batch[i - count + batch.length] ?? -1;
  const shared = Array.from({ length: count }, (_, i) => ({ left: at(a, i), right: at(b, i) }));
  return {
    op,
    left,
    right,
    shared,
    contracted: { left: a.contracted, right: b.contracted },
    leftOnly: a.own === undefined ? [] : [a.own],
    rightOnly: b.own === undefined ? [] : [b.own],
    output: op.outputs[0],
    origin: [
      ...shared,
      ...(a.own === undefined ? [] : [{ left: a.own, right: -1 }]),
      ...(b.own === undefined ? [] : [{ left: -1, right: b.own }]),
    ],
  };
}

/** The left operand's axes. With `batchInside` (onnxruntime's `transBatchA`) the batch lies between rows and columns. */
function side(rank: number, transposed: boolean, batchInside: boolean): Side {
  if (rank === 1) return { batch: [], contracted: 0 };
  const [row, column] = [batchInside ? 0 : rank - 2, rank - 1];
  const batch = Array.from({ length: rank - 2 }, (_, i) => (batchInside ? i + 1 : i));
  return transposed ? { batch, own: column, contracted: row } : { batch, own: row, contracted: column };
}

/** With a weight of four or so bits, packed as [outputs, …]: what it sums over is no axis by itself there. */
function packed(op: Op, left: Value | undefined, right: Value | undefined): TensorProduct | undefined {
  const rank = left?.shape?.length;
  if (!left || !right || !rank) return undefined;
  const rows = Array.from({ length: rank - 1 }, (_, i) => i);
  return {
    op,
    left,
    right,
    shared: [],
    contracted: { left: rank - 1, right: -1 },
    leftOnly: rows,
    rightOnly: [0],
    output: op.outputs[0],
    origin: [...rows.map(i => ({ left: i, right: -1 })), { left: -1, right: 0 }],
  };
}

function einsum(op: Op): TensorProduct | undefined {
  const terms = einsumTerms(
    op.text('equation') ?? '',
    op.inputs.map(i => i?.shape?.length),
  );
  // A third operand may be a weight that projects the result at once.
  const operands =
    op.inputs.length === 2 ? [0, 1] : op.inputs.flatMap((input, i) => (input && !isWeight(input) ? [i] : []));
  const [left, right] = operands.map(i => op.inputs[i]);
  if (!terms || operands.length !== 2 || !left || !right) return undefined;
  const [l, r] = operands.map(i => terms.inputs[i]);
  const kept = terms.output + terms.inputs.filter((_, i) => !operands.includes(i)).join('');
  const contracted = [...l].filter(x => r.includes(x) && !kept.includes(x));
  if (contracted.length !== 1) return undefined;
  return {
    op,
    left,
    right,
    contracted: { left: l.indexOf(contracted[0]), right: r.indexOf(contracted[0]) },
    shared: [...l]
      .filter(x => r.includes(x) && kept.includes(x))
      .map(x => ({ left: l.indexOf(x), right: r.indexOf(x) })),
    leftOnly: [...l].filter(x => !r.includes(x)).map(x => l.indexOf(x)),
    rightOnly: [...r].filter(x => !l.includes(x)).map(x => r.indexOf(x)),
    output: op.outputs[0],
    origin: [...terms.output].map(x => ({ left: l.indexOf(x), right: r.indexOf(x) })),
  };
}

/** `ReduceSum(Mul(a, b))` over one axis; broadcasting tells which axes are shared. */
function multiplyAndSum(op: Op): TensorProduct | undefined {
  const mul = op.inputs[0]?.producer;
  if (mul?.node.type !== 'Mul') return undefined;
  const [left, right] = mul.inputs;
  const axes = op.ints('axes')?.length ? op.ints('axes') : op.inputs[1]?.elements;
  const rank = op.inputs[0]?.shape?.length;
  if (!left?.shape || !right?.shape || rank === undefined || axes?.length !== 1) return undefined;
  const axis = Number(axes[0]) < 0 ? Number(axes[0]) + rank : Number(axes[0]);
  const at = (value: Value, i: number): number => {
    const own = i - rank + value.shape!.length;
    return own >= 0 && value.shape![own] !== 1 ? own : -1;
  };
  const all = Array.from({ length: rank }, (_, i) => ({ i, left: at(left, i), right: at(right, i) }));
  const contracted = all[axis];
  if (contracted.left < 0 || contracted.right < 0) return undefined;
  const rest = all.filter(x => x.i !== axis);
  return {
    op,
    left,
    right,
    contracted,
    shared: rest.filter(x => x.left >= 0 && x.right >= 0),
    leftOnly: rest.filter(x => x.left >= 0 && x.right < 0).map(x => x.left),
    rightOnly: rest.filter(x => x.right >= 0 && x.left < 0).map(x => x.right),
    output: op.outputs[0],
    origin: op.int('keepdims', 1) === 1 ? all.map(x => (x.i === axis ? { left: -1, right: -1 } : x)) : rest,
  };
}

/** The same product with its operands exchanged. */
export function exchanged(product: TensorProduct): TensorProduct {
  return {
    ...product,
    left: product.right,
    right: product.left,
    contracted: { left: product.contracted.right, right: product.contracted.left },
    shared: product.shared.map(s => ({ left: s.right, right: s.left })),
    leftOnly: product.rightOnly,
    rightOnly: product.leftOnly,
    origin: product.origin.map(o => ({ left: o.right, right: o.left })),
  };
}
