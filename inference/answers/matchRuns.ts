import type { AttentionKind } from '../../core/attention/attentionKind';
import { visibleKeys } from '../../core/attention/attentionMatrix';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import { matchHeads } from '../../core/attention/compare/matchHeads';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { commonAxes } from './commonAxes';
import { gatherRows } from '../runs/gatherRows';
import { InferenceFault } from '../models/inferenceFault';
import type { UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';

/** How many weights are compared at most while heads are matched: about a second. */
const mostSteps = 40_000_000;

/**
 * Lays the attention of two runs beside each other: their tokens by their difference, their heads by their distance, of long
 * texts at evenly spread queries. Where the second has no attention of the kind, another takes its place, cross-attention
 * only for cross-attention.
 * @throws {InferenceFault} where either run has none that could be compared.
 */
export async function matchRuns(
  one: KnownRun,
  other: KnownRun,
  kind: AttentionKind,
  useOne: UseModel,
  useOther: UseModel,
): Promise<RunMatch> {
  const kinds = other.attention.layers.map(layer => layer.kind);
  const otherKind = kinds.includes(kind)
    ? kind
    : kinds.find(candidate => (candidate === 'cross') === (kind === 'cross'));
  if (!otherKind) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `The other run has no attention that ${kind} attention could be compared with; choose another kind or another run.`,
    );
  }
  const { queries, keys, one: shape, other: otherShape } = commonAxes(one, other, kind, otherKind);
  const comparable = queries
    .filter(inBoth)
    .filter(place => visibleKeys(shape, place.one) > 1 || visibleKeys(otherShape, place.other) > 1);
  const compared = spread(
    comparable,
    Math.max(1, Math.floor(mostSteps / Math.max(1, shape.heads * otherShape.heads * keys.length))),
  );
  const [rows, otherRows] = [
    await gatherRows(
      one.attention,
      kind,
      compared.map(place => place.one),
      useOne,
    ),
    await gatherRows(
      other.attention,
      otherKind,
      compared.map(place => place.other),
      useOther,
    ),
  ];
  const matches = matchHeads(
    rows,
    otherRows,
    compared.map((_, i) => ({ one: i, other: i })),
    keys,
    Infinity,
  );
  return { otherKind, queries, keys, matches: { ...matches, queriesOf: comparable.length } };
}

function inBoth(place: AlignedPlace): place is Required<AlignedPlace> {
  return place.one !== undefined && place.other !== undefined;
}

/** `count` of the places, the middle ones of as many equal stretches. */
function spread<Place>(places: readonly Place[], count: number): readonly Place[] {
  return count >= places.length
    ? places
    : Array.from({ length: count }, (_, i) => places[Math.floor(((i + 0.5) * places.length) / count)]);
}
