import type { AttentionStep } from '../attention/joinSteps';
import type { WordAttention, WordShares, WordWeighting, WordWish } from './imageAnswer';
import type { PicturePart } from './picturePart';

/** Where the decoder looked as it wrote an answer. */
export interface AnswerAttention {
  /** By layer: [heads, tokens of the answer, keys]; row t is where it looked as it wrote the token t. */
  readonly layers: readonly AttentionStep[];
  /** Where in the sequence the picture's tokens are. */
  readonly picture: readonly number[];
  /** Tokens of the prompt, the picture's among them; those of the answer follow. */
  readonly promptLength: number;
  readonly words: readonly { readonly from: number; readonly to: number }[];
  /** The norms of the keys' value vectors, by layer: [key/value head][key]. */
  readonly norms: (layer: number) => { readonly heads: number; readonly data: Float32Array };
}

/**
 * Where the decoder looked as it wrote a word. Value-weighted weights are α‖v‖ (Kobayashi et al. 2020, “Attention is Not Only
 * a Weight”, without the output projection), made to sum to 1 again.
 * @throws RangeError where there is no such word, layer or head.
 */
export function wordAttention(run: AnswerAttention, { word, layer, head, weighting }: WordWish): WordAttention {
  if (!run.words[word]) throw new RangeError(`There is no word ${word}.`);
  const keys = run.layers[0].keys;
  const row = wordRow(run, word, { layer, head, weighting }, keys);
  if (weighting === 'minusMean') {
    for (let other = 0; other < run.words.length; other++) {
      wordRow(run, other, { layer, head, weighting }, keys).forEach((value, key) => {
        row[key] -= value / run.words.length;
      });
    }
  }
  const onPicture = new Set(run.picture);
  const prompt: number[] = [];
  for (let key = 0; key < run.promptLength; key++) if (!onPicture.has(key)) prompt.push(row[key]);
  return {
    picture: Float32Array.from(run.picture, key => row[key]),
    prompt: Float32Array.from(prompt),
    words: Float32Array.from(run.words, ({ from, to }) => sum(row, run.promptLength + from, run.promptLength + to)),
    heads: pictureShares(run, word),
  };
}

/** The mean over a word's tokens and the heads chosen: [key]. */
function wordRow(
  { layers, words, norms }: AnswerAttention,
  word: number,
  { layer, head, weighting }: { layer: number | 'all'; head: number | 'all'; weighting: WordWeighting },
  keys: number,
): Float32Array {
  const { from, to } = words[word];
  const row = new Float32Array(keys);
  const chosen = layer === 'all' ? layers.map((_, i) => i) : [layer];
  let rows = 0;
  for (const l of chosen) {
    const of = layers[l];
    if (!of || (head !== 'all' && head >= of.heads)) throw new RangeError(`There is no head ${l}.${head}.`);
    const value = weighting === 'value' ? norms(l) : undefined;
    for (let h = 0; h < of.heads; h++) {
      if (head !== 'all' && head !== h) continue;
      const group = value && Math.floor((h * value.heads) / of.heads);
      const length = value && value.data.length / value.heads;
      for (let token = from; token < to; token++) {
        const at = (h * of.queries + token) * of.keys;
        for (let key = 0; key < of.keys; key++) {
          row[key] += of.data[at + key] * (value ? value.data[group! * length! + key] : 1);
        }
        rows++;
      }
    }
  }
  const whole = weighting === 'value' ? sum(row, 0, keys) : rows;
  if (whole > 0) for (let key = 0; key < keys; key++) row[key] /= whole;
  return row;
}

/** [layer][head]: the part of a word's raw weights that lies on the picture. */
function pictureShares({ layers, words, picture }: AnswerAttention, word: number): Float32Array {
  const { from, to } = words[word];
  return Float32Array.from(
    layers.flatMap(({ heads, queries, keys, data }) =>
      Array.from({ length: heads }, (_, head) => {
        let share = 0;
        for (let token = from; token < to; token++) {
          const at = (head * queries + token) * keys;
          for (const key of picture) share += data[at + key];
        }
        return share / (to - from);
      }),
    ),
  );
}

/** Where a word looks, in parts of all that it looks at; less the mean they may be negative. */
export function wordShares(
  { picture, prompt, words }: WordAttention,
  parts: readonly PicturePart[],
  weighting: WordWeighting,
): WordShares {
  let [tiles, thumbnail] = [0, 0];
  for (const { kind, from, rows, columns } of parts) {
    const share = sum(picture, from, from + rows * columns);
    if (kind === 'thumbnail') thumbnail += share;
    else tiles += share;
  }
  const before = sum(words, 0, words.length);
  const question = sum(prompt, 1, prompt.length);
  const first = prompt[0] ?? 0;
  // Rounding, and rows that end before the last key: of weights that sum to 1 the parts do, too.
  const whole = weighting === 'minusMean' ? 1 : tiles + thumbnail + before + question + first || 1;
  return {
    tiles: tiles / whole,
    thumbnail: thumbnail / whole,
    question: question / whole,
    before: before / whole,
    first: first / whole,
  };
}

function sum(values: Float32Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < Math.min(to, values.length); i++) total += values[i];
  return total;
}
