import { alignSequences, type AlignedPlace } from '../attention/compare/alignSequences';
import { isShared } from '../attention/compare/alignTexts';

/**
 * Which tokens of two runs of one model stand for each other, so that what one computed at a token can be put into the other.
 * Of two sequences of one length those at the same place, unless most of what both have stands elsewhere; else what both have,
 * by their difference, and between that what differs where there are as many tokens of either. What is left stands for nothing.
 * @param one token ids, as `other`.
 */
export function patchPlaces(one: readonly number[], other: readonly number[]): AlignedPlace[] {
  const byDifference = alignSequences(one.map(String), other.map(String));
  if (one.length === other.length) {
    const atSamePlace = one.filter((id, i) => id === other[i]).length;
    const shared = byDifference.filter(isShared).length;
    if (shared <= atSamePlace || shared * 2 < one.length) return one.map((_, i) => ({ one: i, other: i }));
  }
  const places: AlignedPlace[] = [];
  let ones: number[] = [];
  let others: number[] = [];
  const close = () => {
    if (ones.length === others.length) ones.forEach((place, i) => places.push({ one: place, other: others[i] }));
    else places.push(...ones.map(place => ({ one: place })), ...others.map(place => ({ other: place })));
    [ones, others] = [[], []];
  };
  for (const place of byDifference) {
    if (isShared(place)) {
      close();
      places.push(place);
    } else if (place.one !== undefined) {
      ones.push(place.one);
    } else if (place.other !== undefined) {
      others.push(place.other);
    }
  }
  close();
  return places;
}
