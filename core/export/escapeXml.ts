import { visibleText } from '../text/visibleText';

const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\p{Cs}]/gu;
const special = /[&<>"'\t\n\r]/g;
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * A text for an element or a quoted attribute of XML 1.0 (5th edition, 2.2 and 2.4) or HTML. Characters that XML may not
 * hold (most control characters, lone surrogates) or advises against (U+007F to U+009F) get a form that can be seen.
 */
export function escapeXml(text: string): string {
  return text
    .replace(forbidden, character =>
      character >= '\ufffe' ? `⟨U+${character.charCodeAt(0).toString(16).toUpperCase()}⟩` : visibleText(character),
    )
    .replace(special, character => references[character]);
}
