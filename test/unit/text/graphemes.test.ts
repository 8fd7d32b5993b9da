import assert from 'node:assert/strict';
import { characterBounds } from '../../../core/text/characterBounds';
import { graphemes } from '../../../core/text/graphemes';

const texts = [
  '',
  'abc',
  'cafe\u0301s',
  '👩‍👩‍👧👍🏽🇩🇪🇫🇷🇬x',
  '1️⃣2',
  '\u0600\u0661 \u06001',
  'كِتاب',
  'นี้',
  'कि क्षि',
  '\u1112\u1161\u11ab',
  'a\r\nb',
  'é\r\né',
  '\ud800a\udc00',
  'é.\u0301',
  '\u0301\u0301',
  `e${'\u0301'.repeat(700)}x`,
  '🇩🇪'.repeat(300),
  `x${'👩‍'.repeat(300)}y`,
  'é中'.repeat(400),
];

describe('graphemes', () => {
  it('are those of Intl.Segmenter, window by window', () => {
    for (const text of texts) {
      assert.deepEqual(
        [...graphemes(text)],
        [...new Intl.Segmenter().segment(text)].map(({ segment, index }) => ({ segment, index })),
        text.slice(0, 20),
      );
    }
  });
});

describe('characterBounds', () => {
  it('are the graphemes, but for CRLF', () => {
    for (const text of texts) {
      const { start, end } = characterBounds(text);
      for (const { segment, index } of new Intl.Segmenter().segment(text)) {
        for (let i = index; i < index + segment.length; i++) {
          const expected = segment === '\r\n' ? [i, i + 1] : [index, index + segment.length];
          assert.deepEqual([start[i], end[i]], expected, `${i} of ${JSON.stringify(text.slice(0, 20))}`);
        }
      }
    }
  });
});
