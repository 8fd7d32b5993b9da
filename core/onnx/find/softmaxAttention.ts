import { axesBefore } from './axisMoves';
import { attentionLayout, headCount, type AttentionLayout, type AxisRole } from './attentionLayout';
import type { AttentionMatch, OperandPart } from './attentionMatch';
import { traceAxis } from './axisTrace';
import { hasCausalMask } from './causalMask';
import type { ConstantsOf } from '../read/constantElements';
import { isFloat } from '../graph/isFloat';
import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';
import { keepElements, moveElements, passedInputs } from './passedInputs';
import { scoreSource } from './scoreSource';
import type { Softmax } from './softmaxes';
import { mixesHeads } from './mixesHeads';
import { exchanged, tensorProduct, type TensorProduct } from './tensorProduct';

/** Operations that probabilities may pass on their way to the values, and the input they come in by. */
const passes: Partial<Record<string, readonly number[]>> = {
  ...passedInputs([0], [...moveElements, 'Div', 'BitmaskDropout']),
  ...passedInputs([0, 1], ['Add', 'Mul', 'Max']),
  ...passedInputs([1, 2], ['Where']),
};
/** Steps after which a tensor still holds the same elements. */
const sameElements = new Set(keepElements);
const mostSteps = 24;

interface Reached {
  readonly product: TensorProduct;
  /** The operations passed, from the softmax on. */
  readonly path: readonly { readonly op: Op; readonly input: Value; readonly output: Value }[];
}

/**
 * Reads a softmax as attention: its result, through casts, guards and reshapes, is multiplied with values along the axis
 * it sums to one on, and its scores come from queries and keys. Undefined where it is a router, a gate, a classifier.
 */
export function softmaxAttention(
  softmax: Softmax,
  headsHint: number | undefined,
  model: ConstantsOf,
): AttentionMatch | undefined {
  const axis = softmax.axis ?? (softmax.result.shape ? softmax.result.shape.length - 1 : undefined);
  const reached = productWithValues(softmax.result, axis);
  if (!reached) return undefined;
  const source = scoreSource(softmax.scores, axis);
  if (!source) return undefined;
  const { product, path } = reached;
  if (softmax.sums && path.length > 0) return undefined;
  const weights = product.left;
  const { value: probabilities, roles } = readableProbabilities(weights, product, path, softmax.result);
  const byValues = (i: number) => {
    const pair = product.shared.filter(s => s.left === i)[0];
    return probabilities === weights && pair && pair.right >= 0 && product.right.shape?.[pair.right] !== 1
      ? traceAxis(product.right, pair.right)
      : undefined;
  };
  const layout = attentionLayout(probabilities, roles, headsHint, byValues);
  const same = softmax.scores.shape?.length === probabilities.shape?.length;
  return {
    form: source.additive ? 'additive' : softmax.spelledOut ? 'spelled-out' : 'softmax',
    op: softmax.op,
    context: product.output,
    queryFrom: [source.query],
    keyFrom: [source.key],
    causal: hasCausalMask(softmax.scores, source.op, model),
    heads: headCount(layout, probabilities),
    headSize: source.size,
    parts: {
      probabilities,
      layout,
      sums: softmax.sums,
      product: product.op,
      weights,
      scores: softmax.scores,
      scoresLayout: same ? layout : undefined,
      query: source.product && operand(source.product, 'query', headsHint),
      key: source.product && operand(source.product, 'key', headsHint),
      value: valuePart(product, headsHint),
    },
  };
}

function productWithValues(result: Value, axis: number | undefined): Reached | undefined {
  const seen = new Set<Value>([result]);
  const queue: { value: Value; axis: number | undefined; path: Reached['path'] }[] = [
    { value: result, axis, path: [] },
  ];
  for (let at = 0; at < queue.length && at < 200; at++) {
    const { value, axis: key, path } = queue[at];
    for (const op of value.readers) {
      for (const product of productsOf(op, value)) {
        if (
          !isWeight(product.right) &&
          product.right !== value &&
          (key === undefined || key === product.contracted.left)
        ) {
          return { product, path };
        }
      }
      if (
        path.length >= mostSteps ||
        !(passes[op.node.type]?.some(i => op.inputs[i] === value) || mixesHeads(op, value))
      ) {
        continue;
      }
      const before = axesBefore(op, value);
      for (const output of op.node.type === 'Split' ? op.outputs : op.outputs.slice(0, 1)) {
        if (seen.has(output) || widens(op, value, output)) continue;
        seen.add(output);
        const next = key === undefined || !before ? undefined : before.indexOf(key);
        // Through a reshape whose sizes are not known an axis may get lost; through anything else it is gone.
        if (next === -1 && op.node.type !== 'Reshape') continue;
        queue.push({
          value: output,
          axis: next === -1 ? undefined : next,
          path: [...path, { op, input: value, output }],
        });
      }
    }
    // The result of a branch goes on outside.
    for (const output of outside(value)) {
      if (!seen.has(output)) {
        seen.add(output);
        queue.push({ value: output, axis: key, path: [...path] });
      }
    }
  }
  return undefined;
}

/** Products that read the value, turned so that it is on the left. */
function productsOf(op: Op, value: Value): TensorProduct[] {
  const sums = op.node.type === 'Mul' ? (op.outputs[0]?.readers.filter(r => r.node.type === 'ReduceSum') ?? []) : [];
  return [op, ...sums].flatMap(candidate => {
    const product = tensorProduct(candidate);
    if (!product || (candidate === op && op.node.type === 'ReduceSum')) return [];
    // Values have a size; a masked sum of the weights themselves has none.
    if (candidate !== op && (product.left === value ? product.rightOnly : product.leftOnly).length === 0) return [];
    return product.left === value ? [product] : product.right === value ? [exchanged(product)] : [];
  });
}

/** Whether an operation spreads the value over a larger tensor: then what flows on are no longer probabilities. */
function widens(op: Op, input: Value, output: Value): boolean {
  if (op.node.type !== 'Mul' && op.node.type !== 'Add') return false;
  return (
    (output.shape?.length ?? 0) > (input.shape?.length ?? 0) ||
    (output.shape?.some((d, i) => d !== 1 && input.shape?.[i] === 1) ?? false)
  );
}

function outside(value: Value): Value[] {
  const owner = value.scope.owner?.op;
  if (owner?.node.type !== 'If') return [];
  return value.scope.outputs.flatMap((o, i) => (o === value && owner.outputs[i] ? [owner.outputs[i]] : []));
}

/**
 * The tensor to give as probabilities: floating point, and of four axes if on the way to the product they were folded.
 * With what each of its axes is.
 */
function readableProbabilities(
  weights: Value,
  product: TensorProduct,
  path: Reached['path'],
  result: Value,
): { value: Value; roles: AxisRole[] } {
  const rank = weights.shape?.length ?? 0;
  let roles: AxisRole[] = Array.from({ length: rank }, (_, i) =>
    i === product.contracted.left ? 'key' : product.leftOnly.includes(i) ? 'query' : 'shared',
  );
  let best = { value: weights, roles };
  let at = weights;
  let same = true;
  for (let i = path.length - 1; i >= 0 && at !== result; i--) {
    const { op, input, output } = path[i];
    if (output !== at) break;
    const before = rolesBefore(op, input, roles);
    if (!before) break;
    at = input;
    roles = before;
    same &&= sameElements.has(op.node.type);
    // Behind a shift, a mixture of heads or a rounding to eight bits there are no probabilities any more.
    const lost =
      op.node.type === 'Add' || (op.node.type === 'QuantizeLinear' && isFloat(input)) || mixesHeads(op, input);
    if (lost || (same && isFloat(at) && (!isFloat(best.value) || (before.length === 4 && best.roles.length !== 4)))) {
      best = { value: at, roles };
    }
    if (lost) same = true;
  }
  return best;
}

/** The roles of an operation's input axes, given those of its output; undefined where an axis was split. */
function rolesBefore(op: Op, input: Value, roles: readonly AxisRole[]): AxisRole[] | undefined {
  const axes = axesBefore(op, input);
  if (!axes || !input.shape) return undefined;
  const before: AxisRole[] = input.shape.map(() => 'shared');
  const claimed = new Set<number>();
  axes.forEach((from, to) => {
    if (from < 0) return;
    before[from] = roles[to];
    claimed.add(from);
  });
  const lost = roles.filter((role, to) => axes[to] < 0 && role !== 'shared');
  const free = input.shape.map((_, i) => i).filter(i => !claimed.has(i));
  // Axes folded together can only be batch and heads, unless a row axis of size one was put in.
  if (lost.includes('key')) return undefined;
  if (op.node.type === 'Reshape' && roles.length > input.shape.length && axes.filter(a => a < 0).length > 1) {
    return undefined;
  }
  return free.length === 0 || !lost.includes('query') ? before : undefined;
}

/** Queries or keys as [batch, heads, tokens, size]. */
function operand(
  product: TensorProduct,
  which: 'query' | 'key',
  headsHint: number | undefined,
): OperandPart | undefined {
  const side = which === 'query' ? 'left' : 'right';
  const own = which === 'query' ? product.leftOnly : product.rightOnly;
  return part(product[side], own, product.contracted[side], headsHint);
}

function valuePart(product: TensorProduct, headsHint: number | undefined): OperandPart | undefined {
  const [size] = product.rightOnly;
  return size === undefined ? undefined : part(product.right, [product.contracted.right], size, headsHint);
}

function part(
  value: Value,
  rows: readonly number[],
  column: number,
  headsHint: number | undefined,
): OperandPart | undefined {
  if (!value.shape || !isFloat(value)) return undefined;
  const roles: AxisRole[] = value.shape.map((_, i) => (i === column ? 'key' : rows.includes(i) ? 'query' : 'shared'));
  const layout: AttentionLayout = attentionLayout(value, roles, headsHint);
  return { value, layout };
}
