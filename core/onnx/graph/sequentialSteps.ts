import type { LinkedGraph, Op } from './linkedGraph';

/** What of a graph's work must wait for each other, however many processors there are. */
export interface SequentialSteps {
  /** Places that are read one after another: of a recurrent network all of them, else 1. */
  readonly reading: number;
  /** Choices that are made one after another, each read by the next. */
  readonly writing: number;
  /** Products with a matrix on the longest chain; a recurrent operator multiplies once for its input and once a place. */
  readonly products: number;
}

/**
 * Counts on the longest chain of operations from inputs to outputs what follows each other: turns of a recurrent operator
 * (GRU, LSTM, RNN; its two directions run side by side), choices (ArgMax) that feed an unrolled decoder, matrix products.
 * What stands in the bodies of `If`, `Loop` and `Scan` is not counted.
 * @param places how long the recurrent operators' input is.
 */
export function sequentialSteps(graph: LinkedGraph, places: number): SequentialSteps {
  const recurs = ({ node: { type } }: Op) => /^(GRU|LSTM|RNN)$/.test(type);
  const multiplies = ({ node: { type } }: Op) => /^(MatMul|Gemm)$/.test(type);
  return {
    reading: Math.max(
      1,
      longestChain(graph, op => (recurs(op) ? places : 0)),
    ),
    writing: 1 + longestChain(graph, op => (op.node.type === 'ArgMax' ? 1 : 0)),
    products: longestChain(graph, op => (recurs(op) ? places + 1 : multiplies(op) ? 1 : 0)),
  };
}

/** The most that operations weigh together of which each reads what the one before computes. */
export function longestChain({ root }: LinkedGraph, weightOf: (op: Op) => number): number {
  const until = new Map<Op, number>();
  let longest = 0;
  // In order of computation: what an operation reads was weighed before it.
  for (const op of root.ops) {
    const before = op.inputs.map(input => (input?.producer && until.get(input.producer)) ?? 0);
    const here = weightOf(op) + Math.max(0, ...before);
    until.set(op, here);
    longest = Math.max(longest, here);
  }
  return longest;
}
