import type { Token } from '../../text/token';

const separating = /[\p{Terminal_Punctuation}\r\n\u2028\u2029]/u;
const nothingElse = /^[\p{P}\s]*$/u;

/**
 * Whether a token separates: a special token (`[SEP]`), a line break, or punctuation that ends or divides (`. , ; : ! ?`
 * and their like in every script, Unicode's Terminal_Punctuation), also with brackets beside it (`);`) or white space.
 */
export function isSeparator(text: string, token: Token): boolean {
  if (token.special) return true;
  const written = text.slice(token.start, token.end);
  return separating.test(written) && nothingElse.test(written);
}
