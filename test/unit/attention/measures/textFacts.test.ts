import assert from 'node:assert/strict';
import { textFacts } from '../../../../core/attention/textFacts';
import { tokensOf } from './support/heads';

const factsOf = (...pieces: string[]) => {
  const { text, tokens } = tokensOf(...pieces);
  return textFacts(text, tokens);
};

describe('textFacts', () => {
  it('gives a line break to the line it ends, and indentation to the token behind it', () => {
    assert.deepEqual(
      [...factsOf('⟨s⟩', 'if', ':', '\n', '  return', '\r\n', 'x', '\n  y').lines],
      [-1, 0, 0, 0, 1, 1, 2, 3],
    );
    assert.deepEqual([...factsOf('a', '\n\n', 'b').lines], [0, 0, 2]);
  });

  it('takes the pieces of a word or name for one word', () => {
    const { words } = factsOf('⟨s⟩', 'The', ' an', 'imal', ' did', 'n', "'t", ' my', '_', 'name', '.', 'log');
    assert.deepEqual([...words], [-1, 0, 1, 1, 2, 2, 2, 3, 3, 3, -1, 4]);
  });

  it('tells words apart where no spaces are written', () => {
    const { words } = factsOf('私', 'は', '学', '生', '。');
    assert.equal(words[4], -1);
    assert.equal(words[2], words[3]);
    assert.ok(words[0] < words[1] && words[1] < words[2]);
  });

  it('takes an opened quote for none where it is an apostrophe or the line ends', () => {
    assert.deepEqual(factsOf('don', "'", 't', ' it', "'", 's').pairs, []);
    assert.deepEqual(factsOf("'", 'a', '\n', 'b', "'").pairs, []);
  });

  it('matches nested brackets and quotes', () => {
    const { pairs } = factsOf('f', '(', 'a', '[', '"', ')', '"', ']', ')', ')');
    assert.deepEqual(pairs, [
      { open: 4, close: 6 },
      { open: 3, close: 7 },
      { open: 1, close: 8 },
    ]);
  });

  it('matches brackets that share a token with others', () => {
    assert.deepEqual(factsOf('f', '((', 'a', '))', '()').pairs, [
      { open: 1, close: 3 },
      { open: 1, close: 3 },
    ]);
  });

  it('knows separators', () => {
    const { separators } = factsOf('⟨s⟩', 'a', ',', ' b', ');', '\n  ', ' ', 'c.', '。', '(', '⟨/s⟩');
    assert.deepEqual([...separators], [1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1]);
  });

  it('tells equal tokens, but special ones', () => {
    const { ids } = factsOf('⟨s⟩', 'a', 'b', 'a', '⟨s⟩');
    assert.equal(ids[1], ids[3]);
    assert.notEqual(ids[1], ids[2]);
    assert.deepEqual([ids[0], ids[4]], [-1, -1]);
  });

  it('takes a text without tokens', () => {
    assert.deepEqual(factsOf().pairs, []);
    assert.equal(factsOf().tokens, 0);
  });
});
