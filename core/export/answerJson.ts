import type { ShownAnswer } from '../vision/shownAnswer';

/** An answer with its numbers as JSON: the conversation, the words with probabilities, how the picture was read, where the word that is shown looks, and what covers did. */
export function answerJson({ title, turns, answer, wish, attention, covers }: ShownAnswer): string {
  const { image, model, text, words, cut, parts, pictureTokens, prompt, layers, heads } = answer;
  const list = (values: Float32Array) => Array.from(values, value => Number(value.toPrecision(7)));
  return `${JSON.stringify({
    image: { path: title, ...image },
    model: model.id,
    precision: model.dtype,
    turns,
    answer: text,
    cut,
    words,
    parts,
    pictureTokens,
    prompt,
    layers,
    heads,
    shown: wish,
    attention: {
      picture: list(attention.picture),
      prompt: list(attention.prompt),
      words: list(attention.words),
      shareOnPicture: list(attention.heads),
    },
    covers,
  })}\n`;
}
