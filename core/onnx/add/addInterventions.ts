import type { SiteKind } from '../find/attentionKinds';
import type { AttentionMatch } from '../find/attentionMatch';
import type { AttentionSite, FoundAttention } from '../find/findAttention';
import type { Value } from '../graph/linkedGraph';
import { OnnxError } from '../read/onnxError';
import { DataType } from '../read/onnxModel';
import { findInterventionPoints, type Places, type StreamPoints } from '../residual/interventionPoints';
import { changeFused } from './changeFused';
import { changeAffinely, changeScores, type ProbabilityChange } from './changeScores';
import type { ModelEdit } from './modelEdit';
import type { NodeBuilder } from './nodeBuilder';
import { replaceValue } from './replaceValue';
import { headResults } from './headResults';

/**
 * What can be changed of a layer as a model runs: the scores before softmax, the probabilities after it, each head's result
 * (weights times values, before the output projection), the residual stream that enters the layer, and what its feed-forward
 * part adds to the stream.
 */
export type InterventionPart = 'scores' | 'probabilities' | 'head' | 'residual' | 'feedForward';

/** One place at which a run can be changed. */
export interface Intervention {
  readonly part: InterventionPart;
  /** What the layer's attention is; of the stream and the feed-forward part, its self-attention. */
  readonly kind: SiteKind;
  /** Of the residual stream also the number of layers: what the final norm reads. */
  readonly layer: number;
}

/**
 * The inputs of an intervention. All must be fed; the first axis is the batch's or 1, so that each text of a batch can be
 * changed in its own way.
 * - scores: `added`, float [batch, heads, queries, keys], is added; zeros change nothing. Queries and keys may be 1 long.
 * - probabilities: they become `factor` · p + `added`, float [batch, heads, queries, keys]; ones and zeros change nothing.
 *   Queries and keys may be 1 long.
 * - head: where `mask`, bool [batch, tokens, heads, 1], is true, `value`, float [batch, tokens, heads, size], stands in the
 *   result's place.
 * - residual and feedForward: the same with `mask` [batch, tokens, 1] and `value` [batch, tokens, size].
 *
 * `mask` has all tokens, of each text of the batch where the graph holds texts and tokens in one axis (`flat`); `value` may be
 * 1 long in every axis.
 */
export type AddedIntervention = Intervention & {
  /** How many heads its inputs have, of an attention's parts. */
  readonly heads?: number;
} & (
    | { readonly part: 'scores'; readonly added: string }
    | { readonly part: 'probabilities'; readonly factor: string; readonly added: string }
    | {
        readonly part: 'head' | 'residual' | 'feedForward';
        readonly mask: string;
        readonly value: string;
        readonly flat: boolean;
      }
  );

/** The value that an intervention other than in scores and probabilities replaces, for reading it in another run. */
export interface ReplacedValue {
  readonly places: Places;
  /** Of heads: how they lie in it. */
  readonly heads?: number;
}

/**
 * The value that an intervention replaces.
 * @throws {OnnxError} where the graph does not show it: one sentence.
 */
export function replacedValue(
  found: FoundAttention,
  { part, kind, layer }: Intervention,
  streams: readonly StreamPoints[] = findInterventionPoints(found),
): ReplacedValue {
  if (part === 'head') {
    const site = siteOf(found, kind, layer);
    const [first, ...others] = site.places.map(place => headResults(place));
    if (!first || !site.heads || others.some(other => other === undefined)) {
      throw new OnnxError(
        `The result of each head of layer ${layer} cannot be changed: the graph does not show it before an output projection.`,
      );
    }
    return { places: [first, ...(others as Value[])], heads: site.heads };
  }
  // One for all layers, or, of a model whose resolution falls, one for each stage.
  const own = streams.filter(({ layers }) => layers.some(one => one.kind === kind));
  const stream = own.find(({ layers }) => layers.some(one => one.layer === layer)) ?? own.at(-1);
  if (!stream) {
    throw new OnnxError('The graph does not show a residual stream that its layers add to, so it cannot be changed.');
  }
  const last = Math.max(...stream.layers.map(one => one.layer));
  if (part === 'residual' && layer === last + 1) return { places: stream.end };
  const points = stream.layers.find(one => one.layer === layer && one.kind === kind);
  if (!points) throw new OnnxError(`There is no layer ${layer}: the model’s layers are 0 to ${last}.`);
  if (part === 'residual') return { places: points.residual };
  if (typeof points.feedForward === 'string') {
    throw new OnnxError(`What the feed-forward part of layer ${layer} adds cannot be changed: ${points.feedForward}.`);
  }
  return { places: points.feedForward };
}

/**
 * Adds inputs by which a run can be changed, at the places asked for.
 * @param given values that were not outputs of their node and are now; added to.
 * @throws {OnnxError} where the graph does not show what is to be changed: one sentence.
 */
export function addInterventions(
  edit: ModelEdit,
  found: FoundAttention,
  asked: readonly Intervention[],
  given: Set<Value>,
): AddedIntervention[] {
  const opset = found.graph.model.opsets.get('') ?? 17;
  const streams = asked.some(({ part }) => part === 'residual' || part === 'feedForward')
    ? findInterventionPoints(found)
    : [];
  const added: AddedIntervention[] = [];
  const bySite = new Map<AttentionSite, { scores?: string; probabilities?: ProbabilityChange }>();
  for (const one of asked) {
    const { part, kind, layer } = one;
    const name = (what: string) => edit.freshName(`${kind}_${part}_${what}.${layer}`);
    if (part === 'scores' || part === 'probabilities') {
      const site = siteOf(found, kind, layer);
      if (site.iteration !== undefined || site.places.some(({ turns }) => turns)) {
        throw new OnnxError(`The attention of layer ${layer} stands in a loop, so it cannot be changed.`);
      }
      const changes = bySite.get(site) ?? {};
      bySite.set(site, changes);
      const input = (what: string) => {
        const own = name(what);
        edit.addInput(own, [`${own}.batch`, site.heads ?? `${own}.heads`, `${own}.queries`, `${own}.keys`]);
        return own;
      };
      if (part === 'scores') {
        changes.scores = input('added');
        added.push({ ...one, part, heads: site.heads, added: changes.scores });
      } else {
        changes.probabilities = { factor: input('factor'), added: input('added') };
        added.push({ ...one, part, heads: site.heads, ...changes.probabilities });
      }
      continue;
    }
    const { places, heads } = replacedValue(found, one, streams);
    const [mask, value] = [name('mask'), name('value')];
    const inner = heads === undefined ? [] : [heads];
    const axes = (own: string) => [`${own}.batch`, `${own}.tokens`, ...inner];
    edit.addInput(mask, [...axes(mask), 1], undefined, DataType.bool);
    edit.addInput(value, [`${value}.batch`, `${value}.tokens`, ...(heads ? [`${value}.heads`] : []), `${value}.size`]);
    for (const place of places) {
      if (place.scope.owner && place.scope.owner.op.node.type !== 'If') {
        throw new OnnxError(`Layer ${layer} stands in a loop, so it cannot be changed.`);
      }
      replaceValue(edit, place, given, (builder, original, output) =>
        replaceRows(builder, place, { original, output, mask, value, heads }),
      );
    }
    added.push({ ...one, part, heads, mask, value, flat: places[0].shape?.length === 2 });
  }
  for (const [site, changes] of bySite) {
    for (const place of site.places) changeAttention(edit, place, site, changes, opset);
  }
  return added;
}

function siteOf({ attentions }: FoundAttention, kind: SiteKind, layer: number): AttentionSite {
  const ofKind = attentions.filter(site => site.kind === kind);
  const site = ofKind.find(one => one.layer === layer);
  if (site) return site;
  throw new OnnxError(
    ofKind.length === 0
      ? `The model has no ${kind} attention; it has ${[...new Set(attentions.map(one => one.kind))].join(', ')}.`
      : `There is no layer ${layer}: those of the ${kind} attention are 0 to ${ofKind.length - 1}.`,
  );
}

function changeAttention(
  edit: ModelEdit,
  place: AttentionMatch,
  site: AttentionSite,
  changes: { readonly scores?: string; readonly probabilities?: ProbabilityChange },
  opset: number,
): void {
  const { further, parts } = place;
  if (further && further.along !== 'heads') {
    throw new OnnxError(
      `The attention of layer ${site.layer} is computed in pieces of its ${further.along}, so it cannot be changed.`,
    );
  }
  const pieces = further
    ? [
        { ...place, heads: place.heads && place.heads / (further.matches.length + 1), further: undefined },
        ...further.matches,
      ]
    : [place];
  pieces.forEach((piece, i) => {
    /** The part of an input that belongs to this piece's heads. */
    const own = (builder: NodeBuilder, input: string): string => {
      if (!further) return input;
      const heads = piece.heads ?? 1;
      const which = builder.ints(Array.from({ length: heads }, (_, head) => i * heads + head));
      return builder.add('Gather', [input, which], { axis: { int: 1 } });
    };
    if (!parts) {
      changeFused(edit, piece, changes, opset, own, site.layer);
      return;
    }
    if (changes.scores !== undefined) changeScores(edit, piece, changes.scores, own, site.layer);
    if (changes.probabilities) changeAffinely(edit, piece, changes.probabilities, own);
  });
}

/** Which rows of a value are replaced, and by what. */
interface Rows {
  readonly original: string;
  readonly output: string;
  readonly mask: string;
  readonly value: string;
  readonly heads?: number;
}

/** Puts rows in the place of those of a value [batch, tokens, size], [batch · tokens, size] or [batch, …, size]; of heads of their part of it, or of a value [batch, heads, tokens, size]. */
function replaceRows(builder: NodeBuilder, of: Value, { original, output, mask, value, heads }: Rows): void {
  const rank = of.shape?.length ?? 3;
  const typed =
    of.type === DataType.float
      ? value
      : of.type === undefined
        ? builder.add('CastLike', [value, original])
        : builder.cast(value, of.type);
  const where = (condition: string, instead: string, otherwise: string, name?: string) =>
    builder.add('Where', [condition, instead, otherwise], undefined, name);
  if (heads !== undefined && rank === 4) {
    const byHead = [mask, typed].map(name => builder.transpose(name, [0, 2, 1, 3]));
    where(byHead[0], byHead[1], original, output);
  } else if (heads !== undefined) {
    const apart =
      rank === 2
        ? builder.reshape(original, [{ axes: [0] }, heads, -1])
        : builder.reshape(original, [{ axes: [0] }, { axes: [1] }, heads, -1]);
    const flat = (name: string) => (rank === 2 ? builder.reshape(name, [-1, { axes: [2] }, { axes: [3] }]) : name);
    const changed = where(flat(mask), flat(typed), apart);
    builder.add('Reshape', [changed, builder.add('Shape', [original])], undefined, output);
  } else if (rank === 3) {
    where(mask, typed, original, output);
  } else if (rank === 2) {
    const flat = (name: string) => builder.reshape(name, [-1, { axes: [2] }]);
    where(flat(mask), flat(typed), original, output);
  } else {
    const rows = builder.reshape(original, [{ axes: [0] }, -1, { axes: [rank - 1] }]);
    builder.add('Reshape', [where(mask, typed, rows), builder.add('Shape', [original])], undefined, output);
  }
}
