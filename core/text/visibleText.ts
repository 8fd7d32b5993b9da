import { graphemes } from './graphemes';

const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const mark = /^\p{M}/u;
const variation = /^[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;
const plain = /^[!-~]*$/;

const signs = new Map([
  [' ', '·'],
  ['\n', '↵'],
  ['\t', '→'],
  ['\u007f', '␡'],
  ['\u00a0', '⟨NBSP⟩'],
  ['\u00ad', '⟨SHY⟩'],
  ['\u034f', '⟨CGJ⟩'],
  ['\u061c', '⟨ALM⟩'],
  ['\u200b', '⟨ZWSP⟩'],
  ['\u200c', '⟨ZWNJ⟩'],
  ['\u200d', '⟨ZWJ⟩'],
  ['\u200e', '⟨LRM⟩'],
  ['\u200f', '⟨RLM⟩'],
  ['\u2028', '⟨LS⟩'],
  ['\u2029', '⟨PS⟩'],
  ['\u202a', '⟨LRE⟩'],
  ['\u202b', '⟨RLE⟩'],
  ['\u202c', '⟨PDF⟩'],
  ['\u202d', '⟨LRO⟩'],
  ['\u202e', '⟨RLO⟩'],
  ['\u202f', '⟨NNBSP⟩'],
  ['\u2060', '⟨WJ⟩'],
  ['\u2066', '⟨LRI⟩'],
  ['\u2067', '⟨RLI⟩'],
  ['\u2068', '⟨FSI⟩'],
  ['\u2069', '⟨PDI⟩'],
  ['\ufeff', '⟨BOM⟩'],
]);

/**
 * A text with what cannot be seen made visible, for labels: `·` space, `↵` line feed, `→` tab, `␀` and its like for
 * control characters, `⟨ZWJ⟩` and its like for other invisible characters, `⟨U+2003⟩` where they have no short name.
 * Emoji keep the joiners and selectors inside them; a combining mark that stands alone is put on a dotted circle.
 */
export function visibleText(text: string): string {
  if (plain.test(text)) return text;
  let shown = '';
  for (const { segment } of graphemes(text)) shown += emoji.test(segment) ? segment : visibleCharacter(segment);
  return shown;
}

function visibleCharacter(cluster: string): string {
  let shown = mark.test(cluster) && !unseen.test(cluster[0]) ? '◌' : '';
  for (const character of cluster) {
    // A selector after a character chooses its form; only one by itself would go unseen.
    const keeps = !unseen.test(character) || (variation.test(character) && character !== cluster);
    shown += keeps ? character : sign(character);
  }
  return shown;
}

function sign(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const short = signs.get(character);
  if (short !== undefined) return short;
  if (point < 0x20) return String.fromCharCode(0x2400 + point);
  return `⟨U+${point.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
