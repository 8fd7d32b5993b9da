import assert from 'node:assert/strict';
import { plainLine } from '../../../core/text/plainLine';
import { hostileTexts } from '../support/hostileTexts';

describe('plainLine', () => {
  it('shows what breaks a line, turns the direction or speaks to a terminal as signs', () => {
    assert.equal(plainLine('a\nb\r\nc\rd\u2028e'), 'a↵b↵c␍d⟨LS⟩e');
    assert.equal(plainLine('a\u202egpj.exe\u2069'), 'a⟨RLO⟩gpj.exe⟨PDI⟩');
    assert.equal(plainLine('\u001b[31mred\u0000\u009b'), '␛[31mred␀⟨U+009B⟩');
    assert.equal(plainLine('\ud800x'), '⟨U+D800⟩x');
  });

  it('leaves words of all scripts as they are', () => {
    for (const text of ['a  b', 'naïve – “x”', 'می‌خواهم', 'क्‍ष', 'שלום', '👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'e\u0301', 'a\u00a0b']) {
      assert.equal(plainLine(text), text);
    }
  });

  for (const [what, text] of Object.entries(hostileTexts)) {
    it(`${what} is one line`, () => {
      assert.doesNotMatch(plainLine(text), /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    });
  }
});
