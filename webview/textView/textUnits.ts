import { lineGroups, type TokenGroups, wordGroups } from '../../core/attention/sumByGroup';
import { textFacts } from '../../core/attention/textFacts';
import type { Token } from '../../core/text/token';
import { visibleText } from '../../core/text/visibleText';
import { quotedToken, spokenToken } from '../run/wording';

/** What a text is coloured in. */
export type UnitKind = 'token' | 'word' | 'line';

/** A text's tokens, taken together to units. */
export interface TextUnits extends TokenGroups {
  readonly kind: UnitKind;
  readonly count: number;
}

/** The units of a text. A token that belongs to no word (punctuation), or that stands for no text, is one of its own. */
export function textUnits(kind: UnitKind, text: string, tokens: readonly Token[]): TextUnits {
  if (kind === 'token') {
    const of = Int32Array.from(tokens.keys());
    return { kind, count: tokens.length, of, first: of };
  }
  const facts = textFacts(text, tokens);
  const groups = kind === 'word' ? wordGroups(facts) : lineGroups(facts);
  return { kind, count: groups.first.length, ...groups };
}

/** The tokens of a unit: the first, and the one after the last. */
export function tokensOfUnit({ first, of }: TokenGroups, unit: number): readonly [number, number] {
  return [first[unit], unit + 1 < first.length ? first[unit + 1] : of.length];
}

/** A unit as it is named in notes and lists: “ of” for a token, “items” for a word, “for (const …” for a line. */
export function unitName(units: TextUnits, unit: number, text: string, tokens: readonly Token[]): string {
  const [first, end] = tokensOfUnit(units, unit);
  if (end - first === 1 && (units.kind !== 'line' || tokens[first].special)) return quotedToken(tokens[first], text);
  return `“${visibleText(written(first, end, text, tokens)).replaceAll('·', ' ')}”`;
}

/** A unit for the ear. */
export function spokenUnit(units: TextUnits, unit: number, text: string, tokens: readonly Token[]): string {
  const [first, end] = tokensOfUnit(units, unit);
  if (end - first === 1) return spokenToken(tokens[first], text);
  return written(first, end, text, tokens) || 'empty line';
}

function written(first: number, end: number, text: string, tokens: readonly Token[]): string {
  return text.slice(tokens[first].start, tokens[end - 1].end).trim();
}
