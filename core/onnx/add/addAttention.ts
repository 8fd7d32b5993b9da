import {
  addFusedOutputs,
  computesTwice,
  type FusedManner,
  givesHalf,
  addedSize,
  replaceable,
  switchesByText,
  switchFusedHeads,
} from './addFusedOutputs';
import type { AttentionMatch } from '../find/attentionMatch';
import type { AttentionSite, FoundAttention } from '../find/findAttention';
import { addInterventions, type AddedIntervention, type Intervention } from './addInterventions';
import { insertSwitch, type SwitchNames } from './insertSwitch';
import type { Op, Value } from '../graph/linkedGraph';
import type { Dim } from '../read/dims';
import { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { ownOutput } from '../find/ownOutput';
import { DataType, type OnnxGraph, type OnnxModel, type OnnxNode } from '../read/onnxModel';
import { poolInGraph, poolingOpset } from './poolInGraph';
import { raiseOutput, type Turns } from './raiseOutput';
import { residualOutputs, type ResidualTensorKind } from './residualOutputs';
import { skipSum, skipSumOutput } from '../residual/skipNorm';
import { toAttentionShape } from './toAttentionShape';
import type { Unembedding } from '../residual/unembedding';
import { concat, type Pieces } from '../read/wireWriter';

/** What to add for each layer. */
export interface AttentionRequest {
  /** The probabilities; yes unless said otherwise. */
  readonly probabilities?: boolean;
  /** The scores before softmax, masks included (of `GroupQueryAttention` without: it has none to give). */
  readonly scores?: boolean;
  readonly queries?: boolean;
  readonly keys?: boolean;
  readonly values?: boolean;
  /** What the layer adds to the residual stream, and the stream before: [batch, 1, tokens, size], where the graph shows it. */
  readonly residual?: boolean;
  /**
   * An output a layer of the probabilities, maximum-pooled in the graph to [batch, heads, ≤ limit, ≤ limit], and one input
   * `attention_limit`, int64 [1], for all of them: 0 where nothing is to be pooled. Left out in files of operator sets
   * before 9.
   */
  readonly pooled?: boolean;
  /**
   * An input a layer, int64 [count], that names the heads whose probabilities and scores are given; none costs nothing, not
   * even the memory of a layer. Left out where the number of heads is not known.
   */
  readonly selectedHeads?: boolean;
  /** An output a layer of how large its probabilities are: int64 [4]. Where they are pooled. */
  readonly shapes?: boolean;
  /**
   * Two inputs `[1, heads, 1, 1]` a layer: one multiplies the probabilities before they meet the values, of the other as
   * much as it says of the probabilities' mean over the queries is added. By default they may be left out and are ones
   * and zeros then, as ONNX says of inputs with an initializer; `'required'` leaves the default away, for
   * runtimes that do not let one feed such inputs (onnxruntime-node). Then the first axis may also be the batch's, so
   * that other heads are switched in each of its rows, unless `perText` says that it may not: in fused operators.
   */
  readonly switches?: boolean | 'required';
  /**
   * Beside the switches an input a layer, [1, heads, queries, keys] or, at fused operators, [1, heads, tokens, size], that is
   * added to what the switches leave of the probabilities or of the heads' results: in the place of a head that is switched
   * off. Left out where neither can be replaced ({@link replaceable}). Must be fed; what is added there may be 1 long for each
   * axis but the heads' and that of `AddedReplacement.size`.
   */
  readonly replacements?: boolean;
  /** Where a run can be changed. What is added for it stands before all else: outputs are of what was changed. */
  readonly interventions?: readonly Intervention[];
  /** Values that become outputs too, of whatever type and shape they are: each one of the model's own graph, or the same in each branch of an `If`. */
  readonly exposed?: readonly (readonly Value[])[];
  /** Values whose rows at some positions become outputs, in groups of one input each: see {@link RowsRequest}. */
  readonly rows?: readonly RowsRequest[];
  /**
   * An input `logit_positions`, int64 [count], that names the positions of the tokens read whose logits are given, [batch,
   * count, vocabulary]; and the hidden states that the unembedding reads, of all positions, as an output.
   */
  readonly logitPositions?: Unembedding;
  /**
   * Lets fused operators give their probabilities themselves where the runtime then rounds in another way, too; else a second
   * one computes them beside.
   */
  readonly disturbs?: boolean;
  /**
   * Makes all float16 tensors outputs too, so that a runtime which computes in float32 still rounds each to half precision
   * as the file says. (ONNX Runtime on the CPU otherwise drops casts in pairs.) Costs time; for exact comparison only.
   */
  readonly exactHalf?: boolean;
}

/** Values of one sequence, of which some positions are looked at. */
export interface RowsRequest {
  /** [batch, tokens, …] or [batch · tokens, …], each the same in each branch of an `If`. */
  readonly values: readonly (readonly Value[])[];
  /** Values that are given whole. */
  readonly whole: readonly (readonly Value[])[];
}

/** What heads compute, each its own. */
export type HeadTensorKind = 'probabilities' | 'scores' | 'query' | 'key' | 'value' | 'pooled' | 'shape';

/** What a layer can give. */
export type AttentionTensorKind = HeadTensorKind | ResidualTensorKind;

export interface AddedOutput {
  readonly site: AttentionSite;
  readonly what: AttentionTensorKind;
  readonly name: string;
}

export interface AddedSwitch {
  readonly site: AttentionSite;
  readonly name: string;
  /** The input for the mean. */
  readonly mean: string;
  /** Whether both may differ between the texts of a batch. */
  readonly perText: boolean;
}

/** An input that stands in the place of heads that are switched off. */
export interface AddedReplacement {
  readonly site: AttentionSite;
  readonly name: string;
  readonly of: 'probabilities' | 'results';
  /** How long the last axis must at least be. */
  readonly size: number;
}

export interface ExtendedModel {
  /** The extended file, in one run of bytes. */
  readonly bytes: Uint8Array;
  /** The same as parts of the original bytes and new ones, in order: for files too large to hold twice. */
  readonly pieces: Pieces;
  readonly outputs: readonly AddedOutput[];
  readonly switches: readonly AddedSwitch[];
  readonly replacements: readonly AddedReplacement[];
  /** The inputs of the interventions asked for, in their order. */
  readonly interventions: readonly AddedIntervention[];
  /** The inputs that name the heads to give. */
  readonly selections: readonly { readonly site: AttentionSite; readonly name: string }[];
  /** The outputs' names of the exposed values, in their order. */
  readonly exposed: readonly string[];
  /** Of each group of rows: the input that names the positions, int64 [count], and the outputs, float32; those of whole values behind the others. */
  readonly rows: readonly { readonly positions: string; readonly outputs: readonly string[] }[];
  /** The input that says how small the pooled outputs are to be. */
  readonly limit?: string;
  /** The input that names the positions of the logits, and the output of what they are made of. */
  readonly logits?: { readonly positions: string; readonly hidden: string };
  /** What was added, a line each, for people. */
  readonly added: readonly string[];
}

/**
 * Adds attention to a model's outputs. All are float32.
 *
 * Probabilities and scores: [batch, heads, queries, keys]; queries, keys and values: [batch, heads, tokens, size], keys and
 * values repeated to the number of heads where the graph does so. Windowed attention has windows for the batch. Names are
 * those that transformers.js keeps when generating: `encoder_attentions.N`, `decoder_attentions.N` (causal
 * self-attention too), `cross_attentions.N`; where the file gives probabilities itself in this shape, its own are used.
 *
 * The original's bytes are kept; a node is rewritten only where it must itself change. Switches default to ones, so that
 * whoever does not know of them need not feed them.
 * @throws {Error} where `found` is of another model
 * @throws {OnnxError} where the graph does not show what an intervention is to change
 */
export function addAttention(original: OnnxModel, found: FoundAttention, ask: AttentionRequest = {}): ExtendedModel {
  if (found.model !== original) throw new Error('The attention was found in another model.');
  const { model } = found.graph;
  const edit = new ModelEdit(model);
  const outputs: AddedOutput[] = [];
  const switches: AddedSwitch[] = [];
  const replacements: AddedReplacement[] = [];
  const selections: { site: AttentionSite; name: string }[] = [];
  const lines: string[] = [];
  const opset = model.opsets.get('') ?? 17;
  const blocks = new Map<string, Map<string, string>>();
  /** What pooling needs of the layers' lengths: once for all layers of a graph that are of one kind. */
  const sharedIn = ({ op }: AttentionMatch, { kind }: AttentionSite): Map<string, string> => {
    const key = `${op.scope.owner?.op.order} ${op.scope.owner?.attribute} ${kind}`;
    const known = blocks.get(key) ?? new Map<string, string>();
    blocks.set(key, known);
    return known;
  };
  const given = new Set<Value>();
  const interventions = ask.interventions ? addInterventions(edit, found, ask.interventions, given) : [];
  let limit: string | undefined;
  if (ask.pooled && opset >= poolingOpset && found.attentions.length > 0) {
    limit = edit.freshName('attention_limit');
    edit.addInput(limit, [1], undefined, DataType.int64);
    lines.push(`input ${limit}: the most rows and columns of the pooled outputs, int64 [1]`);
  }
  for (const site of found.attentions) {
    const wanted: HeadTensorKind[] = [
      ...(ask.probabilities !== false ? ['probabilities' as const] : []),
      ...(ask.scores ? ['scores' as const] : []),
      ...(ask.queries ? ['query' as const] : []),
      ...(ask.keys ? ['key' as const] : []),
      ...(ask.values ? ['value' as const] : []),
      ...(limit ? ['pooled' as const] : []),
      ...(limit && ask.shapes ? ['shape' as const] : []),
    ];
    let switchNames: SwitchNames | undefined;
    if (ask.switches) {
      const name = edit.freshName(`${stack(site)}_switches.${site.layer}`);
      const mean = edit.freshName(`${stack(site)}_means.${site.layer}`);
      const heads = site.heads ?? 1;
      const perText = ask.switches === 'required' && site.places.every(switchesByText);
      for (const [input, value] of [
        [name, 1],
        [mean, 0],
      ] as const) {
        const byDefault =
          ask.switches === 'required'
            ? undefined
            : { dims: [1, heads, 1, 1], values: new Float32Array(heads).fill(value) };
        edit.addInput(input, [perText ? `${input}.batch` : 1, site.heads ?? 'heads', 1, 1], byDefault);
      }
      const of = ask.replacements ? replacedOf(site) : undefined;
      const added = of && edit.freshName(`${stack(site)}_replacements.${site.layer}`);
      if (of && added !== undefined) {
        const last = of === 'probabilities' ? ['queries', 'keys'] : ['tokens', 'size'];
        edit.addInput(added, [1, site.heads ?? 'heads', ...last.map(axis => `${added}.${axis}`)]);
        replacements.push({ site, name: added, of, size: addedSize(site.places[0]) });
      }
      switchNames = { factor: name, mean, added, opset, perText };
      switches.push({ site, name, mean, perText });
      const shape = `[1, ${site.heads ?? 'heads'}, 1, 1]`;
      const preset = ask.switches === 'required' ? ['', ''] : [', ones by default', ', zeros by default'];
      lines.push(`input ${name}: multiplies the probabilities of ${where(site)}, ${shape}${preset[0]}`);
      lines.push(`input ${mean}: adds their mean over the queries, ${shape}${preset[1]}`);
    }
    let selection: string | undefined;
    if (ask.selectedHeads && site.heads !== undefined) {
      selection = edit.freshName(`${stack(site)}_heads.${site.layer}`);
      edit.addInput(selection, [`${selection}.count`], undefined, DataType.int64);
      selections.push({ site, name: selection });
      lines.push(`input ${selection}: the heads to give of ${where(site)}, int64 [count]`);
    }
    const perPlace = site.places.map(place =>
      limit || selection
        ? reducedOutputs(
            edit,
            place,
            wanted,
            { limit, selection, opset, disturbs: ask.disturbs, shared: sharedIn(place, site) },
            switchNames,
          )
        : placeOutputs(edit, place, wanted, switchNames, { opset, disturbs: ask.disturbs }),
    );
    for (const what of wanted) {
      const names = perPlace.map(p => p.get(what));
      if (names.some(name => name === undefined)) continue;
      const own = what === 'probabilities' ? ownOutput(site) : undefined;
      if (own !== undefined && names[0] === own) {
        outputs.push({ site, what, name: own });
        lines.push(`output ${own}, which the file gives itself: ${what} of ${where(site)}`);
        continue;
      }
      const name = edit.freshName(outputName(site, what));
      raiseOutput(
        edit,
        model.graph,
        site.places.map((place, i) => ({ scope: place.op.scope, name: names[i]! })),
        name,
        what === 'shape' ? [4] : shapeOf(site, what, name, selection !== undefined && what !== 'pooled'),
        turnOf(site, what),
        what === 'shape' ? DataType.int64 : undefined,
      );
      outputs.push({ site, what, name });
      lines.push(`output ${name}: ${what} of ${where(site)}`);
    }
    for (const [what, places] of ask.residual ? residualOutputs(edit, site.places) : []) {
      const name = edit.freshName(outputName(site, what));
      raiseOutput(
        edit,
        model.graph,
        places,
        name,
        [`${name}.batch`, 1, `${name}.tokens`, `${name}.size`],
        turnOf(site),
      );
      outputs.push({ site, what, name });
      lines.push(`output ${name}: residual ${what} at ${where(site)}`);
    }
  }
  const exposed = (ask.exposed ?? []).map(places => expose(edit, found, places, given));
  const rows = (ask.rows ?? []).map(request => rowOutputs(edit, model.graph, request, given));
  for (const { positions } of rows) lines.push(`input ${positions}: the positions whose rows are given, int64 [count]`);
  const logits = ask.logitPositions && logitsAtPositions(edit, found, ask.logitPositions);
  if (logits) lines.push(`input ${logits.positions}: the positions whose logits are given, int64 [count]`);
  if (ask.exactHalf) edit.exposeAll(halfValues(found).filter(name => !exposed.includes(name)));
  const pieces = edit.pieces();
  let joined: Uint8Array | undefined;
  return {
    pieces,
    outputs,
    switches,
    replacements,
    interventions,
    selections,
    exposed,
    rows,
    limit,
    logits,
    added: lines,
    get bytes() {
      return (joined ??= concat(pieces));
    },
  };
}

/** Lets fused norms give the sums inside of them that they do not give yet. */
function giveSums(edit: ModelEdit, places: readonly Value[], given: Set<Value>): void {
  for (const value of places) {
    const norm = value.producer;
    if (norm && skipSum(norm) === value && !norm.outputs.includes(value) && !given.has(value)) {
      edit.addNodeOutput(value.scope.graph, norm.node, value.name, skipSumOutput);
      given.add(value);
    }
  }
}

/** Adds what gives some rows of values, and other values whole. */
function rowOutputs(
  edit: ModelEdit,
  root: OnnxGraph,
  { values, whole }: RowsRequest,
  given: Set<Value>,
): { readonly positions: string; readonly outputs: readonly string[] } {
  const positions = edit.freshName('row_positions');
  edit.addInput(positions, [`${positions}.count`], undefined, DataType.int64);
  const give = (places: readonly Value[], some: boolean): string => {
    giveSums(edit, places, given);
    const output = edit.freshName('headlight_rows');
    const placed = places.map(({ name, type, shape, scope }) => {
      const builder = new NodeBuilder(edit, scope.graph, 'headlight');
      const axis = (shape?.length ?? 3) - 2;
      const rows = some && axis >= 0 ? builder.add('Gather', [name, positions], { axis: { int: axis } }) : name;
      return { scope, name: type === DataType.float ? rows : builder.cast(rows, DataType.float) };
    });
    raiseOutput(edit, root, placed, output, undefined, 'batch');
    return output;
  };
  return {
    positions,
    outputs: [...values.map(places => give(places, true)), ...whole.map(places => give(places, false))],
  };
}

/** Makes a value an output of the model, under its own name where it is one of the model's own graph. */
function expose(
  edit: ModelEdit,
  { graph: { root } }: FoundAttention,
  places: readonly Value[],
  given: Set<Value>,
): string {
  giveSums(edit, places, given);
  const [first] = places;
  if (first.scope === root) {
    if (!root.outputs.some(({ name }) => name === first.name)) edit.exposeAll([first.name]);
    return first.name;
  }
  const name = edit.freshName(`headlight/${first.name}`);
  raiseOutput(
    edit,
    root.graph,
    places,
    name,
    first.shape?.map((_, axis) => `${name}.${axis}`),
    'batch',
    first.type,
  );
  return name;
}

/** Lets the unembedding read some positions only. */
function logitsAtPositions(
  edit: ModelEdit,
  found: FoundAttention,
  { from, product }: Unembedding,
): NonNullable<ExtendedModel['logits']> {
  const { graph } = from.scope;
  const positions = edit.freshName('logit_positions');
  edit.addInput(positions, [`${positions}.count`], undefined, DataType.int64);
  const builder = new NodeBuilder(edit, graph, 'headlight', product.node);
  edit.setInput(graph, product.node, 0, builder.add('Gather', [from.name, positions], { axis: { int: 1 } }));
  return { positions, hidden: expose(edit, found, [from], new Set()) };
}

/** The tensors from which the wanted ones can be had. */
function whole(wanted: readonly HeadTensorKind[]): HeadTensorKind[] {
  return [...new Set(wanted.map(what => (what === 'pooled' || what === 'shape' ? 'probabilities' : what)))];
}

/** What makes whole tensors small. */
interface Reduction extends Manner {
  /** The input that limits the pooled outputs. */
  readonly limit?: string;
  /** The input that names the heads to give. */
  readonly selection?: string;
  /** See {@link poolInGraph}. */
  readonly shared: Map<string, string>;
}

interface Manner extends FusedManner {
  readonly opset: number;
}

/**
 * Adds at one place what gives the wanted tensors, made small where they stand: pooled, or some heads only. The switch waits
 * for the small ones, so that the runtime lets a layer's whole tensors go before it computes the next layer.
 */
function reducedOutputs(
  edit: ModelEdit,
  place: AttentionMatch,
  wanted: readonly HeadTensorKind[],
  reduction: Reduction,
  switchNames: SwitchNames | undefined,
): Map<HeadTensorKind, string> {
  const { limit, selection, opset, shared } = reduction;
  const { graph } = place.op.scope;
  // Where nothing is pooled, the result does not wait: it must not depend on which heads are given.
  const waits = !place.further && (switchNames !== undefined || limit !== undefined);
  const reader = waits ? firstReader(place, switchNames !== undefined) : undefined;
  const before = reader?.node;
  const builder = new NodeBuilder(edit, graph, 'headlight', before);
  // What an operator computes a second time for is computed where it is wanted only.
  const isWhole = wanted.some(what => what === 'pooled' || what === 'shape');
  const twice =
    place.further || !selection
      ? []
      : wanted.filter(
          what =>
            computesTwice(place, what, reduction.disturbs) &&
            (what === 'scores' || (what === 'probabilities' && !isWhole)),
        );
  const once = wanted.filter(what => !twice.includes(what));
  // Made small first and widened then: less is moved.
  const isHalf = !place.further && givesHalf(place);
  const asGiven = { ...reduction, asGiven: isHalf };
  const widened = (name: string): string => (isHalf ? builder.cast(name, DataType.float) : name);
  const some = (name: string): string => widened(builder.add('Gather', [name, selection!], { axis: { int: 1 } }));
  const names = placeOutputs(edit, place, whole(once), before ? undefined : switchNames, asGiven, before);
  const reduced = new Map<HeadTensorKind, string>();
  for (const what of once) {
    const name = names.get(what === 'pooled' || what === 'shape' ? 'probabilities' : what);
    if (!name) continue;
    if (what === 'pooled' && limit) {
      reduced.set(what, poolInGraph(builder, name, limit, opset, widened, lengthNames(place), shared));
    } else if (what === 'shape') reduced.set(what, builder.add('Shape', [name]));
    else if (selection && (what === 'probabilities' || what === 'scores')) {
      reduced.set(what, some(name));
    } else reduced.set(what, what === 'probabilities' || what === 'scores' ? widened(name) : name);
  }
  for (const what of twice) {
    const asked = builder.add('Greater', [builder.add('Size', [selection!]), builder.index(0)]);
    const make = (): string => some(placeOutputs(edit, place, [what], undefined, asGiven, before).get(what)!);
    reduced.set(what, edit.addWhere(graph, asked, make, before));
  }
  // All that reads a whole tensor, or it would be held until the last of it is computed.
  const small = (['probabilities', 'scores', 'pooled', 'shape'] as const)
    .map(what => reduced.get(what))
    .filter(name => name !== undefined);
  if (before && switchNames) {
    insertSwitches(edit, place, { ...switchNames, factor: onceThereAre(builder, small, switchNames.factor) });
  } else if (reader) {
    const { context } = place;
    const later = shapeOnceThereAre(builder, small, context.shape!.length);
    const waiting = builder.add('Reshape', [context.name, later]);
    for (const other of context.readers) {
      other.inputs.forEach((input, i) => {
        if (input === context) edit.setInput(graph, other.node, i, waiting);
      });
    }
  }
  return reduced;
}

/**
 * The node that first reads what a switch changes; without one, that first reads the attention's result, where that can be
 * made to wait.
 */
function firstReader({ op, parts, context }: AttentionMatch, switches: boolean): Op | undefined {
  const value = switches ? (parts?.probabilities ?? context) : context;
  const readers = value.readers.filter(reader => reader.scope === op.scope);
  const waits = switches || (readers.length === value.readers.length && context.shape !== undefined && !op.scope.owner);
  return waits ? readers.sort((a, b) => a.order - b.order)[0] : undefined;
}

/** A shape that leaves all axes of a tensor as they are, known only when others were computed. */
function shapeOnceThereAre(builder: NodeBuilder, others: readonly string[], rank: number): string {
  const sizes = others.map(other => builder.add('Size', [other]));
  const [first, ...rest] = sizes;
  const sum = rest.reduce((total, size) => builder.add('Add', [total, size]), first);
  return builder.add('Mul', [sum, builder.ints(Array<number>(rank).fill(0))]);
}

/** What the lengths of queries and of keys are called, as far as shapes tell: the same names, the same lengths. */
function lengthNames({ op, parts }: AttentionMatch): (string | undefined)[] {
  const called = (dim: Dim | undefined, more = '') => (dim === undefined ? undefined : `${dim}${more}`);
  if (parts) {
    const { rows, columns, folded } = parts.layout;
    const { shape } = parts.probabilities;
    return [rows, columns].map(axes =>
      axes.length === 1 && folded?.axis !== axes[0] ? called(shape?.[axes[0]]) : undefined,
    );
  }
  if (op.type !== 'com.microsoft.GroupQueryAttention') return [];
  const past = op.inputs[3]?.shape?.[2];
  const keys = past === undefined ? undefined : called(past, ` and ${op.inputs[6]?.name}`);
  return [called(op.inputs[0]?.shape?.[1]), keys];
}

/** A tensor as it is, computed after others: a nothing of their sizes is added. */
function onceThereAre(builder: NodeBuilder, others: readonly string[], name: string): string {
  return others.reduce((sum, other) => {
    const size = builder.cast(builder.add('Size', [other]), DataType.float);
    return builder.add('Add', [sum, builder.add('Mul', [size, builder.float(0)])]);
  }, name);
}

/** Adds at one place what gives the wanted tensors, at the end or before a node; their names within the graph or body there. */
function placeOutputs(
  edit: ModelEdit,
  place: AttentionMatch,
  wanted: readonly HeadTensorKind[],
  switchNames: SwitchNames | undefined,
  manner: Manner,
  before?: OnnxNode,
): Map<HeadTensorKind, string> {
  const { scope } = place.op;
  const builder = new NodeBuilder(edit, scope.graph, 'headlight', before);
  const { parts, further } = place;
  if (further) return joinedOutputs(edit, place, further, wanted, switchNames, manner);
  if (switchNames) insertSwitches(edit, place, switchNames);
  if (!parts) return addFusedOutputs(edit, place, wanted, manner.opset, builder, manner);
  const names = new Map<HeadTensorKind, string>();
  for (const what of wanted) {
    const part =
      what === 'probabilities'
        ? { value: parts.probabilities, layout: parts.layout }
        : what === 'scores'
          ? parts.scoresLayout && { value: parts.scores, layout: parts.scoresLayout }
          : what === 'pooled' || what === 'shape'
            ? undefined
            : parts[what];
    if (!part) continue;
    // What lies outside a body can be read inside it, so all is done where the attention stands.
    const whole =
      what === 'probabilities' && parts.sums ? builder.add('Div', [part.value.name, parts.sums.name]) : part.value.name;
    const float = part.value.type === DataType.float ? whole : builder.cast(whole, DataType.float);
    names.set(what, toAttentionShape(builder, float, part.layout));
  }
  return names;
}

function insertSwitches(edit: ModelEdit, place: AttentionMatch, names: SwitchNames): void {
  if (place.parts) insertSwitch(edit, place, place.parts, names);
  else switchFusedHeads(edit, place, names);
}

/** Of attention in pieces: each by itself, then side by side. Keys and values of further queries are the same again. */
function joinedOutputs(
  edit: ModelEdit,
  first: AttentionMatch,
  further: NonNullable<AttentionMatch['further']>,
  wanted: readonly HeadTensorKind[],
  switchNames: SwitchNames | undefined,
  manner: Manner,
): Map<HeadTensorKind, string> {
  const builder = new NodeBuilder(edit, first.op.scope.graph, 'headlight');
  // The first stands for the whole, so it has the heads of all.
  const heads = further.along === 'heads' && first.heads ? first.heads / (further.matches.length + 1) : first.heads;
  const pieces: AttentionMatch[] = [{ ...first, heads, further: undefined }, ...further.matches];
  const each = pieces.map((piece, i) => {
    const ownPart = (name: string) =>
      ownHeads(new NodeBuilder(edit, piece.op.scope.graph, 'headlight', piece.op.node), name, i, piece.heads ?? 1);
    const own =
      switchNames && further.along === 'heads'
        ? { ...switchNames, factor: ownPart(switchNames.factor), mean: ownPart(switchNames.mean) }
        : switchNames;
    return placeOutputs(edit, piece, wanted, own, manner);
  });
  const names = new Map<HeadTensorKind, string>();
  for (const what of wanted) {
    const given = each.map(piece => piece.get(what)).filter(name => name !== undefined);
    if (given.length < pieces.length) continue;
    const shared = further.along === 'queries' && (what === 'key' || what === 'value');
    if (shared) names.set(what, given[0]);
    else if (further.along === 'windows') names.set(what, sideBySide(builder, given));
    else names.set(what, builder.add('Concat', given, { axis: { int: further.along === 'heads' ? 1 : 2 } }));
  }
  return names;
}

/** Windows of each sequence as rows of the batch: those of a sequence follow each other. */
function sideBySide(builder: NodeBuilder, windows: readonly string[]): string {
  const rest = [1, 2, 3].map(axis => ({ axes: [axis] }));
  const apart = windows.map(name => builder.reshape(name, [{ axes: [0] }, 1, ...rest]));
  const together = builder.add('Concat', apart, { axis: { int: 1 } });
  return builder.reshape(together, [-1, ...[2, 3, 4].map(axis => ({ axes: [axis] }))]);
}

/** The part of a switch that belongs to the heads of one piece. */
function ownHeads(builder: NodeBuilder, switchName: string, piece: number, heads: number): string {
  const which = builder.ints(Array.from({ length: heads }, (_, h) => piece * heads + h));
  return builder.add('Gather', [switchName, which], { axis: { int: 1 } });
}

/** The float16 tensors that the model's own graph computes and does not give already. */
function halfValues(found: FoundAttention): string[] {
  const { root } = found.graph;
  return root.ops
    .flatMap(op => op.outputs)
    .filter(value => value.type === DataType.float16 && value.name !== '' && !root.outputs.includes(value))
    .map(value => value.name);
}

/** Which turns of the loop that a site may lie in are its own. Keys and values that all turns look at are those of the first. */
function turnOf(site: AttentionSite, what?: HeadTensorKind): Turns {
  if (site.iteration !== undefined || !site.places[0].turns) return site.iteration ?? 'batch';
  return what === 'key' || what === 'value' ? 0 : 'queries';
}

/** What can be replaced of a layer ({@link replaceable}): the same at all places that it stands at; undefined: nothing. */
export function replacedOf({ places, heads }: AttentionSite): AddedReplacement['of'] | undefined {
  const [of, ...others] = places.map(replaceable);
  return heads !== undefined && others.every(other => other === of) ? of : undefined;
}

function stack(site: AttentionSite): string {
  if (site.kind === 'self') return site.causal ? 'decoder' : 'encoder';
  return site.kind;
}

function outputName(site: AttentionSite, what: AttentionTensorKind): string {
  const noun = {
    probabilities: 'attentions',
    scores: 'scores',
    query: 'queries',
    key: 'keys',
    value: 'values',
    pooled: 'pooled',
    shape: 'shapes',
    write: 'writes',
    stream: 'streams',
  }[what];
  return `${stack(site)}_${noun}.${site.layer}`;
}

function shapeOf(site: AttentionSite, what: AttentionTensorKind, name: string, selected: boolean): (number | string)[] {
  const last =
    what === 'probabilities' || what === 'scores'
      ? ['queries', 'keys']
      : what === 'pooled'
        ? ['rows', 'columns']
        : ['tokens', 'size'];
  return [
    `${name}.batch`,
    what === 'key' || what === 'value' || selected ? `${name}.heads` : (site.heads ?? `${name}.heads`),
    ...last.map(l => `${name}.${l}`),
  ];
}

function where(site: AttentionSite): string {
  const kind =
    site.kind === 'cross' ? 'cross-attention' : site.kind === 'self' ? 'self-attention' : `${site.kind} self-attention`;
  return `${kind}, layer ${site.layer} (${site.form} at ${JSON.stringify(site.node)})`;
}
