import assert from 'node:assert/strict';
import { alignSequences } from '../../../../core/attention/compare/alignSequences';

describe('alignSequences', () => {
  it('lays equal tokens beside each other, and what was replaced before what replaced it', () => {
    assert.deepEqual(alignSequences(['a', 'b', 'c'], ['a', 'x', 'c', 'd']), [
      { one: 0, other: 0 },
      { one: 1 },
      { other: 1 },
      { one: 2, other: 2 },
      { other: 3 },
    ]);
  });

  it('holds each token of either sequence once, in its order', () => {
    const [one, other] = ['the cat sat on the mat', 'a cat that sat on a big mat today'].map(text => text.split(' '));
    const places = alignSequences(one, other);
    assert.deepEqual(
      places.flatMap(({ one: i }) => i ?? []),
      one.map((_, i) => i),
    );
    assert.deepEqual(
      places.flatMap(({ other: i }) => i ?? []),
      other.map((_, i) => i),
    );
    for (const { one: i, other: j } of places) assert.ok(i === undefined || j === undefined || one[i] === other[j]);
  });

  it('takes empty sequences', () => {
    assert.deepEqual(alignSequences([], []), []);
    assert.deepEqual(alignSequences([], ['a']), [{ other: 0 }]);
  });
});
