import type { HeadsInParts } from '../../../core/export/headsFile';
import { readReference } from '../support/referenceAttention';
import type { Token } from '../../../core/text/token';
import { type ExportedRun, type LayerWeights, weightsOfLayers } from '../../../core/export/layerWeights';
import type { HeatScale } from '../../../core/export/heatScale';
import type { PictureColors } from '../../../core/export/pictureColors';

/** A run with its attention. */
export interface RunWithLayers {
  readonly run: ExportedRun;
  readonly layers: readonly LayerWeights[];
}

const model = {
  id: 'tiny-code-gpt',
  architecture: 'gpt2',
  dtype: 'fp32',
  task: 'text-generation',
  contextLength: 256,
  found: '4 layers × 6 heads',
} as const;

/** The second example of the built-in causal model, with PyTorch's attention. */
export function referenceRun(): RunWithLayers {
  const reference = readReference('tiny-code-gpt');
  const example = reference.examples[1] as unknown as {
    text: string;
    ids: number[];
    tokens: string[];
    shape: number[];
    offset: number;
  };
  const pieces = example.tokens.map((piece, i) => (i === 0 ? '' : piece.replaceAll('Ġ', ' ').replaceAll('Ċ', '\n')));
  const tokens = placed(pieces).map((token, i) =>
    i === 0 ? { ...token, text: example.tokens[0], special: true } : { ...token, id: example.ids[i] },
  );
  const { shape, data } = reference.tensor(example);
  return {
    run: {
      model,
      text: example.text,
      tokens,
      groups: [{ kind: 'self', causal: true, queries: 'input', keys: 'input' }],
    },
    layers: weightsOfLayers('self', { shape: shape as [number, number, number, number], data }),
  };
}

/** What a token may hold, worst first: markup, quotes, breaks, controls, half a character, a character in parts. */
export const oddPieces = [
  '</script><b>&amp;',
  '"a",b',
  'x\r\ny',
  '\0\u0007\u001b',
  '\ud800',
  '\u202e',
  ' ',
  '\ufffe',
  ']]>',
  '日本',
  '\u2028',
  '\u0085',
];

/** An encoder-decoder's run on odd tokens: two layers of two heads, weights by a rule. */
export function oddRun(): RunWithLayers {
  const tokens = placed(oddPieces);
  const text = `${oddPieces.join('')}😀`;
  const from = text.length - 2;
  const parts = [0, 1].map(index => ({
    id: 9,
    text: '\ufffd',
    start: from,
    end: from + 2,
    special: false,
    part: { index, count: 2 },
  }));
  const input = [...tokens, ...parts];
  const output = { text: 'a b', tokens: placed(['a', ' b']) };
  const kinds = [
    ['encoder', input.length, input.length],
    ['decoder', 2, 2],
    ['cross', 2, input.length],
  ] as const;
  return {
    run: {
      model: { ...model, id: 'odd <model> & "co"', architecture: 't5', task: 'text2text-generation' },
      text,
      tokens: input,
      output,
      groups: [
        { kind: 'encoder', causal: false, queries: 'input', keys: 'input' },
        { kind: 'decoder', causal: true, queries: 'output', keys: 'output' },
        { kind: 'cross', causal: false, queries: 'output', keys: 'input' },
      ],
      cut: { tokensKept: 14, tokensLeftOut: 3 },
    },
    layers: kinds.flatMap(([kind, queries, keys]) =>
      weightsOfLayers(kind, {
        shape: [2, 2, queries, keys],
        data: Float32Array.from({ length: 4 * queries * keys }, (_, i) =>
          kind === 'decoder' && i % 4 === 1 ? 0 : (((i * 37) % 101) + 1) / 137,
        ),
      }),
    ),
  };
}

/** A grey scale and black on white. */
export const scale: HeatScale = {
  colors: Array.from({ length: 256 }, (_, i) => [255 - i, 255 - i, 255] as const),
  place: weight => Math.min(1, Math.max(0, weight)),
  marks: [0, 0.25, 0.5, 0.75, 1],
};
export const colors: PictureColors = {
  background: [255, 255, 255],
  foreground: [0, 0, 0],
  dim: [96, 96, 96],
  line: [200, 200, 200],
};

/** All pieces of a file as one text. */
export async function textOf(chunks: AsyncIterable<string> | Iterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

/** All pieces of a file as its bytes. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function placed(pieces: readonly string[]): Token[] {
  let at = 0;
  return pieces.map((text, id) => {
    const start = at;
    at += text.length;
    return { id, text, start, end: at, special: false };
  });
}

/** Layers as they come where a file is written piece by piece. */
export function inParts(layers: readonly LayerWeights[]): HeadsInParts {
  return {
    layers: layers.map(({ heads, ...layer }) => ({ ...layer, heads: heads.length })),
    // eslint-disable-next-line @typescript-eslint/require-await -- what is read is there
    async *parts(kind) {
      for (const layer of layers) if (layer.kind === kind) yield layer.data;
    },
  };
}
