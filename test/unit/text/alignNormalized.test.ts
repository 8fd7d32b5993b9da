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

  const decoder = { type: 'ByteLevel' };
  const addedTokens = [
    {
      what: 'with the white space that it takes',
      settings: { decoder, added_tokens: [{ content: '<mask>', lstrip: true, rstrip: true, special: true }] },
      pieces: { a: '0–1', '<mask>': '1–11', b: '11–12' },
      text: 'a  <mask>  b',
    },
    {
      what: 'behind text that gave no token',
      settings: { decoder, added_tokens: [{ content: '</s>', special: true }] },
      pieces: { a: '0–1', '</s>': '2–6', b: '6–7' },
      text: 'a☃</s>b',
    },
    {
      what: 'whose text is changed with the rest',
      settings: {
        normalizer: { type: 'Lowercase' },
        added_tokens: [{ content: 'new york', normalized: true, special: false }],
      },
      pieces: { a: '0–1', 'new york': '2–10', b: '11–12' },
      text: 'a New York b',
    },
    {
      what: 'that is a run of spaces',
      settings: { decoder, added_tokens: [{ content: '    ', normalized: false, special: false }] },
      pieces: { a: '0–1', '    ': '1–5', Ġb: '5–7' },
      text: 'a     b',
    },
  ];
  for (const { what, settings, text, pieces } of addedTokens) {
    it(`finds an added token ${what}`, () => {
      const special = new Set(settings.added_tokens.filter(added => added.special).map(({ content }) => content));
      const tokens = alignTokens(
        text,
        Object.keys(pieces).map(written => ({ ...piece(written), special: special.has(written) })),
        tokenizerFamily(settings),
      );
      assert.deepEqual(
        tokens.map(({ start, end }) => `${start}–${end}`),
        Object.values(pieces),
      );
    });
  }
});

function piece(written: string) {
  return { id: 0, piece: written, special: false };
}

function ranges(tokenizer: TestTokenizer, text: string): [number, number][] {
  return alignTokens(text, tokenizer.pieces(text), tokenizer.family).map(({ start, end }) => [start, end]);
}
