import assert from 'node:assert/strict';
import type { Token } from '../../../core/text/token';
import { caretToken } from '../../../extension/lens/caretToken';

/** Tokens of a text from its pieces; a piece in null is left out. */
function tokens(...pieces: (string | { drop: string })[]): { tokens: Token[]; text: string } {
  let text = '';
  const found: Token[] = [];
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : piece.drop;
    if (typeof piece === 'string') {
      found.push({ id: 0, text: part, start: text.length, end: text.length + part.length, special: part === '' });
    }
    text += part;
  }
  return { tokens: found, text };
}

describe('caretToken', () => {
  it('is the token under the caret, and behind a word that word', () => {
    const { tokens: list, text } = tokens('const', ' item', ' =', ' 1', ';', '\n', '  ');
    const at = (offset: number) => caretToken(list, text, offset);
    assert.deepEqual([0, 2, 5, 6, 10, 12, 14, 15, 16, 18].map(at), [0, 0, 0, 1, 1, 2, 4, 4, 6, 6]);
  });

  it('is the last one at the end of the text', () => {
    const { tokens: list, text } = tokens('a', 'b');
    assert.equal(caretToken(list, text, 2), 1);
  });

  it('is a neighbour in white space that no token stands for', () => {
    const { tokens: list, text } = tokens('', { drop: '   ' }, 'a', { drop: '    ' }, 'b', '');
    assert.equal(caretToken(list, text, 1), 1, 'the first word, not [CLS]');
    assert.equal(caretToken(list, text, 6), 1);
    assert.equal(caretToken(list, text, 8), 2);
  });

  it('is none where no token stands for text', () => {
    assert.equal(caretToken([], '', 0), undefined);
    assert.equal(caretToken(tokens('', '').tokens, '', 0), undefined);
  });
});
