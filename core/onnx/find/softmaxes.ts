import type { Op, Value } from '../graph/linkedGraph';

/** A softmax, as one operator or spelled out. */
export interface Softmax {
  /** The operation that gives the result. */
  readonly op: Op;
  readonly scores: Value;
  readonly result: Value;
  /** The axis along which rows sum to one; undefined where the rank is not known (then it is the last). */
  readonly axis?: number;
  readonly spelledOut: boolean;
  /** Where the division comes after the product with the values: the sums to divide by; the result is not divided yet. */
  readonly sums?: Value;
}

/** Reads an operation as the end of a softmax; undefined where it is none. */
export function softmaxAt(op: Op, opset: number): Softmax | undefined {
  const [input] = op.inputs;
  const result = op.outputs[0];
  switch (op.node.type) {
    case 'Softmax':
    case 'QLinearSoftmax':
    case 'BiasSoftmax': {
      if (!input || !result) return undefined;
      const rank = (result.shape ?? input.shape)?.length;
      const axis = op.int('axis', op.node.domain === '' && opset < 13 ? 1 : -1);
      return {
        op,
        scores: input,
        result,
        axis: rank === undefined ? undefined : axis < 0 ? axis + rank : axis,
        spelledOut: false,
      };
    }
    case 'Div': {
      const sum = op.inputs[1] && sumOf(op.inputs[1]);
      const exp = input && exponential(input);
      if (exp && sum && sum.of === stripped(input)) return spelled(op, exp, sum.axis);
      return input && sum && dividedLate(op, input, sum);
    }
    case 'Mul': {
      for (const [a, b] of [op.inputs, [...op.inputs].reverse()]) {
        const inverse = b?.producer?.node.type === 'Reciprocal' ? b.producer.inputs[0] : undefined;
        const sum = inverse && sumOf(inverse);
        const exp = a && exponential(a);
        if (exp && sum && sum.of === stripped(a)) return spelled(op, exp, sum.axis);
      }
      return undefined;
    }
    case 'Exp': {
      // exp(log-softmax), or exp(x - logsumexp x)
      const log = input?.producer;
      if (log?.node.type === 'LogSoftmax' && log.inputs[0]) return spelled(op, log.inputs[0], log.int('axis', -1));
      const lse = log?.node.type === 'Sub' ? log.inputs[1]?.producer : undefined;
      return lse?.node.type === 'ReduceLogSumExp' && lse.inputs[0] === log!.inputs[0] && lse.inputs[0]
        ? spelled(op, lse.inputs[0], reducedAxis(lse))
        : undefined;
    }
    default:
      return undefined;
  }
}

function spelled(op: Op, scores: Value, axis: number | undefined): Softmax {
  const rank = op.outputs[0]?.shape?.length;
  if (axis !== undefined && axis < 0 && rank !== undefined) axis += rank;
  return {
    op,
    scores,
    result: op.outputs[0],
    axis: axis !== undefined && axis >= 0 ? axis : undefined,
    spelledOut: true,
  };
}

/** The products of exponentials and values divided by the sums of the exponentials: the same as dividing first. */
function dividedLate(op: Op, products: Value, sum: { of: Value; axis?: number }): Softmax | undefined {
  const product = products.producer;
  const weights = product?.inputs.find(input => input && stripped(input) === sum.of);
  const scores = weights && exponential(weights);
  const sums = op.inputs[1];
  // The sums must have the shape of a column beside the exponentials.
  if (!product || !scores || !sums || sums.shape?.length !== weights.shape?.length || sums.shape?.at(-1) !== 1) {
    return undefined;
  }
  return { ...spelled(product, scores, sum.axis), result: weights, sums };
}

/** What the exponential is taken of, without the largest value that is subtracted for stability. */
function exponential(value: Value): Value | undefined {
  const exp = stripped(value).producer;
  if (exp?.node.type !== 'Exp' || !exp.inputs[0]) return undefined;
  const sub = stripped(exp.inputs[0]).producer;
  return sub?.node.type === 'Sub' &&
    sub.inputs[0] &&
    sub.inputs[1] &&
    stripped(sub.inputs[1]).producer?.node.type === 'ReduceMax'
    ? sub.inputs[0]
    : exp.inputs[0];
}

/** A sum along one axis, with a guard against zero (`+ ε`, `max`, `clip`) or a one (softmax1) allowed on it. */
function sumOf(value: Value, depth = 0): { of: Value; axis?: number } | undefined {
  const op = value.producer;
  if (!op || depth > 6) return undefined;
  if (/^(ReduceSum|ReduceL1)$/.test(op.node.type)) {
    return op.inputs[0] && { of: stripped(op.inputs[0]), axis: reducedAxis(op) };
  }
  if (!/^(Add|Max|Clip|Where|Cast|Unsqueeze|Expand|Identity|Reshape)$/.test(op.node.type)) return undefined;
  for (const input of op.inputs) {
    const sum = input && sumOf(input, depth + 1);
    if (sum) return sum;
  }
  return undefined;
}

function reducedAxis(op: Op): number | undefined {
  const axes = op.ints('axes')?.length ? op.ints('axes') : op.inputs[1]?.elements;
  return axes?.length === 1 && typeof axes[0] === 'number' ? axes[0] : undefined;
}

/** Without casts and the like. */
function stripped(value: Value): Value {
  let at = value;
  while (at.producer && /^(Cast|Identity)$/.test(at.producer.node.type) && at.producer.inputs[0]) {
    at = at.producer.inputs[0];
  }
  return at;
}
