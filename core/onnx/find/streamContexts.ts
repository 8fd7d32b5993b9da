import type { Op, Value } from '../graph/linkedGraph';

/** Operations that pass on sizes and positions, not what is in a tensor. */
export const unrelated: ReadonlySet<string> = new Set(['Shape', 'Size', 'Sin', 'Cos']);

const none: ReadonlySet<Value> = new Set();

/**
 * Tells of each value which attention results are in its stream: those that reach it by residual connections and
 * feed-forward layers, without passing through further attention.
 * @param contexts the results of all attention
 */
export function streamContexts(ops: readonly Op[], contexts: ReadonlySet<Value>): (value: Value) => ReadonlySet<Value> {
  const known = new Map<Value, ReadonlySet<Value>>();
  const of = (value: Value | undefined): ReadonlySet<Value> => (value && known.get(value)) ?? none;
  for (const op of ops) {
    let all = none;
    if (!unrelated.has(op.node.type)) {
      for (const input of op.inputs) all = union(all, of(input));
      for (const body of op.bodies) body.outputs.forEach(output => (all = union(all, of(output))));
    }
    for (const output of op.outputs) {
      if (contexts.has(output)) known.set(output, new Set([output]));
      else if (all.size > 0) known.set(output, all);
    }
  }
  return of;
}

/** Both together; one of the given sets itself where it holds the other. */
function union(a: ReadonlySet<Value>, b: ReadonlySet<Value>): ReadonlySet<Value> {
  if (a === b || isSubset(b, a)) return a;
  return isSubset(a, b) ? b : new Set([...a, ...b]);
}

/** Whether all of one are in the other. */
export function isSubset(part: ReadonlySet<Value>, whole: ReadonlySet<Value>): boolean {
  if (part.size > whole.size) return false;
  for (const value of part) {
    if (!whole.has(value)) return false;
  }
  return true;
}
