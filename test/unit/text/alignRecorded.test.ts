import assert from 'node:assert/strict';
import { alignTokens } from '../../../core/text/alignTokens';
import { recorded, recordedFamilies, TestTokenizer, type RecordedToken } from './tokenizerFixtures';

describe('alignTokens against the Rust library', () => {
  for (const name of recordedFamilies) {
    describe(name, () => {
      const { family } = TestTokenizer.recorded(name);
      for (const [sample, { text, tokens }] of Object.entries(recorded(name))) {
        it(`finds the tokens of "${sample}" where the library says they are`, () => {
          const found = alignTokens(text, tokens, family);
          assert.deepEqual(
            found.map(({ start, end }, i) =>
              standsForNoText(tokens, i) ? [tokens[i].piece, start === end] : [tokens[i].piece, start, end],
            ),
            tokens.map((token, i) =>
              standsForNoText(tokens, i) ? [token.piece, true] : [token.piece, ...token.characters],
            ),
          );
          assertMonotone(found, text);
        });
      }
    });
  }
});

/**
 * Special tokens around the text, and a space that the tokenizer put before a word: the library gives that the range of
 * the word's first character, which the word's own token has too.
 */
function standsForNoText(tokens: readonly RecordedToken[], index: number): boolean {
  const { piece, special, offsets } = tokens[index];
  if (special && offsets[1] === 0) return true;
  const next = tokens[index + 1];
  return /^[▁Ġ]$/.test(piece) && !next?.special && next?.offsets[0] === offsets[0];
}

function assertMonotone(tokens: readonly { start: number; end: number }[], text: string): void {
  let last = { start: 0, end: 0 };
  for (const { start, end } of tokens) {
    assert.ok(
      start >= last.start && end >= last.end && start <= end && end <= text.length,
      `${start}–${end} after ${last.start}–${last.end}`,
    );
    last = { start, end };
  }
}
