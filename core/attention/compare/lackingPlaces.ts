import type { AlignedPlace } from './alignSequences';

/** The places that one of the two sequences lacks. */
export function lackingPlaces(places: readonly AlignedPlace[], side: 'one' | 'other'): number[] {
  return places.flatMap((place, i) => (place[side] === undefined ? [i] : []));
}
