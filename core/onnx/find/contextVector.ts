import type { LinkedGraph, Op, Value } from '../graph/linkedGraph';

const recurrent = /^(GRU|LSTM|RNN)$/;
/** A graph of more operations is not searched: each vector asks for a walk through all. */
const mostOps = 5000;

/**
 * The one vector that a recurrent encoder hands on (Cho et al. 2014; Sutskever et al. 2014): the first of [batch, size]
 * behind a recurrent operator that several operations read and that all ways from the inputs to the outputs go through.
 * Undefined where there are ways around it, as attention is one.
 */
export function findContextVector({ root }: LinkedGraph): Value | undefined {
  if (root.ops.length > mostOps) return undefined;
  const behind = new Set<Value>();
  for (const op of root.ops) {
    if (!recurrent.test(op.node.type) && !op.inputs.some(input => input && behind.has(input))) continue;
    for (const value of op.outputs) if (value.data) behind.add(value);
  }
  return [...behind].find(
    value => value.shape?.length === 2 && value.readers.length > 1 && isOnlyWay(value, root.inputs, root.outputs),
  );
}

/** Whether no output can be reached from an input but through a value. */
function isOnlyWay(value: Value, inputs: readonly Value[], outputs: readonly Value[]): boolean {
  const seen = new Set<Value>([value]);
  const queue = [...inputs];
  for (let at = queue.pop(); at; at = queue.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (outputs.includes(at)) return false;
    queue.push(...at.readers.flatMap((reader: Op) => reader.outputs).filter(({ data }) => data));
  }
  return outputs.length > 0;
}
