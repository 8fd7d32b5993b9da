import type { AttentionMatch } from './attentionMatch';
import { floatTypes } from '../graph/isFloat';
import type { LinkedGraph, Op, Value } from '../graph/linkedGraph';
import { DataType } from '../read/onnxModel';
import { walkBack } from './walkBack';

/** What is upstream of a value: which stacks, and how many attentions one after the other. */
interface Upstream {
  readonly stacks: ReadonlySet<number>;
  readonly depth: number;
}

const nothing: Upstream = { stacks: new Set(), depth: 0 };

/**
 * Brings attention of one kind into the order of its layers: stack by stack, and in each by what comes after what. A stack
 * is what depends on one another (CLIP has two, one for pictures and one for texts). Optimisers write the nodes of
 * separate stacks in any order, so a file's own order does not tell. Stacks that read pictures or sound come before those
 * that read tokens, as models with both compute them; else the order of the model's inputs decides.
 * @param between results that do not join stacks: of cross-attention, where two streams look at each other
 * @returns indices of the matches
 */
export function orderStacks(
  matches: readonly AttentionMatch[],
  graph: LinkedGraph,
  between: ReadonlySet<Value> = new Set(),
): number[] {
  const indices = matches.map((_, i) => i);
  if (matches.length < 2) return indices;
  const at = new Map(matches.map((match, i) => [match.context, i]));
  const parent = [...indices];
  const root = (i: number): number => (parent[i] === i ? i : (parent[i] = root(parent[i])));
  const depths = matches.map(() => 0);
  const known = new Map<Value, Upstream>();
  for (const op of graph.ops) {
    let upstream = nothing;
    for (const input of upstreamOf(op)) upstream = together(upstream, input && known.get(input));
    for (const output of op.outputs) {
      const site = at.get(output);
      if (site === undefined) {
        if (upstream !== nothing && !between.has(output)) known.set(output, upstream);
        continue;
      }
      for (const stack of upstream.stacks) parent[root(stack)] = root(site);
      depths[site] = upstream.depth + 1;
      known.set(output, { stacks: new Set([site]), depth: depths[site] });
    }
  }
  const contexts = new Set([...between, ...matches.map(m => m.context)]);
  const stacks = new Set(indices.map(root));
  const ranks = new Map<number, readonly number[]>();
  if (stacks.size > 1) {
    stacks.forEach(stack =>
      ranks.set(
        stack,
        rank(
          matches.filter((_, i) => root(i) === stack),
          graph,
          between,
        ),
      ),
    );
  }
  const inputs = new Map<AttentionMatch, number>();
  const firstInput = (match: AttentionMatch): number => {
    const known = inputs.get(match) ?? inputOf(match, graph, contexts);
    inputs.set(match, known);
    return known;
  };
  const compare = (a: number, b: number): number => {
    const [x, y] = [ranks.get(root(a)) ?? [], ranks.get(root(b)) ?? []];
    const differs = x.findIndex((n, i) => n !== y[i]);
    if (differs >= 0) return x[differs] - y[differs];
    return depths[a] - depths[b] || (between.size > 0 ? firstInput(matches[a]) - firstInput(matches[b]) : 0) || a - b;
  };
  return indices.sort(compare);
}

function upstreamOf(op: Op): (Value | undefined)[] {
  return op.bodies.length === 0 ? op.inputs : [...op.inputs, ...op.bodies.flatMap(b => b.outputs)];
}

function together(a: Upstream, b: Upstream | undefined): Upstream {
  if (!b || a === b) return a;
  if (a === nothing) return b;
  const depth = Math.max(a.depth, b.depth);
  const [more, less] = a.stacks.size >= b.stacks.size ? [a, b] : [b, a];
  if ([...less.stacks].every(stack => more.stacks.has(stack))) {
    return more.depth === depth ? more : { stacks: more.stacks, depth };
  }
  return { stacks: new Set([...a.stacks, ...b.stacks]), depth };
}

/** What comes first: pictures and sound, the earlier of the model's inputs, what the file computes first. */
function rank(stack: readonly AttentionMatch[], { root }: LinkedGraph, between: ReadonlySet<Value>): number[] {
  const reads = walkBack(
    stack.flatMap(m => (between.size > 0 ? m.queryFrom : [...m.queryFrom, ...m.keyFrom])),
    op => !op.outputs.some(o => between.has(o)),
  );
  const inputs = root.inputs
    .map((input, i) => ({ input, i }))
    .filter(({ input }) => reads.has(input) && !input.constant);
  // Models whose streams look at each other begin with the one that is their first input.
  const signal = between.size === 0 && inputs.some(({ input }) => isSignal(input));
  return [signal ? 0 : 1, inputs[0]?.i ?? root.inputs.length, Math.min(...stack.map(m => m.op.order))];
}

/** Which of the model's inputs is the first that the queries' stream reads. */
function inputOf(match: AttentionMatch, { root }: LinkedGraph, contexts: ReadonlySet<Value>): number {
  const reads = walkBack(match.queryFrom, op => !op.outputs.some(o => contexts.has(o)));
  return root.inputs.findIndex(input => reads.has(input) && !input.constant);
}

/** Whether a value may be a picture or a sound. */
function isSignal({ type, shape }: Value): boolean {
  return type !== undefined && (floatTypes.has(type) || type === DataType.uint8) && (shape?.length ?? 0) >= 3;
}
