import type { Caption } from './caption';
import { captionConfidence } from './captionConfidence';
import { captionVerdict } from './captionVerdict';

/**
 * A caption with its numbers as JSON: how sure the model was and what is to be thought of it, words with probabilities, and the attention as nested arrays,
 * `cross[layer][head][word][cell]` and `encoder[layer][head][cell][cell]`; cells row by row from the top left.
 */
export function captionJson(
  path: string,
  model: string,
  { image, text, words, photo, screenshot, grid, cross, encoder }: Caption,
): string {
  const confidence = captionConfidence(words).value;
  return `${JSON.stringify({
    image: { path, ...image },
    model,
    caption: text,
    confidence,
    verdict: captionVerdict({ model, confidence, photo, screenshot }),
    words: words.map(word => ({ text: word.text, probability: word.probability })),
    grid,
    cross: nested(cross),
    encoder: nested(encoder),
  })}\n`;
}

function nested({ shape, data }: Caption['cross']): number[][][][] {
  const [layers, heads, rows, columns] = shape;
  const times = <Value>(count: number, value: (i: number) => Value) =>
    Array.from({ length: count }, (_, i) => value(i));
  return times(layers, layer =>
    times(heads, head =>
      times(rows, row => {
        const from = ((layer * heads + head) * rows + row) * columns;
        // Seven digits tell a float32 apart from its neighbours well enough to compute with.
        return Array.from(data.subarray(from, from + columns), value => Number(value.toPrecision(7)));
      }),
    ),
  );
}
