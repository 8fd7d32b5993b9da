/** An object of a JSON file whose shape nobody vouches for. */
export type UntypedRecord = Readonly<Record<string, unknown>>;

/** The value if it is an object, else an empty one. */
export function recordIn(value: unknown): UntypedRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as UntypedRecord) : {};
}

/** The value if it is a list, else an empty one. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The value if it is text, else the empty text. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * A pattern of a tokenizer.json (`{ String }` or `{ Regex }`) as a global regular expression; undefined if this
 * machine's regular expressions cannot say it.
 */
export function patternIn(pattern: unknown): RegExp | undefined {
  const { String: text, Regex: source } = recordIn(pattern);
  try {
    if (typeof text === 'string') {
      return text === '' ? undefined : new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'gu');
    }
    if (typeof source !== 'string') return undefined;
    // The tokenizers' \s is Unicode's white space; JavaScript's has U+FEFF besides and lacks U+0085.
    return new RegExp(source.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'), 'gu');
  } catch {
    return undefined;
  }
}
