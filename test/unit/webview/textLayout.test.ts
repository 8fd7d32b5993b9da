import assert from 'node:assert/strict';
import type { Token } from '../../../core/text/token';
import { layOutText, partText } from '../../../webview/tokens/textLayout';

const token = (text: string, start: number, end = start + text.length, rest: Partial<Token> = {}): Token => ({
  id: 1,
  text,
  start,
  end,
  special: false,
  ...rest,
});

describe('layOutText', () => {
  it('lays each token where it stands, and what is between', () => {
    const pieces = layOutText('a b', [token('<s>', 0, 0, { special: true }), token('a', 0), token('b', 2)]);
    assert.deepEqual(pieces, [
      { kind: 'token', index: 0, text: '' },
      { kind: 'token', index: 1, text: 'a' },
      { kind: 'gap', text: ' ' },
      { kind: 'token', index: 2, text: 'b' },
    ]);
  });

  it('draws a character once that several tokens share', () => {
    const text = 'x😀!';
    const part = (index: number) => token('\ufffd', 1, 3, { part: { index, count: 3 } });
    assert.deepEqual(layOutText(text, [token('x', 0), part(0), part(1), part(2), token('!', 3)]), [
      { kind: 'token', index: 0, text: 'x' },
      { kind: 'shared', indices: [1, 2, 3], text: '😀' },
      { kind: 'token', index: 4, text: '!' },
    ]);
  });

  it('keeps apart two characters in a row that are split', () => {
    const pieces = layOutText(
      '😀😀',
      [0, 0, 2, 2].map((start, i) => token('\ufffd', start, start + 2, { part: { index: i % 2, count: 2 } })),
    );
    assert.deepEqual(
      pieces.map(piece => (piece.kind === 'shared' ? piece.indices : [])),
      [
        [0, 1],
        [2, 3],
      ],
    );
  });

  it('draws what tokens overlap once, with what follows the last token', () => {
    const text = ' 😀 end';
    const pieces = layOutText(text, [token(' \ufffd', 0, 3), token('\ufffd', 1, 3)]);
    assert.deepEqual(pieces, [
      { kind: 'shared', indices: [0, 1], text: ' 😀' },
      { kind: 'gap', text: ' end' },
    ]);
  });

  it('gives the text back, whatever the tokens', () => {
    const text = 'ab\r\nc';
    const pieces = layOutText(text, [
      token('ab', 0),
      token('\r', 2, 4),
      token('\n', 2, 4),
      token('</s>', 5, 5, { special: true }),
    ]);
    assert.equal(pieces.map(piece => piece.text).join(''), text);
  });
});

describe('partText', () => {
  it('parts what shows from what needs a mark', () => {
    assert.deepEqual(
      partText('a b\t\r\nc\u0000').map(({ kind }) => kind),
      ['text', 'space', 'text', 'tab', 'newline', 'text', 'mark'],
    );
  });

  it('leaves emoji, combining marks and joiners inside words whole', () => {
    for (const text of ['👩‍👩‍👧', 'e\u0301', 'می\u200cخواهم', '☀️']) {
      assert.deepEqual(partText(text), [{ kind: 'text', text }]);
    }
  });

  it('marks what has no width and stands alone', () => {
    assert.deepEqual(
      partText('\u200bx').map(({ kind }) => kind),
      ['mark', 'text'],
    );
    assert.deepEqual(
      partText('\ufeff').map(({ kind }) => kind),
      ['mark'],
    );
    assert.deepEqual(
      partText('\ud83d').map(({ kind }) => kind),
      ['mark'],
    );
  });
});
