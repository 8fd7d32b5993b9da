import assert from 'node:assert/strict';
import { alignTexts, isShared } from '../../../../core/attention/compare/alignTexts';
import type { Token } from '../../../../core/text/token';

const special = (text: string, at = 0): Token => ({ id: 0, text, start: at, end: at, special: true });

/** Tokens of these pieces, one behind the other. */
function read(...pieces: string[]): { text: string; tokens: Token[] } {
  let text = '';
  const tokens = pieces.map((piece): Token => {
    const start = text.length;
    text += piece;
    return { id: piece.length, text: piece, start, end: text.length, special: false };
  });
  return { text, tokens };
}

describe('the tokens of two runs', () => {
  it('of two texts are aligned by what they read', () => {
    const places = alignTexts(read('a', ' =', ' b', ';'), read('let', ' a', ' =', ' b', ' +', ' c', ';'));
    assert.deepEqual(
      places.filter(({ one, other }) => one !== undefined && other !== undefined),
      [
        { one: 1, other: 2 },
        { one: 2, other: 3 },
        { one: 3, other: 6 },
      ],
    );
    assert.equal(places.length, 4 + 7 - 3);
  });

  it('of one text are aligned by where they lie, whatever the vocabularies call them', () => {
    const one = read('pay', 'ment', ' due');
    // Another tokenizer lowers, and leaves white space out of its tokens.
    const other = {
      text: one.text,
      tokens: [
        special('[CLS]'),
        { id: 7, text: 'payment', start: 0, end: 7, special: false },
        { id: 8, text: 'DUE', start: 7, end: 11, special: false },
      ],
    };
    assert.deepEqual(alignTexts(one, other), [
      { one: 0 },
      { one: 1 },
      { other: 0 },
      { other: 1 },
      { one: 2, other: 2 },
    ]);
  });

  it('tells the parts of one character, and special tokens by name', () => {
    const part = (index: number): Token => ({
      id: index,
      text: '🍋',
      start: 0,
      end: 2,
      special: false,
      part: { index, count: 2 },
    });
    const lemon = { text: '🍋', tokens: [special('<s>'), part(0), part(1)] };
    assert.deepEqual(alignTexts(lemon, { text: '🍋', tokens: [part(0), part(1)] }), [
      { one: 0 },
      { one: 1, other: 0 },
      { one: 2, other: 1 },
    ]);
  });

  it('of two texts in two vocabularies are aligned by their characters', () => {
    const one = read('const', ' item', 's', ' =', ' 1');
    // In capitals, as a tokenizer might write it, and with spaces as tokens.
    const other = read('const', ' ', 'old', ' item', 's', ' =', ' 1');
    const renamed = { ...other, tokens: other.tokens.map(token => ({ ...token, text: token.text.toUpperCase() })) };
    assert.deepEqual(alignTexts(one, renamed).filter(isShared), [
      { one: 0, other: 0 },
      { one: 1, other: 3 },
      { one: 2, other: 4 },
      { one: 3, other: 5 },
      { one: 4, other: 6 },
    ]);
  });
});
