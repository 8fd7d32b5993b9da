import { allElements } from '../read/constantElements';
import { product, quotient, Sums, unknownDim, type Dim } from '../read/dims';
import { einsumShape } from './einsum';
import { broadcast } from './broadcast';
import type { Op, Scope, Value } from './linkedGraph';
import { loopOutputs } from './loopShapes';
import { DataType, type OnnxModel } from '../read/onnxModel';

type Rule = (op: Op, model: OnnxModel) => void;

/** What an operator's outputs look like, given its inputs. Each rule leaves alone what it cannot tell. */
export const shapeRules: Partial<Record<string, Rule>> = {};

const rule = (types: string, apply: Rule): void => types.split(' ').forEach(type => (shapeRules[type] = apply));
const ms = (types: string): string =>
  types
    .split(' ')
    .map(t => `com.microsoft.${t}`)
    .join(' ');

const shapeOf = (op: Op, i: number): readonly Dim[] | undefined => op.inputs[i]?.shape;
const numbersOf = (value: Value | undefined): number[] | undefined =>
  value?.elements?.every(e => typeof e === 'number') ? (value.elements as number[]) : undefined;
const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
/** Integers given as an attribute in older operator sets and as an input since. */
const attributeOrInput = (op: Op, name: string, input: number): readonly number[] | undefined =>
  op.ints(name)?.length ? op.ints(name) : numbersOf(op.inputs[input]);

/** The first output looks like the first input, in shape and elements. */
const same: Rule = op => {
  const [input] = op.inputs;
  if (input && op.outputs[0]) {
    op.outputs[0].shape = input.shape;
    op.outputs[0].elements = input.elements;
  }
};
const sameShape: Rule = op => {
  if (op.outputs[0]) op.outputs[0].shape = shapeOf(op, 0);
};

rule('Identity Cast CastLike', same);
rule(
  'Softmax LogSoftmax Hardmax Relu Gelu Tanh Sigmoid Erf Exp Log Sqrt Neg Abs Reciprocal Sin Cos Floor Ceil Round Sign Not IsNaN IsInf Clip ' +
    'Dropout LayerNormalization RMSNormalization SimplifiedLayerNormalization GroupNormalization BatchNormalization InstanceNormalization ' +
    'LeakyRelu Elu Selu HardSigmoid HardSwish Softplus Softsign Mish Swish Trilu CumSum EyeLike ScatterND ScatterElements LpNormalization ' +
    'MeanVarianceNormalization ThresholdedRelu Celu Shrink Tan Sinh Cosh Asin Acos Atan QuantizeLinear DequantizeLinear RotaryEmbedding RandomNormalLike RandomUniformLike',
  sameShape,
);
rule('DynamicQuantizeLinear', op => {
  op.outputs[0].shape = shapeOf(op, 0);
  // Scale and zero point are numbers.
  op.outputs.slice(1).forEach(output => (output.shape = []));
});
rule(ms('SkipLayerNormalization SkipSimplifiedLayerNormalization SkipGroupNorm'), op => {
  const shape = shapeOf(op, 0) ?? shapeOf(op, 1);
  op.outputs[0].shape = shape;
  // The fourth output is the sum before normalising.
  if (op.outputs[3]) op.outputs[3].shape = shape;
});
rule(ms('EmbedLayerNormalization'), op => {
  const ids = shapeOf(op, 0);
  const width = shapeOf(op, 2)?.[1];
  if (!ids || width === undefined) return;
  for (const i of [0, 2]) {
    if (op.outputs[i]) op.outputs[i].shape = [...ids, width];
  }
  if (op.outputs[1]) op.outputs[1].shape = [ids[0]];
});
rule(
  ms(
    'SimplifiedLayerNormalization Gelu FastGelu QuickGelu BiasGelu RotaryEmbedding ' +
      'DequantizeLinear QuantizeLinear QLinearSoftmax QLinearSigmoid QLinearLeakyRelu BiasSoftmax BiasDropout BitmaskDropout ' +
      'BiasAdd GroupNorm GatedRMSNorm GatedAdd ScaledSiLU SwiGLU MoE QMoE MRotaryEmbedding Trilu Inverse LongformerAttention',
  ),
  sameShape,
);
rule(ms('QLinearAdd QLinearMul'), op => {
  const [a, b] = [shapeOf(op, 0), shapeOf(op, 3)];
  if (a && b) op.outputs[0].shape = broadcast([a, b]);
});

rule('Shape', op => {
  const shape = shapeOf(op, 0);
  if (!shape) return;
  const part = shape.slice(
    axisOf(op.int('start', 0), shape.length),
    op.int('end') === undefined ? undefined : axisOf(op.int('end', 0), shape.length),
  );
  op.outputs[0].shape = [part.length];
  op.outputs[0].elements = part;
});
rule('Size', op => {
  op.outputs[0].shape = [];
  if (shapeOf(op, 0)) op.outputs[0].elements = [product(shapeOf(op, 0)!)];
});

rule('Transpose', op => {
  // Where nothing else does, the permutation tells the rank.
  const shape = shapeOf(op, 0) ?? op.ints('perm')?.map(unknownDim);
  if (!shape?.length) return;
  const perm = op.ints('perm')?.length ? op.ints('perm')! : shape.map((_, i) => shape.length - 1 - i);
  if (perm.length === shape.length && perm.every(p => p >= 0 && p < shape.length)) {
    op.outputs[0].shape = perm.map(p => shape[p]);
  }
});

rule('Reshape', op => {
  const to = op.inputs[1]?.elements;
  const from = shapeOf(op, 0);
  const rank = op.inputs[1]?.shape?.[0];
  if (!to) {
    if (typeof rank === 'number' && rank < 16) op.outputs[0].shape = Array.from({ length: rank }, unknownDim);
    return;
  }
  const dims = to.map((d, i) => (d === 0 && !op.int('allowzero') ? (from?.[i] ?? unknownDim()) : d));
  const open = dims.indexOf(-1);
  if (open >= 0) {
    dims[open] = (from && quotient(product(from), product(dims.filter((_, i) => i !== open)))) ?? unknownDim();
  }
  // One size that is not known follows from the others.
  const unknown = dims
    .map((d, i) => (typeof d === 'string' && d.startsWith('?') && !from?.includes(d) ? i : -1))
    .filter(i => i >= 0);
  if (from && unknown.length === 1 && open < 0) {
    const rest = quotient(product(from), product(dims.filter((_, i) => i !== unknown[0])));
    if (rest !== undefined) dims[unknown[0]] = rest;
  }
  op.outputs[0].shape = dims;
  if (dims.length <= 1) op.outputs[0].elements = op.inputs[0]?.elements;
});

rule('Flatten', op => {
  const shape = shapeOf(op, 0);
  if (!shape) return;
  const axis = axisOf(op.int('axis', 1), shape.length);
  op.outputs[0].shape = [product(shape.slice(0, axis)), product(shape.slice(axis))];
});

rule('Unsqueeze', op => {
  const shape = shapeOf(op, 0);
  const axes = attributeOrInput(op, 'axes', 1);
  op.outputs[0].elements = op.inputs[0]?.elements;
  if (!shape || !axes) return;
  const rank = shape.length + axes.length;
  const at = new Set(axes.map(a => axisOf(a, rank)));
  const rest = [...shape];
  op.outputs[0].shape = Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() ?? unknownDim())));
});
rule('Squeeze', op => {
  const shape = shapeOf(op, 0);
  const axes = attributeOrInput(op, 'axes', 1);
  op.outputs[0].elements = op.inputs[0]?.elements;
  if (!shape) return;
  const at = new Set(axes?.map(a => axisOf(a, shape.length)));
  op.outputs[0].shape = shape.filter((d, i) => (axes ? !at.has(i) : d !== 1));
});

const sums = new WeakMap<OnnxModel, Sums>();
function sumsOf(model: OnnxModel): Sums {
  const known = sums.get(model) ?? new Sums();
  sums.set(model, known);
  return known;
}

rule('Concat', (op, model) => {
  const shapes = op.inputs.map(i => i?.shape);
  const parts = op.inputs.map(i => i?.elements);
  if (parts.every(p => p !== undefined)) {
    const all = parts.flat();
    if (all.length <= 64) op.outputs[0].elements = all;
  }
  const known = shapes.find(s => s !== undefined);
  if (!known) return;
  const axis = axisOf(op.int('axis', 0), known.length);
  const sizes = shapes.map(s => s?.[axis]);
  const sum = sizes.every(s => s !== undefined) ? sumsOf(model).of(sizes) : unknownDim();
  op.outputs[0].shape = known.map((d, i) => {
    if (i === axis) return sum;
    return shapes.map(s => s?.[i]).find(x => typeof x === 'number') ?? d;
  });
});

rule('Split SplitToSequence', op => {
  const shape = shapeOf(op, 0);
  if (!shape) return;
  const axis = axisOf(op.int('axis', 0), shape.length);
  const sizes = attributeOrInput(op, 'split', 1);
  op.outputs.forEach((output, i) => {
    output.shape = shape.map((d, a) =>
      a === axis ? (sizes?.[i] ?? quotient(d, op.outputs.length) ?? unknownDim()) : d,
    );
  });
});

rule('Slice', op => {
  const shape = shapeOf(op, 0);
  const starts = attributeOrInput(op, 'starts', 1);
  const ends = attributeOrInput(op, 'ends', 2);
  const steps = numbersOf(op.inputs[4]);
  const elements = op.inputs[0]?.elements;
  if (!shape) return;
  const axes = attributeOrInput(op, 'axes', 3) ?? (op.inputs[3] ? undefined : (starts ?? []).map((_, i) => i));
  const dims = [...shape];
  if (!axes) {
    op.outputs[0].shape = dims.map(unknownDim);
    return;
  }
  axes.forEach((a, i) => {
    const axis = axisOf(a, shape.length);
    const size = dims[axis];
    const [start, end, step] = [starts?.[i], ends?.[i], op.inputs[4] ? steps?.[i] : 1];
    if (start === 0 && end !== undefined && end > 2 ** 31 && step === 1) return;
    // A table, or the axis itself, cut to a length: shorter than that it is not, or the model would not run.
    const length = op.inputs[2]?.elements?.[i];
    if (start === 0 && step === 1 && typeof length === 'string' && (length === size || typeof size === 'number')) {
      dims[axis] = length;
      return;
    }
    dims[axis] =
      typeof size === 'number' && start !== undefined && end !== undefined && step !== undefined && step > 0
        ? Math.max(0, Math.ceil((clamp(end, size) - clamp(start, size)) / step))
        : sliceOfSymbol(start, end, step);
  });
  op.outputs[0].shape = dims;
  if (elements && shape.length === 1 && starts && ends && (steps?.[0] ?? 1) === 1) {
    op.outputs[0].elements = elements.slice(clamp(starts[0], elements.length), clamp(ends[0], elements.length));
  }
});
const clamp = (at: number, size: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at));
/** The size of a slice of a length that is not known: sure only where both ends count from the same side. */
function sliceOfSymbol(start: number | undefined, end: number | undefined, step: number | undefined): Dim {
  if (step !== 1 || start === undefined || end === undefined) return unknownDim();
  if (start < 0 && end > 2 ** 31) return start === -1 ? 1 : unknownDim();
  return start >= 0 && end === start + 1 ? 1 : unknownDim();
}

rule('Gather', op => {
  const data = shapeOf(op, 0);
  const indices = shapeOf(op, 1);
  const which = numbersOf(op.inputs[1]);
  const elements = op.inputs[0]?.elements;
  if (elements && which) {
    op.outputs[0].elements = which.map(i => elements[axisOf(i, elements.length)] ?? unknownDim());
  }
  if (!data || !indices) return;
  const axis = axisOf(op.int('axis', 0), data.length);
  op.outputs[0].shape = [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)];
});
rule(ms('GatherBlockQuantized'), op => {
  const data = shapeOf(op, 0);
  const indices = shapeOf(op, 1);
  if (!data || !indices) return;
  const axis = axisOf(op.int('gather_axis', 0), data.length);
  // Bytes hold several numbers of the last axis.
  const held = op.inputs[0]?.type === DataType.uint8 ? 8 / op.int('bits', 4) : 1;
  const last = data.length - 1;
  const wide = data.map((d, i) => (i === last ? product([d, held]) : d));
  op.outputs[0].shape = [...wide.slice(0, axis), ...indices, ...wide.slice(axis + 1)];
});
rule('GatherElements', op => {
  op.outputs[0].shape = shapeOf(op, 1);
});

rule('Expand', op => {
  const shape = shapeOf(op, 0);
  const to = op.inputs[1]?.elements;
  if (shape && to) op.outputs[0].shape = broadcast([shape, to]);
});
rule('Tile', op => {
  const shape = shapeOf(op, 0);
  const times = op.inputs[1]?.elements;
  if (shape) {
    op.outputs[0].shape = shape.map((d, i) => (times?.[i] !== undefined ? product([d, times[i]]) : unknownDim()));
  }
});
rule('Pad', op => {
  const shape = shapeOf(op, 0);
  const pads = attributeOrInput(op, 'pads', 1);
  if (!shape) return;
  const axes = numbersOf(op.inputs[3])?.map(a => axisOf(a, shape.length)) ?? shape.map((_, i) => i);
  const dims = [...shape];
  axes.forEach((axis, i) => {
    const [before, after] = [pads?.[i], pads?.[i + axes.length]];
    if (before === 0 && after === 0) return;
    const size = dims[axis];
    dims[axis] =
      typeof size === 'number' && before !== undefined && after !== undefined ? size + before + after : unknownDim();
  });
  op.outputs[0].shape = dims;
});

rule('ConstantOfShape', (op, model) => {
  const shape = op.inputs[0]?.elements;
  if (!shape) return;
  op.outputs[0].shape = [...shape];
  const tensor = op.node.attributes.get('value')?.tensor;
  const value = tensor ? allElements(model, tensor, 1)?.[0] : 0;
  if (shape.length === 1 && typeof shape[0] === 'number' && shape[0] <= 64 && value !== undefined) {
    op.outputs[0].elements = Array.from({ length: shape[0] }, () => value);
  }
});
rule('Range', op => {
  const [start, limit, step] = op.inputs.map(i => i?.elements?.[0]);
  op.outputs[0].shape = [start === 0 && step === 1 && limit !== undefined ? limit : unknownDim()];
});
rule('Where', op => {
  const [, a, b] = op.inputs;
  const shapes = op.inputs.map(i => i?.shape);
  if (shapes.every(s => s !== undefined)) op.outputs[0].shape = broadcast(shapes);
  // Exporters write Expand's shape as Where(shape == -1, 1, shape): what is kept is the second choice.
  if (a?.elements && b?.elements) {
    op.outputs[0].elements = b.elements.map((e, i) => (e === -1 ? (a.elements![i] ?? 1) : e));
  }
});

const matmul = (a: readonly Dim[], b: readonly Dim[]): Dim[] => {
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const dims = [
    ...broadcast([left.slice(0, -2), right.slice(0, -2)].map(s => (s.length ? s : [1]))),
    left.at(-2)!,
    right.at(-1)!,
  ];
  const full = dims.slice(-Math.max(left.length, right.length));
  return full.filter(
    (_, i) => !(a.length === 1 && i === full.length - 2) && !(b.length === 1 && i === full.length - 1),
  );
};
const swapLast = (s: readonly Dim[]): Dim[] => [...s.slice(0, -2), s.at(-1)!, s.at(-2)!];
rule('MatMul MatMulInteger', op => {
  const [a, b] = [shapeOf(op, 0), shapeOf(op, 1)];
  const like = (s: readonly Dim[]): Dim[] => [...s.slice(0, -2), unknownDim(), unknownDim()];
  // Of two activations one rank tells the other's.
  if (a?.length && b?.length) op.outputs[0].shape = matmul(a, b);
  else if (b && b.length > 2) op.outputs[0].shape = matmul(like(b), b);
  else if (a && a.length > 2) op.outputs[0].shape = matmul(a, like(a));
});
rule(ms('FusedMatMul TransposeMatMul'), op => {
  const [a, b] = [shapeOf(op, 0), shapeOf(op, 1)].map((s, i) => {
    const side = 'AB'[i];
    // `transBatch`: the batch lies between rows and columns.
    const batchFirst = s && op.int(`transBatch${side}`) ? [...s.slice(1, -1), s[0], s.at(-1)!] : s;
    return batchFirst && op.int(`trans${side}`) ? swapLast(batchFirst) : batchFirst;
  });
  if (a && b && a.length > 1 && b.length > 1) op.outputs[0].shape = matmul(a, b);
});
rule(`${ms('DynamicQuantizeMatMul MatMulIntegerToFloat')}`, op => {
  const [a, b] = [shapeOf(op, 0), shapeOf(op, 1)];
  if (a?.length && b?.length) op.outputs[0].shape = matmul(a, b);
});
rule('QLinearMatMul', op => {
  const [a, b] = [shapeOf(op, 0), shapeOf(op, 3)];
  if (a?.length && b?.length) op.outputs[0].shape = matmul(a, b);
});
rule(ms('MatMulNBits MatMulBnb4 MatMulFpQ4'), op => {
  const a = shapeOf(op, 0);
  if (a) op.outputs[0].shape = [...a.slice(0, -1), op.int('N') ?? unknownDim()];
});
rule(`Gemm ${ms('FusedGemm')}`, op => {
  const [a, b] = [shapeOf(op, 0), shapeOf(op, 1)];
  if (a?.length === 2 && b?.length === 2) {
    op.outputs[0].shape = [a[op.int('transA') ? 1 : 0], b[op.int('transB') ? 0 : 1]];
  }
});
rule('Einsum', op => {
  op.outputs[0].shape = einsumShape(
    op.text('equation') ?? '',
    op.inputs.map(i => i?.shape),
  );
});

const reduce: Rule = op => {
  const shape = shapeOf(op, 0);
  if (!shape) return;
  const given = attributeOrInput(op, 'axes', 1);
  if (!given && op.inputs[1]) return;
  const axes = new Set((given ?? shape.map((_, i) => i)).map(a => axisOf(a, shape.length)));
  const keep = op.int('keepdims', 1) === 1;
  op.outputs[0].shape = shape.map((d, i) => (axes.has(i) ? 1 : d)).filter((_, i) => keep || !axes.has(i));
  if (op.node.type === 'ReduceProd' && op.inputs[0]?.elements) {
    op.outputs[0].elements = [product(op.inputs[0].elements)];
  }
};
rule('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp', reduce);
rule('ArgMax ArgMin', op => {
  const shape = shapeOf(op, 0);
  if (!shape) return;
  const axis = axisOf(op.int('axis', 0), shape.length);
  op.outputs[0].shape = shape
    .map((d, i) => (i === axis ? 1 : d))
    .filter((_, i) => op.int('keepdims', 1) === 1 || i !== axis);
});
rule('TopK', op => {
  const shape = shapeOf(op, 0);
  const k = op.inputs[1]?.elements?.[0];
  if (!shape) return;
  const axis = axisOf(op.int('axis', -1), shape.length);
  for (const output of op.outputs) output.shape = shape.map((d, i) => (i === axis ? (k ?? unknownDim()) : d));
});

rule(`Conv ConvInteger QLinearConv ${ms('FusedConv')}`, op => {
  const [x, w] = [shapeOf(op, 0), shapeOf(op, op.node.type === 'QLinearConv' ? 3 : 1)];
  if (!x || !w || x.length !== w.length) return;
  const spatial = x.length - 2;
  const kernel = w.slice(2);
  const list = (name: string, otherwise: number, length: number): readonly number[] =>
    op.ints(name)?.length === length ? op.ints(name)! : Array.from({ length }, () => otherwise);
  const strides = list('strides', 1, spatial);
  const dilations = list('dilations', 1, spatial);
  const pads = list('pads', 0, 2 * spatial);
  const automatic = op.text('auto_pad') ?? 'NOTSET';
  op.outputs[0].shape = [
    x[0],
    w[0],
    ...kernel.map((k, i): Dim => {
      const size = x[i + 2];
      if (
        automatic === 'NOTSET' &&
        strides[i] === 1 &&
        typeof k === 'number' &&
        pads[i] + pads[i + spatial] === dilations[i] * (k - 1)
      ) {
        return size;
      }
      if (automatic !== 'NOTSET' || typeof size !== 'number' || typeof k !== 'number') return unknownDim();
      return Math.floor((size + pads[i] + pads[i + spatial] - dilations[i] * (k - 1) - 1) / strides[i]) + 1;
    }),
  ];
});
rule(`MaxPool AveragePool LpPool ${ms('QLinearAveragePool')}`, op => {
  const x = shapeOf(op, 0);
  if (x) op.outputs[0].shape = x.map((d, i) => (i < 2 ? d : unknownDim()));
});
rule('ConvTranspose', op => {
  const [x, w] = [shapeOf(op, 0), shapeOf(op, 1)];
  if (x && w) {
    op.outputs[0].shape = x.map((d, i) => (i === 0 ? d : i === 1 ? product([w[1], op.int('group', 1)]) : unknownDim()));
  }
});
rule('Resize Upsample DepthToSpace SpaceToDepth', op => {
  const x = shapeOf(op, 0);
  if (x) op.outputs[0].shape = x.map((d, i) => (i === 0 ? d : unknownDim()));
});
rule(`GlobalAveragePool GlobalMaxPool ${ms('QLinearGlobalAveragePool')}`, op => {
  const x = shapeOf(op, 0);
  if (x) op.outputs[0].shape = x.map((d, i) => (i < 2 ? d : 1));
});

rule(`GRU LSTM RNN ${ms('DynamicQuantizeLSTM')}`, op => {
  const x = shapeOf(op, 0);
  const hidden = op.int('hidden_size') ?? unknownDim();
  const directions = op.text('direction') === 'bidirectional' ? 2 : 1;
  if (!x || op.int('layout', 0) !== 0) return;
  if (op.outputs[0]) op.outputs[0].shape = [x[0], directions, x[1], hidden];
  for (const state of op.outputs.slice(1)) state.shape = [directions, x[1], hidden];
});

rule('Loop Scan', loopOutputs);
rule('If', op => {
  op.outputs.forEach((output, i) => {
    const branches = takenBranches(op).map(b => b.outputs[i]);
    output.type = branches.find(b => b?.type !== undefined)?.type;
    const shapes = branches.map(b => b?.shape);
    const rank = shapes.find(s => s !== undefined)?.length;
    if (rank === undefined || !shapes.every(s => s === undefined || s.length === rank)) return;
    const known = shapes.filter(s => s !== undefined);
    output.shape = known[0].map((d, a) =>
      known.every(s => s[a] === d)
        ? d
        : (known.map(s => s[a]).find(x => typeof x === 'number' && x > 1) ?? unknownDim()),
    );
  });
});

const fused = (op: Op): void => {
  const q = shapeOf(op, 0);
  if (op.outputs[0] && q) op.outputs[0].shape = q.length === 3 ? [q[0], q[1], unknownDim()] : q;
};
rule(`Attention ${ms('Attention DecoderMaskedSelfAttention QAttention DecoderAttention')}`, fused);
rule(ms('MultiHeadAttention DecoderMaskedMultiHeadAttention PackedMultiHeadAttention PackedAttention'), op => {
  fused(op);
  const [q, v] = [shapeOf(op, 0), shapeOf(op, 2)];
  // Values side by side, or with their heads apart.
  const width = v?.length === 3 ? v[2] : v?.length === 4 ? product([v[1], v[3]]) : undefined;
  if (op.outputs[0] && q?.length === 3 && width !== undefined) op.outputs[0].shape = [q[0], q[1], width];
});
rule(ms('GroupQueryAttention SparseAttention'), op => {
  const q = shapeOf(op, 0);
  const [heads, shared] = [op.int('num_heads'), op.int('kv_num_heads')];
  if (q?.length !== 3 || !heads || !shared) return;
  // Without keys of their own, queries, keys and values stand side by side.
  const size = quotient(q[2], op.inputs[1] ? heads : heads + 2 * shared);
  if (op.outputs[0]) op.outputs[0].shape = [q[0], q[1], size === undefined ? unknownDim() : product([size, heads])];
  for (const cache of op.outputs.slice(1, 3)) {
    cache.shape = [q[0], shared, unknownDim(), shapeOf(op, 3)?.[3] ?? size ?? unknownDim()];
  }
});
rule(ms('PagedAttention'), op => {
  const q = shapeOf(op, 0);
  if (op.outputs[0] && q) op.outputs[0].shape = op.inputs[1] ? q : [q[0], unknownDim()];
});

/** The branches of an `If` that may be taken: one, where the sizes already tell. */
function takenBranches(op: Op): readonly Scope[] {
  const [condition] = numbersOf(op.inputs[0]) ?? [];
  const taken =
    condition === undefined
      ? undefined
      : op.bodies.find(b => b.owner?.attribute === (condition ? 'then_branch' : 'else_branch'));
  return taken ? [taken] : op.bodies;
}
