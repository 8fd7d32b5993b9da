import assert from 'node:assert/strict';
import { patchPlaces } from '../../../core/cause/patchPlaces';

const pairs = (one: number[], other: number[]) => patchPlaces(one, other).map(place => [place.one, place.other]);

describe('tokens of two runs that stand for each other', () => {
  it('are those at the same place where as many tokens differ, also where nothing is alike', () => {
    assert.deepEqual(pairs([1, 2, 3], [1, 9, 3]), [
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    assert.deepEqual(pairs([1, 2, 3, 4], [9, 1, 7, 8]), [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('are those that read the same where most of them moved', () => {
    assert.deepEqual(pairs([1, 2, 3, 4, 5, 6], [9, 1, 2, 3, 4, 5]), [
      [undefined, 0],
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, undefined],
    ]);
  });

  it('of other lengths pair what differs where there is as much of either, and leave the rest out', () => {
    assert.deepEqual(pairs([1, 2, 3, 4, 5], [1, 8, 3, 6, 7, 5]), [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, undefined],
      [undefined, 3],
      [undefined, 4],
      [4, 5],
    ]);
  });
});
