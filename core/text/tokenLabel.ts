import type { Token } from './token';
import { visibleText } from './visibleText';

/** A token for a label, nothing unseen: "·of", "↵", "1/4 of 😀", as the panel labels its axes. */
export function tokenLabel(token: Token, text: string): string {
  if (token.part) {
    return `${token.part.index + 1}/${token.part.count} of ${visibleText(text.slice(token.start, token.end))}`;
  }
  return visibleText(token.text) || '‹empty›';
}

/** A token as it reads, its spaces being spaces (" of"); as a label where that would show nothing or be no text. */
export function tokenText(token: Token, text: string): string {
  const reads = !token.part && /[^ ]/.test(token.text) && !/[\p{Cc}\p{Cs}]/u.test(token.text);
  return reads ? token.text : tokenLabel(token, text);
}
