import assert from 'node:assert/strict';
import { headMoves } from '../../../../core/attention/compare/headMoves';

/** A layer of two heads with one row each over three keys. */
const layer = (...rows: number[][]) => ({
  layer: 1,
  heads: rows.length,
  queries: 1,
  keys: rows[0].length,
  causal: false,
  sameSequence: false,
  data: Float32Array.from(rows.flat()),
});

describe('headMoves', () => {
  it('tells how far each head looks elsewhere, over the keys that both runs have', () => {
    const now = layer([0.5, 0.5, 0], [1, 0, 0]);
    // A key that only this run has lies between the others, with half of what either head gives.
    const then = layer([0.25, 0.5, 0.25, 0], [0, 0.5, 0, 0.5]);
    const keys = [{ one: 0, other: 0 }, { other: 1 }, { one: 1, other: 2 }, { one: 2, other: 3 }];
    assert.deepEqual(headMoves([now], [then], keys), [
      { layer: 1, head: 1, distance: 1 },
      { layer: 1, head: 0, distance: 0 },
    ]);
  });

  it('tells nothing of layers that the other run has not', () => {
    assert.deepEqual(headMoves([layer([1])], [], [{ one: 0, other: 0 }]), []);
  });
});
