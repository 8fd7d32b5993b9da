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
import { scoreSource, type ScoreSource } from './scoreSource';
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
  if (!reached && !isGiven(softmax.result, axis)) return undefined;
  const source = scoreSource(softmax.scores, axis);
  if (!source) return undefined;
  if (!reached) return givenAttention(softmax, source, headsHint, model);
  const { product, path } = reached;
  if (softmax.sums && path.length > 0) return undefined;
  const weights = product.left;
  const parted = path.some(({ op, input }) => inParts(op, input));
  const band = isBand(softmax.result);
  const { value: probabilities, roles } =
    (band && path.some(({ op }) => op.node.type === 'Pad') && ownRows(softmax.result, axis)) ||
    readableProbabilities(weights, product, path, softmax.result);
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
    context: parted ? sumOfParts(product.op, probabilities) : product.output,
    queryFrom: [source.query],
    keyFrom: [source.key],
    // Triangles beside a band are its ends.
    causal: !band && hasCausalMask(softmax.scores, source.op, model),
    span: band ? 'band' : undefined,
    heads: headCount(layout, probabilities),
    headSize: source.size,
    parts: {
      probabilities,
      layout,
      sums: softmax.sums,
      product: parted ? undefined : product.op,
      weights,
      scores: softmax.scores,
      scoresLayout: same ? layout : undefined,
      query: source.product && operand(source.product, 'query', headsHint),
      key: source.product && operand(source.product, 'key', headsHint),
      value: parted ? undefined : valuePart(product, headsHint),
    },
  };
}

/** Attention whose probabilities the model gives as they are, with no values to mix. */
function givenAttention(
  softmax: Softmax,
  source: ScoreSource,
  headsHint: number | undefined,
  model: ConstantsOf,
): AttentionMatch | undefined {
  const { result, scores, op } = softmax;
  const { product } = source;
  // Both sides from the input: a comparison with learned classes is a classifier.
  if (!product || !source.query.data || !source.key.data || !result.shape) return undefined;
  const column = softmax.axis ?? result.shape.length - 1;
  const own = product.origin.findIndex(from => from.left === product.leftOnly[0] && from.right < 0);
  const same = product.output.shape?.length === result.shape.length && own !== column;
  const row = same ? own : column === 0 ? 1 : column - 1;
  const layout = attentionLayout(
    result,
    result.shape.map((_, i) => (i === column ? 'key' : i === row ? 'query' : 'shared')),
    headsHint,
  );
  return {
    form: softmax.spelledOut ? 'spelled-out' : 'softmax',
    op,
    context: result,
    queryFrom: [source.query],
    keyFrom: [source.key],
    causal: hasCausalMask(scores, source.op, model),
    heads: headCount(layout, result),
    headSize: source.size,
    parts: {
      probabilities: result,
      layout,
      weights: result,
      scores,
      scoresLayout: scores.shape?.length === result.shape.length ? layout : undefined,
      query: operand(product, 'query', headsHint),
      key: operand(product, 'key', headsHint),
    },
  };
}

/**
 * Whether probabilities of at least three axes are an output of the model: as they are, laid out anew, or the mean of their
 * heads. (Of two axes they are a choice among classes or pairs.)
 */
function isGiven(result: Value, axis: number | undefined): boolean {
  if ((result.shape?.length ?? 0) < 3) return false;
  const seen = new Set<Value>([result]);
  let queue: { readonly value: Value; readonly axis: number | undefined }[] = [{ value: result, axis }];
  for (let step = 0; queue.length > 0 && step < 8; step++) {
    const next: typeof queue = [];
    for (const { value, axis: key } of queue) {
      if (!value.scope.owner && value.scope.outputs.includes(value)) return true;
      for (const op of value.readers) {
        const [output] = op.outputs;
        if (op.inputs[0] !== value || !output || seen.has(output) || !keepsRows(op)) continue;
        const moved = key === undefined ? undefined : reducedAxes(op, value, output, key);
        if (moved === -1 && op.node.type !== 'Reshape') continue;
        seen.add(output);
        next.push({ value: output, axis: moved === -1 ? undefined : moved });
      }
    }
    queue = next;
  }
  return false;
}

function keepsRows({ node: { type } }: Op): boolean {
  return sameElements.has(type) || /^Reduce(Mean|Sum|Max)$/.test(type);
}

/** Where an axis of the input is in an operation's output: -1 where it is gone. */
function reducedAxes(op: Op, input: Value, output: Value, axis: number): number | undefined {
  if (!op.node.type.startsWith('Reduce')) {
    const before = axesBefore(op, input);
    return before?.indexOf(axis);
  }
  const rank = input.shape?.length;
  const given = op.ints('axes')?.length ? op.ints('axes') : op.inputs[1]?.elements;
  if (rank === undefined || !given) return -1;
  const gone = given.map(a => (Number(a) < 0 ? Number(a) + rank : Number(a)));
  if (gone.includes(axis)) return -1;
  return output.shape?.length === rank ? axis : axis - gone.filter(a => a < axis).length;
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
    // Behind a shift, a mixture of heads or a rounding to eight bits there are no probabilities any more, and a part of them is not all.
    const lost =
      inParts(op, input) ||
      op.node.type === 'Add' ||
      (op.node.type === 'QuantizeLinear' && isFloat(input)) ||
      mixesHeads(op, input);
    if (lost || (same && isFloat(at) && (!isFloat(best.value) || (before.length === 4 && best.roles.length !== 4)))) {
      best = { value: at, roles };
    }
    if (lost) same = true;
  }
  return best;
}

/**
 * Whether probabilities are a band along the diagonal, laid out as columns: before they meet the values they are padded and
 * cut into rows of another length, by which each row moves on by one.
 */
function isBand(result: Value): boolean {
  const seen = new Map<Value, boolean>([[result, false]]);
  for (const [value, padded] of seen) {
    for (const op of value.readers) {
      const [output] = op.outputs;
      if (!output || seen.has(output) || seen.size > 60) continue;
      if (padded && op.node.type === 'Reshape') return true;
      if (passes[op.node.type]?.some(i => op.inputs[i] === value)) seen.set(output, padded || op.node.type === 'Pad');
    }
  }
  return false;
}

/** Probabilities as the softmax gives them: the queries are beside the keys, or the heads in between. */
function ownRows(value: Value, axis: number | undefined): { value: Value; roles: AxisRole[] } | undefined {
  const rank = value.shape?.length;
  if (rank === undefined || rank < 2 || axis !== rank - 1) return undefined;
  const row = rank > 2 && traceAxis(value, rank - 2)?.from === 'feature' ? rank - 3 : rank - 2;
  return {
    value,
    roles: Array.from({ length: rank }, (_, i) => (i === axis ? 'key' : i === row ? 'query' : 'shared')),
  };
}

/** Whether an operation cuts a part out of probabilities of which other parts are read, too: local and global keys. */
function inParts(op: Op, input: Value): boolean {
  if (op.node.type === 'Split') return op.outputs.filter(output => output.readers.length > 0).length > 1;
  return op.node.type === 'Slice' && input.readers.filter(reader => reader.node.type === 'Slice').length > 1;
}

/** Where probabilities meet values part by part: the sum of the products. */
function sumOfParts(product: Op, whole: Value): Value {
  let at = product.outputs[0];
  for (let i = 0; i < 8 && at.readers.length === 1; i++) {
    const [op] = at.readers;
    const others = op.inputs.filter(input => input !== undefined && input !== at);
    const sums = /^(Add|Sum)$/.test(op.node.type) && others.length > 0;
    if (
      !op.outputs[0] ||
      !(sums ? others.every(other => other && comesFrom(other, whole)) : sameElements.has(op.node.type))
    ) {
      break;
    }
    at = op.outputs[0];
  }
  return at;
}

function comesFrom(value: Value, whole: Value): boolean {
  const seen = new Set<Value>([value]);
  for (const at of seen) {
    if (at === whole) return true;
    if (seen.size > 60) return false;
    for (const input of at.producer?.inputs ?? []) {
      if (input?.data) seen.add(input);
    }
  }
  return false;
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
