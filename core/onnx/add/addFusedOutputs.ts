import type { HeadTensorKind } from './addAttention';
import type { AttentionMatch } from '../find/attentionMatch';
import { computedScores, type FusedOperands, fusedOperands } from './fusedOperands';
import { valueSize } from '../find/fusedAttention';
import type { Op } from '../graph/linkedGraph';
import { switchedSum, type SwitchNames } from './insertSwitch';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { DataType } from '../read/onnxModel';

/** How an operator gives its scores: by which attribute, with what values, as which output. */
interface OwnOutput {
  readonly attribute: string;
  readonly probabilities: number;
  readonly scores: number;
  readonly output: number;
  /** Whether the runtime computes the operator in another way, with other roundings of float32, once it is asked for them. */
  readonly disturbs: boolean;
}

const ownOutput: Partial<Record<string, OwnOutput>> = {
  Attention: { attribute: 'qk_matmul_output_mode', probabilities: 3, scores: 2, output: 3, disturbs: false },
  'com.microsoft.GroupQueryAttention': {
    attribute: 'qk_output',
    probabilities: 2,
    scores: 1,
    output: 3,
    disturbs: true,
  },
};

/** How a fused operator's tensors are to be given. */
export interface FusedManner {
  /** Whether the operator may be computed with other roundings for it, rather than a second time. */
  readonly disturbs?: boolean;
  /** Leaves probabilities and scores of half precision as they are ({@link givesHalf}). */
  readonly asGiven?: boolean;
}

/**
 * Whether heads can be switched in each text of a batch by itself. Fused operators whose norms are not fused yet lose that
 * fusion where the batch's size is not told.
 */
export function switchesByText({ op, parts }: AttentionMatch): boolean {
  return parts !== undefined || op.type === 'com.microsoft.GroupQueryAttention';
}

/** Whether probabilities or scores come from a second one of a fused operator, which costs as much as the first. */
export function computesTwice({ op, parts }: AttentionMatch, what: HeadTensorKind, disturbs = false): boolean {
  const own = parts ? undefined : ownOutput[op.type];
  if (!own || (what !== 'probabilities' && what !== 'scores' && what !== 'pooled')) return false;
  return what === 'scores' || (isDisturbed(op, own) && !disturbs);
}

/** Of half precision the runtime has one way to compute, which the roundings to float16 hide nothing of. */
function isDisturbed(op: Op, own: OwnOutput): boolean {
  return own.disturbs && op.inputs[0]?.type !== DataType.float16;
}

/** Whether probabilities and scores are of half precision where an operator gives them itself. */
export function givesHalf({ op, parts }: AttentionMatch): boolean {
  return !parts && ownOutput[op.type] !== undefined && op.inputs[0]?.type === DataType.float16;
}

/**
 * Makes a fused operator give what is wanted: by its own attribute where it has one, else by nodes beside it that compute
 * the same from its inputs.
 * @returns the names of the results, float32 unless said otherwise; without those that cannot be had
 */
export function addFusedOutputs(
  edit: ModelEdit,
  place: AttentionMatch,
  wanted: readonly HeadTensorKind[],
  opset: number,
  builder: NodeBuilder,
  { disturbs = false, asGiven = false }: FusedManner = {},
): Map<HeadTensorKind, string> {
  const { op } = place;
  const names = new Map<HeadTensorKind, string>();
  const own = ownOutput[op.type];
  const changed = changedIn(edit, op);
  let operands: FusedOperands | undefined | null = null;
  const operandsOnce = (): FusedOperands | undefined =>
    operands === null ? (operands = fusedOperands(builder, place, opset)) : operands;
  for (const what of wanted) {
    let name: string | undefined;
    if (what in changed) {
      names.set(what, changed[what as keyof ChangedNames]!);
      continue;
    }
    if (own && (what === 'probabilities' || what === 'scores')) {
      name = ownScores(edit, builder, op, own, what, disturbs);
    } else if (what === 'probabilities' || what === 'scores') {
      const scores = operandsOnce() && computedScores(builder, place, operandsOnce()!);
      name = scores && (what === 'scores' ? scores : builder.add('Softmax', [scores], { axis: { int: -1 } }));
    } else {
      name = what === 'pooled' || what === 'shape' ? undefined : operandsOnce()?.[what];
    }
    if (name) names.set(what, asGiven && givesHalf(place) ? name : builder.cast(name, DataType.float));
  }
  return names;
}

/** What stands in the place of an operator's scores and probabilities, float32, where these are changed. */
export interface ChangedNames {
  readonly scores?: string;
  readonly probabilities?: string;
}

const changes = new WeakMap<ModelEdit, Map<Op, ChangedNames>>();

/** Says what stands in the place of an operator's scores and probabilities. */
export function setChanged(edit: ModelEdit, op: Op, names: ChangedNames): void {
  const known = changes.get(edit) ?? new Map<Op, ChangedNames>();
  changes.set(edit, known.set(op, names));
}

function changedIn(edit: ModelEdit, op: Op): ChangedNames {
  return changes.get(edit)?.get(op) ?? {};
}

/** Probabilities that operators give themselves by now. */
const givenBy = new WeakMap<ModelEdit, Map<Op, string>>();

function ownScores(
  edit: ModelEdit,
  builder: NodeBuilder,
  op: Op,
  own: OwnOutput,
  what: 'probabilities' | 'scores',
  disturbs: boolean,
): string {
  const { graph } = op.scope;
  const already = givenBy.get(edit) ?? new Map<Op, string>();
  givenBy.set(edit, already);
  if (what === 'probabilities' && already.has(op)) return already.get(op)!;
  if (what === 'probabilities' && (disturbs || !isDisturbed(op, own)) && !op.outputs[own.output]?.name) {
    const name = edit.freshName('headlight/probabilities');
    edit.setAttribute(graph, op.node, own.attribute, { int: own.probabilities });
    edit.addNodeOutput(graph, op.node, name, own.output);
    already.set(op, name);
    return name;
  }
  // The operator has one such output, or must be left alone: what is wanted comes from a second one.
  const outputs = Array.from({ length: own.output + 1 }, () => edit.freshName('headlight/second'));
  const mode = what === 'scores' ? own.scores : own.probabilities;
  edit.addCopy(graph, op.node, outputs, own.attribute, { int: mode }, builder.before);
  return builder.add('Identity', [outputs[own.output]]);
}

/** What reads a fused operator's result, in order: undefined where nothing does, or something in a body. */
function ownReaders({ op, context }: AttentionMatch): readonly Op[] | undefined {
  const readers = [...new Set(context.readers)].sort((a, b) => a.order - b.order);
  return readers.length > 0 && readers.every(reader => reader.scope === op.scope) ? readers : undefined;
}

/**
 * What can be put in the place of a head at each run: its probabilities, or, where a fused operator keeps these to itself, its
 * result. Undefined where neither can: of attention in pieces, in a loop, and whose heads cannot be counted.
 */
export function replaceable(place: AttentionMatch): 'probabilities' | 'results' | undefined {
  if (!place.heads || place.further || place.turns) return undefined;
  if (place.parts) return 'probabilities';
  return ownReaders(place) && 'results';
}

/** How many numbers an input of zeros must have for each head, so that it can be added to what a fused operator gives. */
export function addedSize(place: AttentionMatch): number {
  return place.parts ? 1 : (valueSize(place) ?? 1);
}

/**
 * Changes what each head of a fused operator gives as {@link insertSwitch} changes its probabilities: since a head's result
 * is its probabilities times the values, that is the same.
 */
export function switchFusedHeads(edit: ModelEdit, place: AttentionMatch, names: SwitchNames): boolean {
  const { op, context, heads } = place;
  const { graph } = op.scope;
  const own = ownReaders(place);
  if (!own || !heads) return false;
  const builder = new NodeBuilder(edit, graph, 'headlight', own[0].node);
  const rank = op.type === 'Attention' && (op.inputs[0]?.shape?.length ?? 4) === 4 ? 4 : 3;
  const size = valueSize(place);
  const batch = names.perText ? -1 : 1;
  const { added } = names;
  /** What is added with its tokens before its heads, as the operator gives them. */
  const byToken = (): string | undefined =>
    added === undefined ? undefined : builder.add('Transpose', [added], { perm: { ints: [0, 2, 1, 3] } });
  let switched: string;
  if (rank === 4) {
    switched = switchedSum(builder, context.name, 2, names, context.type);
  } else if (size) {
    const joined = byToken();
    // A factor for each number: the shape of what flows on stays known, and with it the runtime's optimisations.
    switched = switchedSum(
      builder,
      context.name,
      1,
      { ...names, added: joined && builder.reshape(joined, [1, -1, heads * size]) },
      context.type,
      name =>
        builder.reshape(builder.add('Expand', [name, builder.ints([1, heads, 1, size])]), [batch, 1, heads * size]),
    );
  } else {
    const apart = builder.reshape(context.name, [{ axes: [0] }, { axes: [1] }, heads, -1]);
    const sum = switchedSum(builder, apart, 1, { ...names, added: byToken() }, context.type, name =>
      builder.reshape(name, [batch, 1, heads, 1]),
    );
    switched = builder.reshape(sum, [{ axes: [0] }, { axes: [1] }, { axes: [2] }], context.name);
  }
  for (const reader of own) {
    reader.inputs.forEach((input, i) => {
      if (input === context) edit.setInput(graph, reader.node, i, switched);
    });
  }
  return true;
}
