import type { Reading } from './explanation';

/** What is said where the first token is left out. */
export const withoutFirstName = 'without the first token';

/** What a reading shows, for a heading: "value-weighted", "rollout up to layer 2"; raw attention needs no word. */
export function readingName(reading: Reading, layer: number): string {
  switch (reading) {
    case 'raw':
      return 'attention as it is';
    case 'value':
      return 'value-weighted';
    case 'rollout':
      return `rollout up to layer ${layer}`;
  }
}

/** The same, and whether the first token is left out: "value-weighted, without the first token". */
export function readingWords(
  { reading, withoutFirst }: { readonly reading: Reading; readonly withoutFirst: boolean },
  layer: number,
): string {
  if (!withoutFirst) return readingName(reading, layer);
  return reading === 'raw' ? withoutFirstName : `${readingName(reading, layer)}, ${withoutFirstName}`;
}
