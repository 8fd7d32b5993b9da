import assert from 'node:assert/strict';
import { textSegments } from '../../../core/text/textSegments';
import { oddRun, referenceRun } from '../export/exportedRuns';

const token = (start: number, end: number, more = {}) => ({ id: 0, text: '', start, end, special: false, ...more });

describe('textSegments', () => {
  it('shows every character once, and tokens without text by their labels', () => {
    const { run } = referenceRun();
    const segments = textSegments(run.text, run.tokens);
    assert.equal(segments.map(({ text }) => text).join(''), `<|endoftext|>${run.text.replaceAll('\n', '↵\n')}`);
    assert.deepEqual(
      segments.flatMap(({ tokens }) => tokens),
      run.tokens.map((_, i) => i),
    );
  });

  it('gives tokens that share a character one segment', () => {
    const { run } = oddRun();
    assert.deepEqual(textSegments(run.text, run.tokens).at(-1), { text: '😀', tokens: [12, 13] });
  });

  it('keeps what lies between, before and behind tokens, and tokens that overlap', () => {
    assert.deepEqual(textSegments('abcdef', [token(1, 3), token(2, 4), token(5, 5, { text: 'x', special: true })]), [
      { text: 'a', tokens: [] },
      { text: 'bc', tokens: [0] },
      { text: 'd', tokens: [1] },
      { text: 'x', tokens: [2] },
      { text: 'ef', tokens: [] },
    ]);
  });

  it('shows what cannot be seen, and leaves spaces', () => {
    assert.deepEqual(textSegments('a  b\t\r\n\u202e\0', []), [{ text: 'a  b→↵\n⟨RLO⟩␀', tokens: [] }]);
  });
});
