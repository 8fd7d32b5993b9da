import { isContinuation } from './utf8';

// White space in UTF-8, a character a byte.
const space =
  '(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80|\\xef\\xbb\\xbf)';
const spaces = new RegExp(`${space}+`, 'y');
const trailing = new RegExp(`${space}$`);
const longestSpace = 3;

/** The first position from `at` on where no white space follows. */
export function afterSpaces(bytes: string, at: number): number {
  spaces.lastIndex = at;
  return spaces.test(bytes) ? spaces.lastIndex : at;
}

/** The last position down to `from` before which, up to `to`, there is more than white space. */
export function beforeSpaces(bytes: string, from: number, to: number): number {
  let end = to;
  for (;;) {
    const match = trailing.exec(bytes.slice(Math.max(from, end - longestSpace), end));
    if (!match) return end;
    end -= match[0].length;
  }
}

/** The position after the character that begins at `at`. */
export function nextCharacter(bytes: string, at: number): number {
  let next = at + 1;
  while (next < bytes.length && isContinuation(bytes, next)) next++;
  return Math.min(next, bytes.length);
}
