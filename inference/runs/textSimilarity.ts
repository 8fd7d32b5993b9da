import type { TextSimilarity } from '../../core/run/explanation';
import type { TextPair } from '../../core/text/textPair';
import type { TokenizedText } from '../../core/text/tokenizedText';
import { fileLimits } from '../../core/files/fileLimits';
import { isObject } from '../../core/models/isObject';
import path from 'node:path';
import { floatNumbers } from '../models/floatNumbers';
import { readLimitedText } from '../models/readLimited';
import type { TextModel } from '../models/textModel';
import type { ModelOutputs } from '../runs/runModel';

/** How sentence-transformers make a text's vector of its tokens' (1_Pooling/config.json), and what that is called. */
const poolings = {
  pooling_mode_mean_tokens: 'mean pooling',
  pooling_mode_cls_token: 'the first token',
  pooling_mode_max_tokens: 'maximum pooling',
  pooling_mode_lasttoken: 'the last token',
  pooling_mode_mean_sqrt_len_tokens: 'the sum over the square root of the length',
} as const;
type Pooling = keyof typeof poolings;

/**
 * How alike two texts are to an encoder: the cosine of their vectors, each text read alone, as sentence encoders are used.
 * @returns undefined where the model gives no vectors of tokens.
 */
export async function textSimilarity(
  open: TextModel,
  { a, b }: TextPair,
  { text }: TokenizedText,
): Promise<TextSimilarity | undefined> {
  const stated = await statedPooling(open.reference.folder);
  const vectors: Float64Array[] = [];
  let whole = false;
  for (const { start, end } of [a, b]) {
    const ids = open.tokenizer.encode(text.slice(start, end)).slice(0, open.info.contextLength);
    const outputs = (await open.run(ids)) as ModelOutputs;
    const { sentence_embedding: sentence, last_hidden_state: hidden, token_embeddings: tokens = hidden } = outputs;
    const given = sentence ?? tokens;
    const numbers = given && floatNumbers(given);
    if (!given || !numbers) return undefined;
    whole = sentence !== undefined;
    vectors.push(whole ? Float64Array.from(numbers) : pooled(numbers, given.dims[given.dims.length - 1], stated ?? []));
  }
  const [one, other] = vectors;
  const product = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const lengths = Math.sqrt(product(one, one) * product(other, other));
  if (!(lengths > 0)) return undefined;
  return {
    cosine: Math.max(-1, Math.min(1, product(one, other) / lengths)),
    pooling: whole
      ? 'sentence_embedding, as the model gives it'
      : stated
        ? stated.map(mode => poolings[mode]).join(' and ')
        : 'mean pooling, since no 1_Pooling/config.json says another',
  };
}

/** A text's vector: several poolings stand one behind the other, as sentence-transformers puts them. */
function pooled(data: Float32Array, width: number, modes: readonly Pooling[]): Float64Array {
  const count = data.length / width;
  const sum = new Float64Array(width);
  const most = new Float64Array(width).fill(-Infinity);
  for (let i = 0; i < data.length; i++) {
    sum[i % width] += data[i];
    most[i % width] = Math.max(most[i % width], data[i]);
  }
  const vectors: Record<Pooling, () => Float64Array> = {
    pooling_mode_cls_token: () => Float64Array.from(data.subarray(0, width)),
    pooling_mode_max_tokens: () => most,
    pooling_mode_mean_tokens: () => sum.map(value => value / count),
    pooling_mode_mean_sqrt_len_tokens: () => sum.map(value => value / Math.sqrt(count)),
    pooling_mode_lasttoken: () => Float64Array.from(data.subarray(data.length - width)),
  };
  const chosen = modes.length > 0 ? modes : (['pooling_mode_mean_tokens'] as const);
  return Float64Array.from(
    (Object.keys(vectors) as Pooling[]).filter(mode => chosen.includes(mode)).flatMap(mode => [...vectors[mode]()]),
  );
}

/** What the model's folder says of it; undefined where nothing. */
async function statedPooling(folder: string): Promise<Pooling[] | undefined> {
  try {
    const json: unknown = JSON.parse(
      await readLimitedText(path.join(folder, '1_Pooling', 'config.json'), fileLimits.modelJson),
    );
    const stated = (Object.keys(poolings) as Pooling[]).filter(mode => isObject(json) && json[mode] === true);
    return stated.length > 0 ? stated : undefined;
  } catch {
    return undefined;
  }
}
