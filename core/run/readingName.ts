import type { Reading } from './explanation';

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
