import type { Caption } from './caption';

/**
 * A caption with its numbers as JSON: words with probabilities, and the attention as nested arrays,
 * `cross[layer][head][word][cell]` and `encoder[layer][head][cell][cell]`; cells row by row from the top left.
 */
export function captionJson(
  path: string,
  model: string,
  { image, text, words, grid, cross, encoder }: Caption,
): string {
  return `${JSON.stringify({
    image: { path, ...image },
    model,
    caption: text,
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
