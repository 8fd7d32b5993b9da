import type { Tensor } from '@huggingface/transformers';
import type { HeatLayer } from '../../core/images/imageHeat';
import type { ComparedTexts } from '../../core/images/explained';
import type { TransformersModel } from '../models/openModel';
import { InferenceFault } from '../models/inferenceFault';
import { unreadableText } from '../models/withinTime';
import { textModel } from '../models/textModel';
import { beginningOf, longestText } from '../text/longestText';

/** Texts as a model of images and texts reads them (CLIP, SigLIP). */
export interface ReadTexts {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Tokens of the longest one, which all are padded to. */
  readonly length: number;
  /** What each token of each text reads, without what CLIP is kept from seeing. */
  readonly tokens: readonly (readonly string[])[];
  /** The numbers of the texts that are longer than what the model reads. */
  readonly cut: readonly number[];
}

type Tokenize = (texts: string[], options: object) => Record<string, Tensor>;

/** Tokens that SigLIP and SigLIP 2 were trained on, where config.json leaves that out, as it does where it is the usual number. */
const siglipLength = 64;

/** Texts as tokens, as transformers' pipeline reads them: SigLIP's filled up to what it was trained on, whatever its tokenizer (SigLIP 2's is Gemma's) takes. */
export function readTexts(open: TransformersModel, texts: readonly string[]): ReadTexts {
  const { tokenizer, model } = textModel(open);
  const { text_config: { max_position_embeddings: positions = siglipLength } = {} } = model.config as {
    text_config?: { max_position_embeddings?: number };
  };
  const begun = texts.map(text => beginningOf(text, longestText(positions)));
  let encoded: Record<string, Tensor>;
  try {
    encoded = (tokenizer as unknown as Tokenize)(
      begun,
      isSiglip(model.config)
        ? { padding: 'max_length', truncation: true, max_length: positions }
        : { padding: true, truncation: true },
    );
  } catch (error) {
    throw error instanceof InferenceFault ? error : unreadableText(open.info.id, error);
  }
  const input = encoded.input_ids;
  const length = (input.dims as readonly number[])[1];
  const ids = Array.from(input.data as BigInt64Array, Number);
  const seen =
    encoded.attention_mask && !isSiglip(model.config)
      ? Array.from(encoded.attention_mask.data as BigInt64Array, Number)
      : undefined;
  const decode = (id: number) =>
    tokenizer.decode([id], { skip_special_tokens: false, clean_up_tokenization_spaces: false }).trim() || '␣';
  return {
    inputs: encoded,
    length,
    tokens: texts.map((_, text) =>
      ids
        .slice(text * length, (text + 1) * length)
        .filter((__, i) => seen?.[text * length + i] !== 0)
        .map(decode),
    ),
    cut: texts.flatMap((text, i) =>
      begun[i].length < text.length || tokenizer.encode(text).length > length ? [i] : [],
    ),
  };
}

/**
 * How well texts fit an image: of CLIP which of them fits best (they sum to 1), of SigLIP each by itself.
 * @param logits [images, texts]
 * @param layers of the half for texts.
 */
export function comparedTexts(
  { model }: TransformersModel,
  texts: readonly string[],
  { tokens, cut }: ReadTexts,
  logits: Tensor | undefined,
  layers: readonly HeatLayer[],
): ComparedTexts {
  const each = isSiglip(model.config);
  const values = Array.from((logits?.data as Float32Array | undefined) ?? []);
  const most = Math.max(...values);
  const sum = values.reduce((total, value) => total + Math.exp(value - most), 0);
  return {
    each,
    texts: texts.map((text, i) => ({
      text,
      probability: each ? 1 / (1 + Math.exp(-values[i])) : Math.exp(values[i] - most) / sum,
      tokens: tokens[i],
      cut: cut.includes(i),
    })),
    layers: layers.map(({ layer, heads }) => ({ layer, heads })),
  };
}

/**
 * The layers of both halves apart: those of the image first, as the graph's reader orders them. Both halves' layers are
 * counted from 0.
 * @param tokens how many tokens the texts have.
 * @param imageLayers how many there are of the image, where config.json says so.
 */
export function halves(
  layers: readonly HeatLayer[],
  tokens: number,
  imageLayers: number | undefined,
): { image: readonly HeatLayer[]; text: readonly HeatLayer[] } {
  // A head that sums an image up (SigLIP's) is no layer.
  const own = layers.filter(({ queries, keys }) => queries === keys);
  const first = own.findIndex(({ queries }) => queries === tokens);
  // As many cells as tokens: then only the model's own file tells.
  const split = first > 0 ? first : (imageLayers ?? own.length / 2);
  return { image: own.slice(0, split), text: own.slice(split).map((layer, i) => ({ ...layer, layer: i })) };
}

function isSiglip(config: object): boolean {
  return (config as { model_type?: unknown }).model_type === 'siglip';
}
