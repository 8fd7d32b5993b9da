import { axesBefore } from './axisMoves';
import type { AttentionMatch } from './attentionMatch';
import { lineage, sameLineage, type Lineage } from '../graph/lineage';
import type { Op, Scope, Value } from '../graph/linkedGraph';
import { tensorProduct } from './tensorProduct';

/** Attention that a graph computes in pieces: which axis of [batch, heads, queries, keys] the pieces lie along. */
export interface JoinedMatch {
  readonly matches: readonly AttentionMatch[];
  readonly along: 'heads' | 'queries';
  /** Decoding steps of a recurrent model, each with its state for the query. */
  readonly steps: boolean;
  /** Whether the steps are the turns of a loop. */
  readonly turns: boolean;
}

/**
 * Puts together what is one attention in several pieces: heads computed one by one, queries in chunks (both are
 * concatenated afterwards), and the steps of an unrolled recurrent decoder, which all look at the same keys.
 * The others come back each by itself.
 */
export function joinMatches(matches: readonly AttentionMatch[]): JoinedMatch[] {
  const groups: (Piece & { readonly pieces: { match: AttentionMatch; place: number }[] })[] = [];
  for (const match of matches) {
    const piece = step(match) ?? concatenated(match) ?? { along: 'queries', steps: false };
    const group = groups.find(g => g.steps === piece.steps && sameWhole(g, piece) && alike(g.pieces[0].match, match));
    if (group) group.pieces.push({ match, place: piece.place ?? 0 });
    else groups.push({ ...piece, pieces: [{ match, place: piece.place ?? 0 }] });
  }
  return groups.map(({ pieces, along, steps, turns }) => ({
    // Optimisers compute pieces in any order: they are wanted in that of the concatenation.
    matches: pieces.sort((a, b) => a.place - b.place).map(piece => piece.match),
    along,
    steps: steps && (turns === true || pieces.length > 1),
    turns: turns === true,
  }));
}

/** An attention as a piece of a larger one: what it is a piece of, and which. */
interface Piece {
  readonly along: JoinedMatch['along'];
  readonly steps: boolean;
  /** Of queries or heads that are concatenated afterwards. */
  readonly concat?: Op;
  readonly place?: number;
  /** Of steps: the keys and values that all look at. */
  readonly memory?: readonly Lineage[];
  /** Of steps that are turns of a loop. */
  readonly turns?: boolean;
}

function sameWhole(a: Piece, b: Piece): boolean {
  if (a.concat) return a.concat === b.concat && a.along === b.along;
  return (
    a.memory !== undefined &&
    b.memory !== undefined &&
    a.memory.every((lineage, i) => sameLineage(lineage, b.memory![i]))
  );
}

function alike(a: AttentionMatch, b: AttentionMatch): boolean {
  return a.form === b.form && a.heads === b.heads && a.op.scope === b.op.scope;
}

/** A single query that was computed in another way than the keys, by the keys and values it looks at. */
function step(match: AttentionMatch): Piece | undefined {
  const { parts } = match;
  const rows = parts?.layout.rows ?? [];
  if (!parts || match.heads !== 1 || rows.some(axis => parts.probabilities.shape?.[axis] !== 1)) return undefined;
  const product = tensorProduct(parts.product);
  const values = product && (product.left === parts.weights ? product.right : product.left);
  const memory = [match.keyFrom[0], ...(values ? [values] : [])].map(lineage);
  const loop = loopAround(match.op.scope);
  return {
    along: 'queries',
    steps: true,
    memory,
    turns: loop !== undefined && memory.every(({ root }) => !isWithin(root.scope, loop)),
  };
}

/** The body of the innermost loop that a scope lies in. */
function loopAround(scope: Scope): Scope | undefined {
  for (let at: Scope | undefined = scope; at?.owner; at = at.owner.op.scope) {
    if (/^(Loop|Scan)$/.test(at.owner.op.node.type)) return at;
  }
  return undefined;
}

function isWithin(scope: Scope, outer: Scope): boolean {
  return scope === outer || (scope.owner !== undefined && isWithin(scope.owner.op.scope, outer));
}

/** The concatenation that the results flow into with nothing but changes of layout on the way, along which axis and as which part. */
function concatenated(match: AttentionMatch): Piece | undefined {
  if (!match.parts) return undefined;
  const product = tensorProduct(match.parts.product);
  if (!product) return undefined;
  const weightsLeft = product.left === match.parts.weights;
  const path: { op: Op; input: Value }[] = [];
  let at: Value = product.output;
  for (let i = 0; i < 6 && at.readers.length === 1; i++) {
    const [op] = at.readers;
    if (op.node.type === 'Concat') {
      const place = op.inputs.indexOf(at);
      let axis = op.int('axis', 0);
      if (axis < 0) axis += op.outputs[0]?.shape?.length ?? 0;
      for (const step of path.reverse()) {
        const before = axesBefore(step.op, step.input);
        if (!before) return undefined;
        axis = axis < 0 ? -1 : before[axis];
      }
      const origin = axis < 0 ? undefined : product.origin[axis];
      const [own, others] = origin
        ? weightsLeft
          ? [origin.left, origin.right]
          : [origin.right, origin.left]
        : [-1, 0];
      if (own >= 0 && others >= 0) return undefined;
      return { concat: op, along: own >= 0 ? 'queries' : 'heads', steps: false, place };
    }
    if (!/^(Transpose|Reshape|Unsqueeze|Squeeze|Identity|Cast)$/.test(op.node.type) || !op.outputs[0]) return undefined;
    path.push({ op, input: at });
    at = op.outputs[0];
  }
  return undefined;
}
