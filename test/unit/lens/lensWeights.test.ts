import assert from 'node:assert/strict';
import { heaviestKeys, lensKeys, lensStep, lensSteps, mostWeight } from '../../../core/attention/lensWeights';
import type { Token } from '../../../core/text/token';

const token = (start: number, end: number): Token => ({ id: 0, text: '', start, end, special: start === end });

describe('lensKeys', () => {
  it('joins tokens of one character, and nothing else', () => {
    const tokens = [token(0, 0), token(0, 0), token(0, 2), token(2, 4), token(2, 4), token(2, 4), token(4, 5)];
    const weights = Float32Array.of(0.5, 0, 0.125, 0.0625, 0.125, 0.0625, 0.125);
    const keys = lensKeys(tokens, weights, 'sum');
    assert.deepEqual(
      keys.map(k => [k.token, k.count, k.weight]),
      [
        [0, 1, 0.5],
        [1, 1, 0],
        [2, 1, 0.125],
        [3, 3, 0.25],
        [6, 1, 0.125],
      ],
    );
    assert.equal(lensKeys(tokens, weights, 'maximum')[3].weight, 0.125);
  });

  it('takes weights that are not there for none', () => {
    assert.deepEqual(
      lensKeys([token(0, 1), token(1, 2)], Float32Array.of(1), 'sum').map(k => k.weight),
      [1, 0],
    );
  });
});

describe('lensStep', () => {
  it('goes from none to the last in even steps of the square root', () => {
    const steps = (most: number) =>
      [0, 0.02, 0.03, 0.12, 0.25, 0.5, 0.75, 1].map(share => lensStep(share * most, most));
    assert.deepEqual(steps(1), [0, 0, 1, 2, 3, 4, 5, lensSteps]);
    assert.deepEqual(steps(0.125), steps(1));
  });

  it('survives what is no weight', () => {
    assert.deepEqual([lensStep(-1, 1), lensStep(2, 1), lensStep(0, 0)], [0, lensSteps, 0]);
  });
});

describe('mostWeight', () => {
  it('does not count what special tokens get', () => {
    assert.equal(
      mostWeight(lensKeys([token(0, 0), token(0, 1), token(1, 2)], Float32Array.of(0.5, 0.125, 0.25), 'sum')),
      0.25,
    );
    assert.equal(mostWeight([]), 0);
  });
});

describe('heaviestKeys', () => {
  it('orders by weight, then by place, without those that get nothing', () => {
    const keys = lensKeys(
      [0, 1, 2, 3, 4].map(i => token(i, i + 1)),
      Float32Array.of(0.25, 0, 0.5, 0.25, 0),
      'sum',
    );
    assert.deepEqual(
      heaviestKeys(keys, 10).map(k => k.token),
      [2, 0, 3],
    );
    assert.deepEqual(
      heaviestKeys(keys, 2).map(k => k.token),
      [2, 0],
    );
    assert.deepEqual(
      keys.map(k => k.token),
      [0, 1, 2, 3, 4],
      'the keys themselves stay as they are',
    );
  });
});
