import type { AttentionKind } from '../../core/attention/attentionKind';
import { visibleKeys } from '../../core/attention/attentionMatrix';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import { isShared } from '../../core/attention/compare/alignTexts';
import { matchesInPieces } from '../../core/attention/compare/matchHeads';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import { inPieces } from '../../core/pieces/inPieces';
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
  const { queries, keys, rows, otherRows, compared, comparable } = await comparedRows(
    { run: one, kind, use: useOne },
    { run: other, kind: otherKind, use: useOther },
  );
  const places = compared.map((_, i) => ({ one: i, other: i }));
  const matches = await inPieces(matchesInPieces(rows, otherRows, places, keys, Infinity), useOne);
  return { otherKind, queries, keys, matches: { ...matches, queriesOf: comparable } };
}

/** A kind of attention of a run. */
interface AttentionOfRun {
  readonly run: KnownRun;
  readonly kind: AttentionKind;
  readonly use: UseModel;
}

/**
 * The rows of the tokens that two runs have, of all heads, beside each other: of long texts at evenly spread queries.
 * `comparable`: how many tokens those would be.
 * @param queriesOf which tokens, where not those that both texts share
 */
export async function comparedRows(
  one: AttentionOfRun,
  other: AttentionOfRun,
  queriesOf: (places: readonly AlignedPlace[], causal: boolean) => readonly Required<AlignedPlace>[] = places =>
    places.filter(isShared),
) {
  const { queries, keys, one: shape, other: otherShape } = commonAxes(one.run, other.run, one.kind, other.kind);
  const comparable = queriesOf(queries, shape.causal && otherShape.causal).filter(
    place => visibleKeys(shape, place.one) > 1 || visibleKeys(otherShape, place.other) > 1,
  );
  const compared = spread(
    comparable,
    Math.max(1, Math.floor(mostSteps / Math.max(1, shape.heads * otherShape.heads * keys.length))),
  );
  const rowsOf = ({ run, kind, use }: AttentionOfRun, side: 'one' | 'other') =>
    gatherRows(
      run.attention,
      kind,
      compared.map(place => place[side]),
      use,
    );
  return {
    queries,
    keys,
    compared,
    comparable: comparable.length,
    rows: await rowsOf(one, 'one'),
    otherRows: await rowsOf(other, 'other'),
  };
}

/** `count` of the places, the middle ones of as many equal stretches. */
function spread<Place>(places: readonly Place[], count: number): readonly Place[] {
  return count >= places.length
    ? places
    : Array.from({ length: count }, (_, i) => places[Math.floor(((i + 0.5) * places.length) / count)]);
}
