import { atOnce, type Pieces } from '../../pieces/inPieces';
import { headOf, visibleKeys, type LayerHeads } from '../attentionMatrix';
import { jensenShannon } from '../measures/jensenShannon';
import type { AlignedPlace } from './alignSequences';
import { assignInPieces } from './assign';
import { sharedRow } from './sharedRow';

/** Names a head within its kind of attention. */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** A head of one run and the head of another that stands for it. */
export interface HeadMatch {
  readonly one: HeadPlace;
  readonly other: HeadPlace;
  /** Mean Jensen-Shannon divergence over the queries compared, bits. */
  readonly distance: number;
}

/** All pairs, and how they were found. */
export interface HeadMatches {
  /** In the order of the first run's heads. */
  readonly pairs: readonly HeadMatch[];
  /** How many queries were compared, of how many that both runs have. */
  readonly queries: number;
  readonly queriesOf: number;
}

/**
 * Finds for each head of a run the head of another that looks most like it: the assignment of heads to heads with the least
 * sum of Jensen-Shannon divergences (see `assign`), so that no head stands for two. Only tokens that both runs have
 * are compared, their rows divided by what lies on those keys; long texts at evenly spread queries.
 * @param queries Places of both; only those with both indices count.
 * @param most How many steps to take: pairs × queries × keys.
 */
export function matchHeads(
  one: readonly LayerHeads[],
  other: readonly LayerHeads[],
  queries: readonly AlignedPlace[],
  keys: readonly AlignedPlace[],
  most?: number,
): HeadMatches {
  return atOnce(matchesInPieces(one, other, queries, keys, most));
}

/** {@link matchHeads} in pieces: one head at one query against those of the other run, then a row of the assignment each. */
export function* matchesInPieces(
  one: readonly LayerHeads[],
  other: readonly LayerHeads[],
  queries: readonly AlignedPlace[],
  keys: readonly AlignedPlace[],
  most = 100_000_000,
): Pieces<HeadMatches> {
  const heads = [one, other].map(layers =>
    layers.flatMap(layer =>
      Array.from({ length: layer.heads }, (_, head) => ({ layer: layer.layer, head, matrix: headOf(layer, head) })),
    ),
  );
  const [left, right] = heads;
  const shared = (places: readonly AlignedPlace[]) =>
    places.filter((place): place is Required<AlignedPlace> => place.one !== undefined && place.other !== undefined);
  const commonKeys = shared(keys);
  const rows = shared(queries).filter(
    place => one[0] && other[0] && (visibleKeys(one[0], place.one) > 1 || visibleKeys(other[0], place.other) > 1),
  );
  const count = Math.min(
    rows.length,
    Math.max(1, Math.floor(most / Math.max(1, left.length * right.length * commonKeys.length))),
  );
  const compared =
    count < rows.length
      ? Array.from({ length: count }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / count)])
      : rows;
  const costs = new Float32Array(left.length * right.length);
  for (const place of compared) {
    const ofLeft = left.map(({ matrix }) => sharedRow(matrix, place.one, commonKeys, 'one'));
    const ofRight = right.map(({ matrix }) => sharedRow(matrix, place.other, commonKeys, 'other'));
    for (const [i, p] of ofLeft.entries()) {
      yield;
      ofRight.forEach((r, j) => {
        costs[i * right.length + j] += jensenShannon(p, r) / compared.length;
      });
    }
  }
  const columns = yield* assignInPieces(costs, left.length, right.length);
  const pairs = left.flatMap(({ layer, head }, i) => {
    const match = right[columns[i]];
    return match
      ? [
          {
            one: { layer, head },
            other: { layer: match.layer, head: match.head },
            distance: costs[i * right.length + columns[i]],
          },
        ]
      : [];
  });
  return { pairs, queries: compared.length, queriesOf: rows.length };
}
