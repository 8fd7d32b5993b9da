/** A word as the tokens that it is made of: the first, and the one after the last. */
export interface TokenWord {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Those of its tokens that sound: without punctuation and space at either end. */
  readonly sounds: { readonly from: number; readonly to: number };
}

/** Languages written without spaces: every character that is whole is a word, as Whisper's own splitting has it. */
const withoutSpaces = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);

/** Whether a language, by its code, stands with spaces between words. */
export function writesSpaces(language: string | undefined): boolean {
  return !withoutSpaces.has(language ?? '');
}

/**
 * Joins a transcript's tokens to words: at spaces, or character by character where a language has none. A character may
 * be of several tokens. Punctuation stays with the word before it; what opens a quotation, and what stands at the beginning,
 * with the one behind.
 * @param decode gives some tokens' text; U+FFFD stands for a part of a character.
 */
export function speechWords(
  ids: readonly number[],
  decode: (ids: readonly number[]) => string,
  language?: string,
): TokenWord[] {
  const pieces: TokenWord[] = [];
  let from = 0;
  ids.forEach((_, i) => {
    const text = decode(ids.slice(from, i + 1));
    if (text.includes('\ufffd') && i < ids.length - 1) return;
    pieces.push({ text, from, to: i + 1, sounds: { from, to: isSilent(text) ? from : i + 1 } });
    from = i + 1;
  });
  const spaced = writesSpaces(language);
  const words: TokenWord[] = [];
  pieces.forEach((piece, i) => {
    const last = words.at(-1);
    const opens = !last || (spaced ? /^\s/.test(piece.text) : !isPunctuation(last.text));
    const follows = isPunctuation(piece.text) && !(spaced && opensQuotation(piece.text, pieces[i + 1]?.text));
    if (last && (follows || !opens)) words[words.length - 1] = joined(last, piece);
    else words.push(piece);
  });
  if (words.length > 1 && isPunctuation(words[0].text)) words.splice(0, 2, joined(words[0], words[1]));
  return words
    .map(({ text, from: first, to, sounds }) => ({
      text: text.trim(),
      from: first,
      to,
      sounds: sounds.to > sounds.from ? sounds : { from: first, to },
    }))
    .filter(({ text }) => text !== '');
}

function joined(one: TokenWord, next: TokenWord): TokenWord {
  return { text: one.text + next.text, from: one.from, to: next.to, sounds: soundsOf(one, next) };
}

function soundsOf({ sounds: one }: TokenWord, { sounds: next }: TokenWord): TokenWord['sounds'] {
  if (one.to === one.from) return next;
  return next.to === next.from ? one : { from: one.from, to: next.to };
}

/** Whether it is a mark behind a space that belongs to what comes next, as “ (” or “ "” before a word. */
function opensQuotation(text: string, next = ' '): boolean {
  return /^\s+["'“‘«„¿¡([{-]+$/u.test(text) && /^[^\s\p{P}]/u.test(next);
}

function isSilent(text: string): boolean {
  return /^[\s\p{P}]*$/u.test(text);
}

function isPunctuation(text: string): boolean {
  return /^\s*\p{P}[\s\p{P}]*$/u.test(text);
}
