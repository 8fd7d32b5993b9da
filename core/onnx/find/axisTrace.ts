import { coefficient, product, quotient, type Dim } from '../read/dims';
import { einsumTerms } from '../graph/einsum';
import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';
import { tensorProduct } from './tensorProduct';

/**
 * Where an axis comes from: `feature`, the features of a projection (so a part of them is the head axis); `other`, tokens
 * or the batch; `folded`, both in one axis; `one`, an axis of size one that was put in; undefined where it cannot be told.
 */
export type AxisOrigin =
  | { readonly from: 'feature' | 'other' | 'one' }
  | {
      readonly from: 'folded';
      /** Size of the part that is features. */ readonly heads: Dim;
      /** Whether that part varies fastest. */ readonly inner: boolean;
    };

const feature: AxisOrigin = { from: 'feature' };
const other: AxisOrigin = { from: 'other' };
const one: AxisOrigin = { from: 'one' };

/** How far an axis is followed. */
const mostSteps = 64;

/** What was found for a value's axes, and how many steps into a search: with fewer behind them it is looked again. */
const traced = new WeakMap<Value, Map<number, { readonly origin: AxisOrigin | undefined; readonly depth: number }>>();

/**
 * Follows one axis of a value back to the projection, lookup or input that made it. Each way is gone once: a product has two
 * ways back, and where attention follows on attention without projections they would double with each.
 */
export function traceAxis(value: Value | undefined, axis: number, depth = 0): AxisOrigin | undefined {
  if (!value || depth > mostSteps) return undefined;
  const axes = traced.get(value) ?? new Map<number, { origin: AxisOrigin | undefined; depth: number }>();
  traced.set(value, axes);
  const known = axes.get(axis);
  if (known && known.depth <= depth) return known.origin;
  const origin = originOf(value, axis, depth);
  axes.set(axis, { origin, depth });
  return origin;
}

function originOf(value: Value, axis: number, depth: number): AxisOrigin | undefined {
  const op = value.producer;
  if (!op) return value.data && value.shape?.length === 3 ? (axis === 2 ? feature : other) : undefined;
  const rank = value.shape?.length;
  const [input] = op.inputs;
  const on = (to: Value | undefined, at: number): AxisOrigin | undefined =>
    at < 0 ? one : traceAxis(to, at, depth + 1);
  switch (op.node.type) {
    case 'Transpose': {
      const perm = op.ints('perm');
      return on(input, perm?.length ? perm[axis] : (rank ?? 0) - 1 - axis);
    }
    case 'Reshape':
      return traceReshape(input, value, axis, depth);
    case 'Unsqueeze': {
      const kept = keptAxes(value, input, op);
      return kept ? on(input, kept.indexOf(axis)) : undefined;
    }
    case 'Squeeze': {
      const kept = input && keptAxes(input, value, op);
      return kept ? on(input, kept[axis]) : undefined;
    }
    case 'Gather': {
      const { shape } = input ?? {};
      const indexRank = op.inputs[1]?.shape?.length;
      if (!shape || indexRank === undefined) return undefined;
      const at = op.int('axis', 0) < 0 ? op.int('axis', 0) + shape.length : op.int('axis', 0);
      if (input?.data) return on(input, axis < at ? axis : axis >= at + indexRank ? axis - indexRank + 1 : at);
      // A lookup in a table: its indices' axes are tokens.
      return axis >= at && axis < at + indexRank ? other : feature;
    }
    case 'Expand':
    case 'Tile': {
      const shift = (rank ?? 0) - (input?.shape?.length ?? 0);
      return input?.shape?.[axis - shift] === 1 ? one : on(input, axis - shift);
    }
    case 'Concat': {
      // New keys are appended to the cached ones: what is computed here tells more than what comes in.
      const parts = op.inputs.filter(i => i?.data);
      const stacked = parts.length > 1 && axis === concatAxis(op, rank) ? traceStack(parts, axis, depth) : undefined;
      if (stacked) return stacked;
      return on(parts.find(p => p?.producer) ?? parts[0] ?? input, axis);
    }
    case 'If':
      return on(
        op.bodies.map(b => b.outputs[op.outputs.indexOf(value)]).find(v => v?.producer),
        axis,
      );
    case 'MatMul':
    case 'MatMulInteger':
    case 'FusedMatMul':
    case 'Gemm':
    case 'QLinearMatMul':
    case 'DynamicQuantizeMatMul':
    case 'MatMulIntegerToFloat':
    case 'MatMulNBits':
    case 'MatMulBnb4':
    case 'FusedGemm': {
      const right = op.inputs[op.node.type === 'QLinearMatMul' ? 3 : 1];
      if (rank === undefined) return undefined;
      const product = tensorProduct(op);
      for (const [weight, side] of [
        [right, 'right'],
        [input, 'left'],
      ] as const) {
        if (!weight || !isWeight(weight)) continue;
        const from = product?.origin[axis];
        // Weights of several heads side by side, [heads, in, out], bring the head axis with them.
        return from
          ? from[side] >= 0 && weight.shape?.[from[side]] !== 1
            ? feature
            : other
          : axis === rank - 1
            ? feature
            : other;
      }
      return traceProduct(op, axis, depth);
    }
    case 'Einsum': {
      const terms = einsumTerms(
        op.text('equation') ?? '',
        op.inputs.map(i => i?.shape?.length),
      );
      const weight = op.inputs.findIndex(i => i && isWeight(i));
      if (!terms) return undefined;
      if (weight < 0) return traceProduct(op, axis, depth);
      return terms.inputs[weight].includes(terms.output[axis]) ? feature : other;
    }
    case 'Conv':
    case 'ConvInteger':
    case 'QLinearConv':
    case 'FusedConv': {
      if (axis > 0) return axis === 1 ? feature : other;
      // Each head may be a picture of its own (MViT v2).
      const before = on(input, 0);
      return before?.from === 'feature' || before?.from === 'folded' ? before : other;
    }
    case 'GRU':
    case 'LSTM':
    case 'RNN':
    case 'DynamicQuantizeLSTM':
      return axis === (rank ?? 4) - 1 ? feature : other;
    case 'SkipLayerNormalization':
    case 'SkipSimplifiedLayerNormalization':
    case 'EmbedLayerNormalization':
      return axis === (rank ?? 3) - 1 ? feature : other;
    default: {
      const shape = value.shape;
      const like = op.inputs.filter(i => i && i.shape?.length === shape?.length);
      const next =
        like.find(i => i!.data && i!.shape?.[axis] !== 1) ??
        like.find(i => i!.data) ??
        like[0] ??
        (shape ? undefined : input);
      return on(next, axis);
    }
  }
}

function concatAxis(op: Op, rank: number | undefined): number {
  const axis = op.int('axis', 0);
  return axis < 0 ? axis + (rank ?? 0) : axis;
}

/** Heads that were cut from the features one by one and stacked, along an axis of their own or along the batch. */
function traceStack(parts: readonly (Value | undefined)[], axis: number, depth: number): AxisOrigin | undefined {
  const cuts = parts.map(part => {
    let at = part;
    for (let i = 0; at?.producer && i < 4; i++) {
      if (/^(Split|Slice|Gather)$/.test(at.producer.node.type)) return at.producer.inputs[0];
      if (!/^(Unsqueeze|Reshape|Squeeze|Transpose|Identity)$/.test(at.producer.node.type)) return undefined;
      at = at.producer.inputs[0];
    }
    return undefined;
  });
  if (!cuts[0] || cuts.some(cut => cut !== cuts[0])) return undefined;
  const origins = parts.map(part => traceAxis(part, axis, depth + 1));
  if (origins.every(o => o?.from === 'one')) return feature;
  return origins.every(o => o?.from === 'other') ? { from: 'folded', heads: parts.length, inner: false } : undefined;
}

/** Through a product of two activations (queries and keys): the axis of the operand that has it. */
function traceProduct(op: Op, axis: number, depth: number): AxisOrigin | undefined {
  const product = tensorProduct(op);
  const from = product?.origin[axis];
  if (!product || !from) return undefined;
  const broadcast = from.left < 0 || (product.left.shape?.[from.left] === 1 && from.right >= 0);
  return (
    (broadcast ? undefined : traceAxis(product.left, from.left, depth + 1)) ??
    (from.right < 0 ? undefined : traceAxis(product.right, from.right, depth + 1))
  );
}

/** A group of axes that together keep their elements through a `Reshape`. */
interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** How the axes of one shape become those of another by `Reshape`: the smallest groups whose sizes agree. */
export function reshapeGroups(from: readonly Dim[], to: readonly Dim[]): Group[] {
  const groups: Group[] = [];
  let [fromEnd, toEnd] = [from.length, to.length];
  const tail: Group[] = [];
  while (fromEnd > 0 && toEnd > 0 && from[fromEnd - 1] === to[toEnd - 1]) {
    tail.unshift({ from: [--fromEnd], to: [--toEnd] });
  }
  let [i, j] = [0, 0];
  while (i < fromEnd || j < toEnd) {
    const group = { from: [] as number[], to: [] as number[] };
    if (i < fromEnd) group.from.push(i++);
    if (j < toEnd) group.to.push(j++);
    for (;;) {
      const a = product(group.from.map(x => from[x]));
      const b = product(group.to.map(x => to[x]));
      if (
        a === b ||
        (typeof a !== typeof b && incomparable(a, b) && group.from.length === 1 && group.to.length === 1)
      ) {
        break;
      }
      const [moreFrom, moreTo] = [i < fromEnd, j < toEnd];
      if (!moreFrom && !moreTo) break;
      if (moreFrom && (quotient(b, a) !== undefined || !moreTo)) group.from.push(i++);
      else if (moreTo && (quotient(a, b) !== undefined || !moreFrom)) group.to.push(j++);
      else {
        group.from.push(i++);
        group.to.push(j++);
      }
    }
    groups.push(group);
  }
  return [...groups, ...tail];
}

/** A number and a symbol that no arithmetic relates: at the same place they are the same size under two names. */
function incomparable(a: Dim, b: Dim): boolean {
  return (
    quotient(a, b) === undefined &&
    quotient(b, a) === undefined &&
    coefficient(a) !== 0 &&
    (typeof a === 'number' ? coefficient(b) : coefficient(a)) === 1
  );
}

function traceReshape(input: Value | undefined, output: Value, axis: number, depth: number): AxisOrigin | undefined {
  const from = input?.shape;
  const to = output.shape;
  if (!input || !from || !to) return undefined;
  const group = reshapeGroups(from, to).find(g => g.to.includes(axis));
  if (!group) return undefined;
  const parts = group.from.filter(f => from[f] !== 1);
  if (to[axis] === 1 || parts.length === 0) {
    return group.from.length === 1 && parts.length === 0 ? traceAxis(input, group.from[0], depth + 1) : one;
  }
  const origins = parts.map(f => traceAxis(input, f, depth + 1));
  const big = group.to.filter(t => to[t] !== 1);
  if (parts.length === 1) {
    const [origin] = origins;
    // What was folded comes apart again: the heads are the last or the first of the parts.
    if (origin?.from === 'folded' && big.length > 1) {
      return (origin.inner ? axis === big.at(-1) : axis === big[0]) ? feature : other;
    }
    return origin;
  }
  const isFeature = origins.map(o => o?.from === 'feature' || o?.from === 'one');
  if (big.length === 1) {
    if (origins.some(o => o === undefined)) return undefined;
    if (isFeature.every(f => f)) return feature;
    if (!origins.some(o => o?.from === 'feature')) return other;
    // Between batch and tokens the heads could not be told by a size alone.
    if (!isFeature[0] && !isFeature.at(-1)) return undefined;
    return {
      from: 'folded',
      heads: product(parts.filter((_, i) => isFeature[i]).map(f => from[f])),
      inner: isFeature.at(-1) === true,
    };
  }
  // [batch, heads·size] becomes [batch·heads, size], as nn.MultiheadAttention folds.
  const heads = big.length === 2 && axis === big[0] ? quotient(from[parts.at(-1)!], to[big[1]]) : undefined;
  if (heads === undefined || origins.at(-1)?.from !== 'feature') {
    return axis === big.at(-1) ? origins.at(-1) : undefined;
  }
  return heads === 1 ? origins[0] : { from: 'folded', heads, inner: true };
}

/** For each axis of the smaller of an `Unsqueeze`'s or `Squeeze`'s values, its axis in the larger. */
function keptAxes(larger: Value, smaller: Value | undefined, op: Op): number[] | undefined {
  const rank =
    larger.shape?.length ??
    (smaller?.shape && op.inputs[1]?.elements ? smaller.shape.length + op.inputs[1].elements.length : undefined);
  if (rank === undefined) return undefined;
  const given = op.ints('axes')?.length ? op.ints('axes') : op.inputs[1]?.elements;
  const gone =
    given?.map(a => (Number(a) < 0 ? Number(a) + rank : Number(a))) ??
    larger.shape?.flatMap((d, i) => (d === 1 ? [i] : []));
  return gone && Array.from({ length: rank }, (_, i) => i).filter(i => !gone.includes(i));
}
