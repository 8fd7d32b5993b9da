import assert from 'node:assert/strict';
import { alignTokens, type Piece } from '../../../core/text/alignTokens';
import type { Token } from '../../../core/text/token';
import { tokenizerFamily } from '../../../core/text/tokenizerFamily';
import { TestTokenizer } from './tokenizerFixtures';

describe('alignTokens with the built-in models', () => {
  const gpt = TestTokenizer.builtIn('tiny-code-gpt');
  const dates = TestTokenizer.builtIn('tiny-dates');
  const aligned = (tokenizer: TestTokenizer, text: string) =>
    alignTokens(text, tokenizer.pieces(text), tokenizer.family);

  it('gives the range and the text of each word, and none to the token before the text', () => {
    assert.equal(
      aligned(gpt, 'const items = [1];').map(short).join(' | '),
      '<|endoftext|> 0–0 | const 0–5 |  items 5–11 |  = 11–13 |  [ 13–15 | 1 15–16 | ]; 16–18',
    );
  });

  it('keeps tabs and the halves of CRLF apart', () => {
    assert.equal(aligned(gpt, 'a\r\n\tb').slice(1).map(short).join(' | '), 'a 0–1 | \r 1–2 | \n 2–3 | \t 3–4 | b 4–5');
  });

  it('maps every byte of an emoji with joiners to all of it, numbered', () => {
    const text = 'x👩‍👧y';
    const [first, ...rest] = aligned(gpt, text).slice(1);
    const last = rest.pop();
    assert.deepEqual([short(first), last && short(last)], ['x 0–1', 'y 6–7']);
    assert.deepEqual(
      rest.map(({ start, end }) => text.slice(start, end)),
      rest.map(() => '👩‍👧'),
    );
    assert.deepEqual(
      rest.map(({ part }) => part),
      rest.map((_, index) => ({ index, count: rest.length })),
    );
    assert.deepEqual([...new Set(rest.map(token => token.text))], ['👩', '\u200d', '👧']);
  });

  it('parts flags into flags, not into letters', () => {
    const text = '🇩🇪🇫🇷';
    const tokens = aligned(gpt, text).slice(1);
    assert.deepEqual([...new Set(tokens.map(({ start, end }) => text.slice(start, end)))], ['🇩🇪', '🇫🇷']);
    assert.ok(tokens.every(({ part }) => part?.count === tokens.length / 2));
  });

  it('widens a token that ends within a character, and numbers it with those that go on', () => {
    const family = tokenizerFamily({ decoder: { type: 'ByteLevel' } });
    const tokens = alignTokens(' 🙂', pieces('ĠðŁ', 'Ļ', 'Ĥ'), family);
    assert.equal(tokens.map(short).join(' | '), ' 🙂 0–3 part 0 of 3 | 🙂 1–3 part 1 of 3 | 🙂 1–3 part 2 of 3');
  });

  it('shares a letter between its base and its accent', () => {
    const tokens = alignTokens(
      'cafe\u0301s',
      pieces('cafe', 'Ìģ', 's'),
      tokenizerFamily({ decoder: { type: 'ByteLevel' } }),
    );
    assert.equal(tokens.map(short).join(' | '), 'cafe 0–5 part 0 of 2 | \u0301 3–5 part 1 of 2 | s 5–6');
  });

  it('takes a special token that is written in the text for what it is', () => {
    assert.equal(
      aligned(gpt, '<|endoftext|>a</s>').map(short).join(' | '),
      '<|endoftext|> 0–0 | <|endoftext|> 0–13 | a 13–14 | </s> 14–18',
    );
    const text = '<|endoftext|>a';
    assert.equal(
      alignTokens(text, gpt.pieces(text).slice(1), gpt.family).map(short).join(' | '),
      '<|endoftext|> 0–13 | a 13–14',
    );
  });

  it('survives lone surrogates and NULs with right ranges', () => {
    const text = 'a\ud800b\u0000c\udc00';
    const tokens = aligned(gpt, text).slice(1);
    assert.deepEqual(
      [...new Set(tokens.map(({ start, end }) => `${start}-${end}`))],
      ['0-1', '1-2', '2-3', '3-4', '4-5', '5-6'],
    );
  });

  it('covers right-to-left text in the order of its letters', () => {
    const text = 'שלום مرحبا';
    assertCovers(aligned(gpt, text), text);
  });

  it('gives an empty text only tokens without a range', () => {
    for (const tokenizer of [gpt, dates]) {
      assert.ok(aligned(tokenizer, '').every(({ start, end }) => start === 0 && end === 0));
    }
    assert.deepEqual(alignTokens('abc', [], gpt.family), []);
  });

  it('lets tokens cover only the beginning, with the special token at the end kept', () => {
    const classifier = TestTokenizer.builtIn('tiny-code-classifier');
    const text = 'const items = [1];';
    const all = classifier.pieces(text);
    const tokens = alignTokens(text, [...all.slice(0, 3), all[all.length - 1]], classifier.family);
    assert.equal(tokens.map(short).join(' | '), '<s> 0–0 | const 0–5 |  items 5–11 | </s> 11–11');
  });

  it('follows characters through lower case, and unknown ones one by one', () => {
    assert.equal(
      aligned(dates, 'Mar\r\n5 İ').map(short).join(' | '),
      '<s> 0–0 | m 0–1 | a 1–2 | r 2–3 | <unk> 3–4 | <unk> 4–5 | 5 5–6 |   6–7 | i 7–8 part 0 of 2 | <unk> 7–8 part 1 of 2 | </s> 8–8',
    );
  });

  it('takes unknown characters for the same whether the caller calls them special or not', () => {
    const text = 'may☃3';
    const plain = dates.pieces(text).map(piece => ({ ...piece, special: false }));
    assert.deepEqual(alignTokens(text, plain, dates.family).map(short), aligned(dates, text).map(short));
  });
});

function pieces(...written: string[]): Piece[] {
  return written.map((piece, id) => ({ id, piece, special: false }));
}

/** "const 0–5": a token's text and range, and which part of what character it is. */
function short({ text, start, end, part }: Token): string {
  return `${text} ${start}–${end}${part ? ` part ${part.index} of ${part.count}` : ''}`;
}

function assertCovers(tokens: readonly Token[], text: string): void {
  let covered = 0;
  for (const { start, end } of tokens) {
    assert.ok(start <= covered, `nothing covers ${covered}–${start}`);
    covered = Math.max(covered, end);
  }
  assert.equal(covered, text.length);
}
