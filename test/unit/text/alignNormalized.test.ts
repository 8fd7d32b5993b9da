import assert from 'node:assert/strict';
import { alignTokens } from '../../../core/text/alignTokens';
import { tokenizerFamily } from '../../../core/text/tokenizerFamily';
import { TestTokenizer } from './tokenizerFixtures';

/** What transformers.js does otherwise than the Rust library, and settings that no recorded tokenizer has. */
describe('alignTokens with text changed as transformers.js changes it', () => {
  it('follows a final sigma through lower case', () => {
    for (const name of ['bert-uncased', 'clip', 'xlm']) {
      const text = 'ΟΔΟΣ the';
      const tokens = ranges(TestTokenizer.recorded(name), text);
      assert.equal(tokens[0][0], 0, name);
      assert.ok(tokens.some(([, end]) => end === 4) && tokens.some(([start, end]) => start === 5 && end === 8), name);
    }
  });

  it('drops a byte order mark with white space, as JavaScript counts it', () => {
    assert.deepEqual(ranges(TestTokenizer.recorded('word-level'), 'the\ufeff list'), [
      [0, 3],
      [5, 9],
    ]);
  });

  it('finds words behind the charsmap of SentencePiece', () => {
    const tokenizer = TestTokenizer.changed('xlm-roberta', {
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Precompiled', precompiled_charsmap: '' },
          { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
        ],
      },
    });
    const text = 'the\u0007 \t ﬁne\u3000items';
    const held = ranges(tokenizer, text)
      .filter(([start, end]) => end > start)
      .map(([start, end]) => text.slice(start, end));
    assert.equal(held[0][0], 't');
    assert.equal(held.filter(part => part.includes('ﬁ')).length, 2);
    assert.equal(held.at(-1), '\u3000items');
  });

  it('collapses spaces and takes accents off where tokenizer_config.json says so', () => {
    const tokenizer = TestTokenizer.changed(
      'xlm',
      { normalizer: null },
      { remove_space: true, do_lowercase_and_remove_accent: true },
    );
    const text = '  THE \n items  ÖF';
    assert.deepEqual(
      ranges(tokenizer, text)
        .filter(([start, end]) => end > start)
        .map(([start, end]) => text.slice(start, end))
        .slice(0, 2),
      ['THE', 'items'],
    );
    assert.equal(Math.max(...ranges(tokenizer, text).map(([, end]) => end)), text.length);
  });

  it('gives an unknown word all of it, one of over a hundred letters too', () => {
    const text = `the ${'e'.repeat(150)}☃ of`;
    assert.deepEqual(ranges(TestTokenizer.recorded('bert-cased'), text), [
      [0, 0],
      [0, 3],
      [4, 155],
      [156, 158],
      [158, 158],
    ]);
  });

  it('strips the white space that an added token takes', () => {
    const family = tokenizerFamily({
      added_tokens: [{ content: '<mask>', lstrip: true, rstrip: true, special: true }],
      decoder: { type: 'ByteLevel' },
    });
    const tokens = alignTokens('a  <mask>  b', [piece('a'), { ...piece('<mask>'), special: true }, piece('b')], family);
    assert.deepEqual(
      tokens.map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [1, 11],
        [11, 12],
      ],
    );
  });

  it('finds an added token behind text that gave no token', () => {
    const family = tokenizerFamily({
      decoder: { type: 'ByteLevel' },
      added_tokens: [{ content: '</s>', special: true }],
    });
    const tokens = alignTokens('a☃</s>b', [piece('a'), { ...piece('</s>'), special: true }, piece('b')], family);
    assert.deepEqual(
      tokens.map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [2, 6],
        [6, 7],
      ],
    );
  });

  it('finds an added token whose text is changed with the rest', () => {
    const family = tokenizerFamily({
      normalizer: { type: 'Lowercase' },
      added_tokens: [{ content: 'new york', normalized: true, special: false }],
    });
    const tokens = alignTokens('a New York b', [piece('a'), piece('new york'), piece('b')], family);
    assert.deepEqual(
      tokens.map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [2, 10],
        [11, 12],
      ],
    );
  });

  it('reads runs of spaces that are added tokens', () => {
    const family = tokenizerFamily({
      decoder: { type: 'ByteLevel' },
      added_tokens: [{ content: '    ', normalized: false, special: false }],
    });
    const tokens = alignTokens('a     b', [piece('a'), piece('    '), piece('Ġb')], family);
    assert.deepEqual(
      tokens.map(({ text, start, end }) => [text, start, end]),
      [
        ['a', 0, 1],
        ['    ', 1, 5],
        [' b', 5, 7],
      ],
    );
  });
});

function piece(written: string) {
  return { id: 0, piece: written, special: false };
}

function ranges(tokenizer: TestTokenizer, text: string): [number, number][] {
  return alignTokens(text, tokenizer.pieces(text), tokenizer.family).map(({ start, end }) => [start, end]);
}
