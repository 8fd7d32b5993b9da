import { lackingPlaces } from '../../core/attention/compare/lackingPlaces';
import type { HeadMatch } from '../../core/attention/compare/matchHeads';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import type { CompareSelection } from '../../core/protocol/attentionPanelProtocol';
import type { Explanation, HeadAddress } from '../../core/run/explanation';
import { layerOf } from '../run/choice';
import type { MissingTokens } from './comparedMatrix';
import type { HeadPair } from './headPair';

/** Two heads of two runs on common axes. */
export interface RunPair extends HeadPair {
  /** Where either run has no token. */
  readonly missing: MissingOfBoth;
}

type MissingOfBoth = { readonly one: MissingTokens; readonly other: MissingTokens };

/** How heads of two runs are paired unless said otherwise: by number in one and the same model, by distance in two. */
export function usualPairing(one: Explanation, other: Explanation): NonNullable<CompareSelection['pairing']> {
  return one.model.id === other.model.id && one.model.dtype === other.model.dtype ? 'same' : 'matched';
}

/** The head of the second run that a head of the first is held against. */
export function pairedHead(
  { matches, otherKind }: RunMatch,
  head: HeadAddress,
  other: Explanation,
  pairing: NonNullable<CompareSelection['pairing']>,
): HeadAddress | undefined {
  const same = { kind: otherKind, layer: head.layer, head: head.head };
  if (pairing === 'same' && layerOf(other, same)) return same;
  const match = matches.pairs.find(({ one }) => one.layer === head.layer && one.head === head.head)?.other;
  return match && { kind: otherKind, ...match };
}

/** Where either run has no token of the common axes. */
export function missingOf({ queries, keys }: RunMatch): MissingOfBoth {
  const missing = (side: 'one' | 'other') => ({
    queries: lackingPlaces(queries, side),
    keys: lackingPlaces(keys, side),
  });
  return { one: missing('one'), other: missing('other') };
}

/** The pair of heads that look most alike. */
export function closestPair({ matches: { pairs } }: RunMatch): HeadMatch | undefined {
  return pairs.reduce<HeadMatch | undefined>(
    (closest, pair) => (closest && closest.distance <= pair.distance ? closest : pair),
    undefined,
  );
}

/** That few tokens are the same in both runs, as one sentence; undefined where at least half of the shorter run's are. */
export function fewShared({ queries, keys }: RunMatch): string | undefined {
  for (const places of [queries, keys]) {
    const shared = places.filter(({ one, other }) => one !== undefined && other !== undefined).length;
    const [first, second] = (['one', 'other'] as const).map(
      side => places.filter(place => place[side] !== undefined).length,
    );
    if (shared * 2 >= Math.min(first, second)) continue;
    return `Only ${shared} tokens stand for the same characters in both runs, of ${first} and ${second}: distances and pairs tell of these alone.`;
  }
  return undefined;
}
