import type { Processor, PreTrainedModel } from '@huggingface/transformers';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionSession } from '../models/attentionSession';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { textModel, type TextModel } from '../models/textModel';

/** The parts of config.json that are read. */
interface VisionConfig {
  readonly model_type: string;
  readonly image_token_id?: number;
  readonly image_token_index?: number;
  readonly eos_token_id?: number | readonly number[];
  readonly text_config?: { readonly eos_token_id?: number | readonly number[] };
  readonly vision_config?: {
    readonly spatial_merge_size?: number;
    readonly patch_size?: number;
    /** Pixels of a window's side (Qwen2.5-VL). */
    readonly window_size?: number;
  };
}

/** A model whose decoder reads a picture's tokens among those of a text. */
export interface VisionModel extends TextModel {
  readonly processor: Processor;
  readonly config: VisionConfig;
  /** The number of the token that stands where a picture's features go. */
  readonly imageToken: number;
  readonly encoder: AttentionSession;
  readonly embedder: AttentionSession;
  readonly decoder: AttentionSession;
}

/** What transformers.js's models of this kind do beside running. */
export interface VisionMethods {
  encode_image(inputs: object): Promise<{ readonly dims: number[]; readonly type: string; readonly data: unknown }>;
  /** Positions in three dimensions (Qwen2-VL, M-RoPE): [3, batch, tokens]. */
  get_rope_index?(
    ids: object,
    imageGrid: unknown,
    videoGrid: unknown,
    mask: object,
  ): readonly [{ tolist(): number[][][] }];
}

const known = new WeakMap<TransformersModel, VisionModel>();

/** A model as one that answers questions about pictures. @throws {InferenceFault} where it is none. */
export function visionModel(open: TransformersModel): VisionModel {
  const already = known.get(open);
  if (already) return already;
  const config = open.model.config as unknown as VisionConfig;
  const { vision_encoder: encoder, embed_tokens: embedder, decoder_model_merged: decoder } = open.sessions;
  const imageToken = config.image_token_index ?? config.image_token_id;
  if (!open.processor || !encoder || !embedder || !decoder || imageToken === undefined) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} answers no questions about images; choose a vision-language model, such as SmolVLM.`,
    );
  }
  const text = textModel(open);
  const model: VisionModel = Object.assign(Object.create(text) as TextModel, {
    processor: open.processor,
    config,
    imageToken,
    encoder,
    embedder,
    decoder,
  });
  known.set(open, model);
  return model;
}

/** A model with what transformers.js's class of it can do. */
export function methodsOf(model: PreTrainedModel): VisionMethods {
  return model;
}

/** The tokens that end an answer. */
export function endTokens({ model, config, tokenizer }: VisionModel): ReadonlySet<number> {
  const settings = model.generation_config as { eos_token_id?: number | readonly number[] } | null | undefined;
  const stated = settings?.eos_token_id ?? config.eos_token_id ?? config.text_config?.eos_token_id;
  const own = (tokenizer as unknown as { eos_token_id?: number }).eos_token_id;
  return new Set([stated ?? [], own ?? []].flat());
}
