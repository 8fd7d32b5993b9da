import type { Token } from '../../text/token';

/**
 * The line of each token, from 0: that of its first character that is not white space, or of its start where it is all
 * white space (so a line break belongs to the line it ends). −1 for a token that stands for no text.
 */
export function tokenLines(text: string, tokens: readonly Token[]): Int32Array {
  let line = 0;
  let at = 0;
  const lineBreak = /\r\n|[\n\r\u2028\u2029]/g;
  let next = lineBreak.exec(text);
  return Int32Array.from(tokens, token => {
    if (token.start === token.end) return -1;
    const inside = text.slice(token.start, token.end).search(/\S/u);
    at = Math.max(at, token.start + Math.max(inside, 0));
    while (next && next.index < at) {
      line++;
      next = lineBreak.exec(text);
    }
    return line;
  });
}
