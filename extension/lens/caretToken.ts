import type { Token } from '../../core/text/token';
import { tokenAt } from '../../core/text/tokenAt';

/**
 * The token that the lens looks from: the one on which the caret stands. But where white space or nothing follows the
 * caret and a word ends there, that word's last token: one who types has the caret behind what was just typed. In white
 * space that no token stands for, the last token before it, or the first there is.
 * @param offset the caret's place in `text`.
 */
export function caretToken(tokens: readonly Token[], text: string, offset: number): number | undefined {
  const after = text[offset];
  const behindWord = offset > 0 && /\S/.test(text[offset - 1]) && (after === undefined || /\s/.test(after));
  const at = tokenAt(tokens, behindWord ? offset - 1 : offset);
  if (at !== undefined) return at;
  const before = tokens.findLastIndex(token => token.end <= offset && token.end > token.start);
  if (before >= 0) return before;
  const first = tokens.findIndex(token => token.end > token.start);
  return first >= 0 ? first : undefined;
}
