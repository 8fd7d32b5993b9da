import assert from 'node:assert/strict';
import type { RunMatch } from '../../../core/attention/compare/runMatch';
import { closestPair, fewShared } from '../../../webview/compare/runPair';

const match = (shared: number, one: number, other: number, distances: readonly number[] = []): RunMatch => {
  const places = [
    ...Array.from({ length: shared }, (_, i) => ({ one: i, other: i })),
    ...Array.from({ length: one - shared }, (_, i) => ({ one: shared + i })),
    ...Array.from({ length: other - shared }, (_, i) => ({ other: shared + i })),
  ];
  return {
    otherKind: 'self',
    queries: places,
    keys: places,
    matches: {
      queries: shared,
      queriesOf: shared,
      pairs: distances.map((distance, head) => ({
        one: { layer: 0, head },
        other: { layer: 1, head },
        distance,
      })),
    },
  };
};

describe('two runs beside each other', () => {
  it('are warned of where less than half of the tokens are the same', () => {
    assert.equal(fewShared(match(5, 10, 12)), undefined);
    assert.equal(
      fewShared(match(4, 10, 12)),
      'Only 4 tokens stand for the same characters in both runs, of 10 and 12: distances and pairs tell of these alone.',
    );
  });

  it('open on the pair of heads that look most alike', () => {
    assert.deepEqual(closestPair(match(1, 1, 1, [0.4, 0.1, 0.3]))?.one, { layer: 0, head: 1 });
    assert.equal(closestPair(match(1, 1, 1)), undefined);
  });
});
