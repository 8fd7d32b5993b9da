import assert from 'node:assert/strict';
import { visibleText } from '../../../core/text/visibleText';

describe('visibleText', () => {
  const cases: [string, string][] = [
    ['items', 'items'],
    ['', ''],
    [' items', '·items'],
    ['    ', '····'],
    ['a\tb', 'a→b'],
    ['\n', '↵'],
    ['\r\n', '␍↵'],
    ['\u0000\u001b\u007f', '␀␛␡'],
    ['\u0085', '⟨U+0085⟩'],
    ['\u200d', '⟨ZWJ⟩'],
    ['a\u200bb', 'a⟨ZWSP⟩b'],
    ['\u202ea', '⟨RLO⟩a'],
    ['\u00a0', '⟨NBSP⟩'],
    ['\u2003', '⟨U+2003⟩'],
    ['\ufeff', '⟨BOM⟩'],
    ['👩‍👧', '👩‍👧'],
    ['❤️', '❤️'],
    ['1️⃣', '1️⃣'],
    ['🇩🇪', '🇩🇪'],
    ['🇩', '🇩'],
    ['\ufe0f', '⟨U+FE0F⟩'],
    ['\u0301', '◌\u0301'],
    ['e\u0301', 'e\u0301'],
    ['é中שلا', 'é中שلا'],
    ['\ud83d', '⟨U+D83D⟩'],
    ['\ufffd', '\ufffd'],
    ['\u{e0067}', '⟨U+E0067⟩'],
  ];
  for (const [text, shown] of cases) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(shown)}`, () => assert.equal(visibleText(text), shown));
  }

  it('shows a long text quickly', () => {
    assert.equal(visibleText('中 '.repeat(20_000)), '中·'.repeat(20_000));
  });
});
