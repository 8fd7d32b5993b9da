/** A word as the tokens that it is made of: the first, and the one after the last. */
export interface TokenWord {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Languages written without spaces: every character that is whole is a word, as Whisper's own splitting has it. */
const withoutSpaces = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);

/**
 * Joins a transcript's tokens to words: at spaces, or character by character where a language has none. A character may
 * be of several tokens. Punctuation stays with the word before it, at the beginning with the one behind.
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
    pieces.push({ text, from, to: i + 1 });
    from = i + 1;
  });
  const spaced = !withoutSpaces.has(language ?? '');
  const words: TokenWord[] = [];
  for (const piece of pieces) {
    const last = words.at(-1);
    const opens = !last || (spaced ? /^\s/.test(piece.text) : !isPunctuation(last.text));
    if (last && (isPunctuation(piece.text) || !opens)) words[words.length - 1] = joined(last, piece);
    else words.push(piece);
  }
  if (words.length > 1 && isPunctuation(words[0].text)) words.splice(0, 2, joined(words[0], words[1]));
  return words.map(word => ({ ...word, text: word.text.trim() })).filter(({ text }) => text !== '');
}

function joined(one: TokenWord, next: TokenWord): TokenWord {
  return { text: one.text + next.text, from: one.from, to: next.to };
}

function isPunctuation(text: string): boolean {
  return /^\s*\p{P}[\s\p{P}]*$/u.test(text);
}
