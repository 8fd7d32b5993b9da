import type { Token } from './token';

/**
 * The number of the token on which a caret at `offset` stands: the one whose range holds the offset (the first of several
 * that share a character), else the one that ends there. Undefined in white space that belongs to no token, and beyond
 * the tokens. A caret between two tokens is on the one that starts there; at the end of the text, on the last.
 */
export function tokenAt(tokens: readonly Token[], offset: number): number | undefined {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle].end > offset) high = middle;
    else low = middle + 1;
  }
  if (low < tokens.length && tokens[low].start <= offset) return low;
  for (let i = low - 1; i >= 0 && tokens[i].end === offset; i--) {
    if (tokens[i].start < offset) return i;
  }
  return undefined;
}
