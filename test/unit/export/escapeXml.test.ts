import assert from 'node:assert/strict';
import { escapeXml } from '../../../core/export/escapeXml';
import { elements, parseXml } from './xml';
import { oddPieces } from './exportedRuns';

describe('escapeXml', () => {
  it('keeps what XML may hold, in an element and in an attribute', () => {
    for (const text of [
      '<a href="x">&amp;</a>',
      `'"`,
      ']]>',
      'tab\there\r\nand\nthere ',
      '日本😀\u{2ffff}',
      '\u202e',
    ]) {
      const root = parseXml(`<r a="${escapeXml(text)}">${escapeXml(text)}</r>`);
      assert.equal(root.text, text);
      assert.equal(root.attributes.a, text);
    }
  });

  it('shows what XML forbids', () => {
    assert.equal(
      escapeXml('a\0b\u001b\u0085\ud800\udc00\udc00\ufffe\uffff'),
      'a␀b␛⟨U+0085⟩\u{10000}⟨U+DC00⟩⟨U+FFFE⟩⟨U+FFFF⟩',
    );
  });

  it('leaves no document broken, whatever the character', () => {
    const every = Array.from({ length: 0x10000 }, (_, i) => `${String.fromCharCode(i)} `).join('');
    const root = parseXml(
      `<r a="${escapeXml(every)}"><t>${escapeXml(every)}</t><t>${escapeXml(oddPieces.join(''))}</t></r>`,
    );
    assert.equal(elements(root, 't').length, 2);
  });
});
