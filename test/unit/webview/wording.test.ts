import assert from 'node:assert/strict';
import type { Token } from '../../../core/text/token';
import { findTokens } from '../../../webview/tokens/findTokens';
import {
  formatExactly,
  formatWeight,
  quotedToken,
  spokenCell,
  spokenToken,
  tokenLabel,
} from '../../../webview/run/wording';
import { duration } from '../../../webview/common/duration';

const token = (text: string, start = 0, rest: Partial<Token> = {}): Token => ({
  id: 1,
  text,
  start,
  end: start + text.length,
  special: false,
  ...rest,
});
const quarter = token('\ufffd', 0, { end: 2, part: { index: 0, count: 4 } });

describe('wording', () => {
  it('labels tokens so that nothing is unseen', () => {
    assert.equal(tokenLabel(token(' of'), ' of'), '·of');
    assert.equal(tokenLabel(token('\n '), '\n '), '↵·');
    assert.equal(tokenLabel(quarter, '😀'), '1/4 of 😀');
    assert.equal(tokenLabel(token(''), ''), '‹empty›');
  });

  it('quotes tokens as they stand', () => {
    assert.equal(quotedToken(token(' of'), ' of'), '“ of”');
    assert.equal(quotedToken(token('\n'), '\n'), '“↵”');
    assert.equal(quotedToken(token('  '), '  '), '“··”');
    assert.equal(quotedToken(quarter, '😀'), '“1/4 of 😀”');
  });

  it('speaks tokens', () => {
    assert.equal(spokenToken(token(' of'), ' of'), 'of');
    assert.equal(spokenToken(token('\n  '), '\n  '), 'line break');
    assert.equal(spokenToken(token('  '), '  '), '2 spaces');
    assert.equal(spokenToken(quarter, '😀'), 'part 1 of 4 of 😀');
    assert.equal(
      spokenCell(
        { index: 25, token: token('item'), text: 'item' },
        { index: 16, token: token(' of'), text: ' of' },
        0.6123,
      ),
      'query 25 item, key 16 of, weight 0.61',
    );
  });

  it('writes numbers as far as they say something', () => {
    assert.deepEqual([0, 0.612, 1, 0.00341, 0.00001].map(formatWeight), ['0', '0.61', '1.00', '0.0034', '<0.0001']);
    assert.deepEqual([-0.612, -0.00341, -0.00001].map(formatWeight), ['−0.61', '−0.0034', '>−0.0001']);
    assert.deepEqual([0, 0.6123456, 0.00001].map(formatExactly), ['0', '0.6123', '1.0e-5']);
    assert.deepEqual([38.4, 1240].map(duration), ['38 ms', '1.2 s']);
  });
});

describe('findTokens', () => {
  const text = 'const items = item;';
  const tokens = [
    token('<s>', 0, { end: 0, special: true }),
    token('const', 0),
    token(' it', 5),
    token('ems', 8),
    token(' =', 11),
    token(' item', 13),
    token(';', 18),
  ];

  it('finds words, also those that were split', () => {
    assert.deepEqual(findTokens(text, tokens, 'ITEM'), [2, 5]);
    assert.deepEqual(findTokens(text, tokens, 'items'), [2]);
  });

  it('finds places that overlap', () => {
    const pairs = [token('ba', 0), token('na', 2), token('na', 4)];
    assert.deepEqual(findTokens('banana', pairs, 'ana'), [0, 1]);
    const letters = Array.from('aaaa', (letter, at) => token(letter, at));
    assert.deepEqual(findTokens('aaaa', letters, 'aa'), [0, 1, 2]);
  });

  it('finds special tokens and numbers', () => {
    assert.deepEqual(findTokens(text, tokens, '<s'), [0]);
    assert.deepEqual(findTokens(text, tokens, '#6'), [6]);
    assert.deepEqual(findTokens(text, tokens, '#7'), []);
  });

  it('finds nothing for nothing', () => {
    assert.deepEqual(findTokens(text, tokens, ''), []);
    assert.deepEqual(findTokens(text, tokens, 'nowhere'), []);
  });
});
