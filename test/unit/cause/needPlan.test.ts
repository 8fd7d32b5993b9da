import assert from 'node:assert/strict';
import { finerFirst, neededUnits, rangeKey, sumOver } from '../../../core/cause/needPlan';

describe('neededUnits', () => {
  const words = [0, 2, 3, 6];
  it('of a causal text are what stands before the position, its own cut off there', () =>
    assert.deepEqual(neededUnits(words, 8, true, 4), [
      { unit: 0, first: 0, last: 1 },
      { unit: 1, first: 2, last: 2 },
      { unit: 2, first: 3, last: 3 },
    ]));

  it('are none at the first token', () => assert.deepEqual(neededUnits(words, 8, true, 0), []));

  it('of a text read both ways are all but the position by itself', () => {
    assert.deepEqual(
      neededUnits(words, 8, false, 2).map(({ unit }) => unit),
      [0, 2, 3],
    );
    assert.deepEqual(neededUnits(words, 8, false, 4).length, 4);
  });

  it('of another text are all', () =>
    assert.deepEqual(neededUnits(words, 8, true, undefined).map(rangeKey), ['0-1', '2-2', '3-5', '6-7']));
});

describe('finerFirst', () => {
  it('goes to what is needed most first, within it in the order of the text', () => {
    const coarse = [
      { first: 0, last: 1 },
      { first: 2, last: 3 },
    ];
    const fine = [0, 1, 2, 3].map(place => ({ first: place, last: place }));
    const needs = (range: { first: number }) => ({ bits: range.first === 2 ? 0.7 : 0.1, falls: 0 });
    assert.deepEqual(
      finerFirst(fine, coarse, needs).map(({ first }) => first),
      [2, 3, 0, 1],
    );
    assert.deepEqual(
      finerFirst(fine, [], needs).map(({ first }) => first),
      [0, 1, 2, 3],
    );
  });
});

describe('sumOver', () => {
  it('sums a unit’s tokens, and is nothing where there are no numbers', () => {
    assert.equal(sumOver(Float32Array.of(1, 2, 4), { first: 1, last: 2 }), 6);
    assert.equal(sumOver(undefined, { first: 1, last: 2 }), undefined);
  });
});
