import type { CaptionWord } from './caption';

/**
 * Joins a caption's tokens to words, by the space that a byte-level BPE token begins with. Punctuation stays with its word.
 * @param tokens the tokens as they read, nothing for those that stand for no text, and the probability the model gave each.
 */
export function captionWords(
  tokens: readonly { readonly text: string; readonly probability: number }[],
): CaptionWord[] {
  const words: { text: string; from: number; to: number; probability: number }[] = [];
  let last: (typeof words)[number] | undefined;
  tokens.forEach(({ text, probability }, i) => {
    if (text === '') last = undefined;
    else if (!last || /^\s/.test(text)) words.push((last = { text: text.trim(), from: i, to: i + 1, probability }));
    else {
      last.text += text;
      last.to = i + 1;
      last.probability *= probability;
    }
  });
  return words.filter(({ text }) => text !== '');
}
