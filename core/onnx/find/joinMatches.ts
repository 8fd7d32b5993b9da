import { axesBefore } from './axisMoves';
import type { AttentionMatch } from './attentionMatch';
import { lineage, sameLineage, type Lineage } from '../graph/lineage';
import type { Op, Scope, Value } from '../graph/linkedGraph';
import { tensorProduct } from './tensorProduct';

/** Along which axis of [batch, heads, queries, keys] pieces of one attention lie; windows lie along the batch. */
export type Along = 'heads' | 'queries' | 'windows';

/** Attention that a graph computes in pieces. */
export interface JoinedMatch {
  readonly matches: readonly AttentionMatch[];
  readonly along: Along;
  /** Decoding steps of a recurrent model, each with its state for the query. */
  readonly steps: boolean;
  /** Whether the steps are the turns of a loop. */
  readonly turns: boolean;
  /** Where pieces of one layer have other keys and other sizes than these: what puts them together. */
  readonly whole?: Op;
}

/**
 * Puts together what is one attention in several pieces: heads computed one by one, queries in chunks (both are
 * concatenated afterwards), and the steps of an unrolled recurrent decoder, which all look at the same keys.
 * Chunks that look at keys of their own are windows, and those of one size are one attention.
 * The others come back each by itself.
 */
export function joinMatches(matches: readonly AttentionMatch[]): JoinedMatch[] {
  const groups: Group[] = [];
  for (const match of matches) {
    const piece = step(match) ?? concatenated(match) ?? { along: 'queries', steps: false };
    const group = groups.find(g => g.steps === piece.steps && sameWhole(g, piece) && alike(g.pieces[0].match, match));
    if (group) group.pieces.push({ match, place: piece.place ?? 0 });
    else groups.push({ ...piece, pieces: [{ match, place: piece.place ?? 0 }] });
  }
  return groups.flatMap(({ pieces, along, steps, turns, concat }): JoinedMatch[] => {
    // Optimisers compute pieces in any order: they are wanted in that of the concatenation.
    pieces.sort((a, b) => a.place - b.place);
    const parts = concat && along !== 'heads' && pieces.length > 1 ? withSameKeys(pieces, along) : [{ pieces, along }];
    return parts.map(part => ({
      matches: part.pieces.map(piece => piece.match),
      along: part.along,
      steps: steps && (turns === true || pieces.length > 1),
      turns: turns === true,
      whole: parts.length > 1 ? concat : undefined,
    }));
  });
}

interface Group extends Piece {
  readonly pieces: PlacedMatch[];
}

interface PlacedMatch {
  readonly match: AttentionMatch;
  readonly place: number;
}

interface Part {
  readonly pieces: PlacedMatch[];
  readonly along: Along;
}

/** Queries that follow each other and look at the same keys; else those of one size as windows. */
function withSameKeys(pieces: readonly PlacedMatch[], along: Along): readonly Part[] {
  const keys = pieces.map(({ match }) => lineage(match.keyFrom[0]));
  if (along === 'queries' && keys.every(key => sameKeys(key, keys[0]))) return [{ pieces: [...pieces], along }];
  const parts: Part[] = [];
  for (const piece of pieces) {
    const part = parts.find(({ pieces: [first] }) => sameSizes(first.match, piece.match));
    if (part) part.pieces.push(piece);
    else parts.push({ pieces: [piece], along: 'windows' });
  }
  return parts;
}

/** Whether keys are the same, or cut from the same in the same way. */
function sameKeys(a: Lineage, b: Lineage): boolean {
  if (sameLineage(a, b)) return true;
  const [x, y] = [a.root.producer, b.root.producer];
  return (
    x !== undefined &&
    y !== undefined &&
    x.node.type === y.node.type &&
    /^(Slice|Gather)$/.test(x.node.type) &&
    x.inputs.length === y.inputs.length &&
    x.inputs.every((input, i) => {
      const other = y.inputs[i];
      const elements = input?.elements;
      return (
        input === other ||
        (elements !== undefined &&
          elements.length === other?.elements?.length &&
          elements.every((element, j) => element === other.elements![j]))
      );
    })
  );
}

function sameSizes(a: AttentionMatch, b: AttentionMatch): boolean {
  const [x, y] = [a, b].map(({ parts }) => parts?.probabilities.shape);
  return x !== undefined && x.length === y?.length && x.every((size, i) => size === y[i]);
}

/** An attention as a piece of a larger one: what it is a piece of, and which. */
interface Piece {
  readonly along: Along;
  readonly steps: boolean;
  /** Of queries, heads or windows that are concatenated afterwards. */
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
  if (!parts?.product || match.heads !== 1 || rows.some(axis => parts.probabilities.shape?.[axis] !== 1)) {
    return undefined;
  }
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
  const product = match.parts.product && tensorProduct(match.parts.product);
  const weightsLeft = product?.left === match.parts.weights;
  const path: { op: Op; input: Value }[] = [];
  let at: Value = match.context;
  for (let i = 0; i < 6 && at.readers.length === 1; i++) {
    const [op] = at.readers;
    if (op.node.type === 'Concat') {
      const place = op.inputs.indexOf(at);
      let axis = op.int('axis', 0);
      if (axis < 0) axis += op.outputs[0]?.shape?.length ?? 0;
      // Where it is an axis of their own, which one comes behind it.
      let behind = -1;
      for (const step of path.reverse()) {
        const before = axesBefore(step.op, step.input);
        if (!before) return undefined;
        if (axis >= 0 && before[axis] === -1) behind = before[axis + 1] ?? -1;
        else if (behind >= 0) behind = before[behind];
        axis = axis < 0 ? -1 : before[axis];
      }
      const origin = axis < 0 ? undefined : product?.origin[axis];
      const [own, others] = origin
        ? weightsLeft
          ? [origin.left, origin.right]
          : [origin.right, origin.left]
        : [-1, 0];
      if (own >= 0 && others >= 0) {
        return match.parts.layout.batch.includes(own) && isCut(match.keyFrom[0])
          ? { concat: op, along: 'windows', steps: false, place }
          : undefined;
      }
      // Along an axis of their own lie heads that were computed one by one, or blocks of queries: right before these.
      const row = behind >= 0 ? product?.origin[behind] : undefined;
      const beforeRows = row !== undefined && (weightsLeft ? row.right < 0 : row.left < 0);
      const isQueries = own >= 0 || (!origin && match.heads !== 1 && (beforeRows || !product));
      return { concat: op, along: isQueries ? 'queries' : 'heads', steps: false, place };
    }
    if (!/^(Transpose|Reshape|Unsqueeze|Squeeze|Identity|Cast)$/.test(op.node.type) || !op.outputs[0]) return undefined;
    path.push({ op, input: at });
    at = op.outputs[0];
  }
  return undefined;
}

/** Whether keys are a part of what was projected. */
function isCut(keys: Value): boolean {
  const type = lineage(keys).root.producer?.node.type;
  return type === 'Split' || type === 'Slice' || type === 'Gather';
}
