import type { CaptionWord } from '../protocol/captionProtocol';

/**
 * Joins a caption's tokens to words, by the space that a byte-level BPE token begins with. Punctuation stays with its word.
 * @param tokens the tokens as they read, and the probability the model gave each.
 */
export function captionWords(tokens: readonly { readonly text: string; readonly probability: number }[]): CaptionWord[] {
  const words: { text: string; from: number; to: number; probability: number }[] = [];
  tokens.forEach(({ text, probability }, i) => {
    const last = words.at(-1);
    if (!last || /^\s/.test(text)) words.push({ text: text.trim(), from: i, to: i + 1, probability });
    else {
      last.text += text;
      last.to = i + 1;
      last.probability *= probability;
    }
  });
  return words.filter(({ text }) => text !== '');
}
