import { visibleText } from './visibleText';

/** Control characters, halves of characters, and what breaks a line or turns the order of what stands behind it. */
const unruly = /\r\n|[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * A text from outside (a model's, a file's, a hub's) for a place of one line: line breaks, terminal escapes and other
 * control characters and bidirectional overrides are shown as signs (`↵`, `␛`, `⟨RLO⟩`). All else stays, spaces and the
 * joiners that scripts need too.
 */
export function plainLine(text: string): string {
  return text.replace(unruly, found => visibleText(found === '\r\n' ? '\n' : found));
}
