import assert from 'node:assert/strict';
import type { Token } from '../../../core/text/token';
import { tokenAt } from '../../../core/text/tokenAt';

describe('tokenAt', () => {
  const tokens = [
    [0, 0],
    [0, 5],
    [5, 11],
    [12, 14],
    [12, 14],
    [14, 14],
  ].map(([start, end], id): Token => ({ id, text: '', start, end, special: start === end }));

  it('gives the token that holds the offset, the one that starts there at a boundary', () => {
    assert.deepEqual(
      [0, 4, 5, 10].map(offset => tokenAt(tokens, offset)),
      [1, 1, 2, 2],
    );
  });

  it('gives the first of several that share a character', () => {
    assert.deepEqual(
      [12, 13].map(offset => tokenAt(tokens, offset)),
      [3, 3],
    );
  });

  it('gives the last token at the end of the text, and the one that ends where none starts', () => {
    assert.deepEqual(
      [14, 11].map(offset => tokenAt(tokens, offset)),
      [4, 2],
    );
  });

  it('gives none beyond the tokens, between them, or without any', () => {
    const apart = [{ ...tokens[1] }, { ...tokens[3], start: 8, end: 9 }];
    assert.deepEqual(
      [tokenAt(tokens, 15), tokenAt(tokens, -1), tokenAt(apart, 6), tokenAt([], 0), tokenAt([tokens[0]], 0)],
      Array(5).fill(undefined),
    );
  });
});
