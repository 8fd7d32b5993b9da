import type { AttentionKind } from '../../core/attention/attentionKind';
import type { AttentionShape } from '../../core/attention/attentionMatrix';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import { alignTexts } from '../../core/attention/compare/alignTexts';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { LayerShape } from '../models/layerShape';
import { layersOf } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';

/** The axes that the attention of two runs has in common. */
export interface CommonAxes {
  readonly queries: readonly AlignedPlace[];
  readonly keys: readonly AlignedPlace[];
  /** What either run's attention of the kind is like, and how many heads it has. */
  readonly one: AttentionShape & { readonly heads: number };
  readonly other: AttentionShape & { readonly heads: number };
}

/** The last axes of a first run: it is read in parts, and long texts take a while to be aligned. */
const lastOf = new WeakMap<KnownRun, { readonly other: KnownRun; readonly kinds: string; readonly axes: CommonAxes }>();

/**
 * The axes on which a kind of attention of one run lies beside one of another: their tokens by their difference. Those of
 * one and the same run are its own.
 * @throws {InferenceFault} where either run has none that could be compared.
 */
export function commonAxes(one: KnownRun, other: KnownRun, kind: AttentionKind, otherKind: AttentionKind): CommonAxes {
  const kinds = `${kind} ${otherKind}`;
  const last = lastOf.get(one);
  if (last?.other === other && last.kinds === kinds) return last.axes;
  const axes = one === other && kind === otherKind ? ownAxes(one, kind) : alignedAxes(one, other, kind, otherKind);
  lastOf.set(one, { other, kinds, axes });
  return axes;
}

function ownAxes({ attention }: KnownRun, kind: AttentionKind): CommonAxes {
  const shape = shapeOf(layersOf(attention, kind), kind);
  const places = (length: number) => Array.from({ length }, (_, i) => ({ one: i, other: i }));
  return { queries: places(shape.queries), keys: places(shape.keys), one: shape, other: shape };
}

function alignedAxes(one: KnownRun, other: KnownRun, kind: AttentionKind, otherKind: AttentionKind): CommonAxes {
  const [left, right] = [sideOf(one, kind), sideOf(other, otherKind)];
  const queries = alignTexts(left.queries, right.queries);
  const keys = left.queries === left.keys && right.queries === right.keys ? queries : alignTexts(left.keys, right.keys);
  return { queries, keys, one: left.shape, other: right.shape };
}

/** What a run's attention of a kind is like, and the texts that look and are looked at. */
function sideOf({ attention, texts }: KnownRun, kind: AttentionKind) {
  const layers = layersOf(attention, kind);
  const [queries, keys] = [
    kind === 'decoder' || kind === 'cross' ? texts.output : texts.input,
    kind === 'decoder' ? texts.output : texts.input,
  ];
  if (!queries || !keys) throw new InferenceFault(InferenceErrorCode.run, `This run has no ${kind} attention.`);
  if (layers.some(layer => layer.queries !== queries.tokens.length || layer.keys !== keys.tokens.length)) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'The layers of this model do not have one row for each token, so its runs cannot be compared.',
    );
  }
  return { queries, keys, shape: shapeOf(layers, kind) };
}

function shapeOf(layers: readonly LayerShape[], kind: AttentionKind): CommonAxes['one'] {
  const [{ queries, keys }] = layers;
  return {
    queries,
    keys,
    heads: layers.reduce((sum, layer) => sum + layer.heads, 0),
    causal: layers.every(layer => layer.causal) || kind === 'decoder',
    sameSequence: kind !== 'cross' && queries === keys,
  };
}
