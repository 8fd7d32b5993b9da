import { diffArrays } from 'diff';

/** A place of two sequences laid beside each other: where both have it, only one, or only the other. */
export interface AlignedPlace {
  readonly one?: number;
  readonly other?: number;
}

/**
 * Lays two sequences of tokens beside each other by their difference (Myers 1986, "An O(ND) Difference Algorithm and Its
 * Variations"): what both have stands in one place, what was left out stands before what came in. The order of either
 * sequence is kept.
 */
export function alignSequences(one: readonly string[], other: readonly string[]): AlignedPlace[] {
  const places: AlignedPlace[] = [];
  let [a, b] = [0, 0];
  for (const { count, added, removed } of diffArrays(one as string[], other as string[])) {
    for (let i = 0; i < count; i++) {
      if (removed) places.push({ one: a++ });
      else if (added) places.push({ other: b++ });
      else places.push({ one: a++, other: b++ });
    }
  }
  return places;
}
