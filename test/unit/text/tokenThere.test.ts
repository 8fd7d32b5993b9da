import assert from 'node:assert/strict';
import { tokenThere } from '../../../core/text/tokenThere';

/** A text read as these tokens; one in angle brackets stands for no text. */
function read(...pieces: string[]) {
  let text = '';
  const tokens = pieces.map((piece, id) => {
    const special = piece.startsWith('<');
    const start = text.length;
    if (!special) text += piece;
    return { id, text: piece, start, end: text.length, special };
  });
  return { text, tokens };
}

describe('tokenThere', () => {
  const john = read('<s>', 'Then', ' John', ' gave', ' it', '<e>');

  it('finds the tokens before and behind an edit, and what stands in its place', () => {
    const mary = read('<s>', 'Then', ' old', ' Mary', ' gave', ' it', '<e>');
    assert.deepEqual(
      john.tokens.map((_, i) => tokenThere(i, john, mary)),
      [0, 1, 2, 4, 5, 6],
    );
  });

  it('finds none where there is none', () => {
    assert.equal(tokenThere(4, john, read('<s>', 'Then')), undefined);
    assert.equal(tokenThere(9, john, john), undefined);
  });

  it('tells parts of a character from each other', () => {
    const part = (index: number) => ({ id: 1, text: '�', start: 0, end: 2, special: false, part: { index, count: 2 } });
    const lemon = { text: '🍋', tokens: [part(0), part(1)] };
    assert.deepEqual([tokenThere(0, lemon, lemon), tokenThere(1, lemon, lemon)], [0, 1]);
  });
});
