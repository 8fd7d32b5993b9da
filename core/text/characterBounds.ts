import { graphemes } from './graphemes';

/** Where the characters of a text, as a reader counts them, begin and end. */
export interface CharacterBounds {
  /** Per UTF-16 code unit: where its character begins. */
  readonly start: Int32Array;
  /** Per UTF-16 code unit: where its character ends. */
  readonly end: Int32Array;
}

/**
 * The extended grapheme clusters of a text (emoji with joiners and skin tones, flags, letters with combining marks),
 * with one difference from Unicode's: the two halves of a CRLF are two characters, since tokens may part them and a
 * reader sees no character there to keep whole.
 */
export function characterBounds(text: string): CharacterBounds {
  const start = new Int32Array(text.length);
  const end = new Int32Array(text.length);
  for (let i = 0; i < text.length; i++) {
    start[i] = i;
    end[i] = i + 1;
  }
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x80) continue;
    let to = i + 1;
    while (to < text.length && text.charCodeAt(to) >= 0x80) to++;
    // An ASCII character before takes combining marks, one after can follow a prepended sign; two never join.
    const from = Math.max(0, i - 1);
    const until = Math.min(text.length, to + 1);
    for (const { segment, index } of graphemes(text.slice(from, until))) {
      if (segment.length === 1) continue;
      const first = Math.min(start[from + index], from + index);
      const last = from + index + segment.length;
      for (let j = first; j < last; j++) {
        start[j] = first;
        end[j] = last;
      }
    }
    i = to - 1;
  }
  return { start, end };
}
