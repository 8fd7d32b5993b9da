import type { Tensor } from '@huggingface/transformers';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { computedOnce } from '../models/computedOnce';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { readJson } from '../models/readJson';
import { textModel } from '../models/textModel';
import { partsOf } from '../models/vocabularyText';
import { featureExtractor } from './featureExtractor';
import type { HearsSound } from './hearingModel';

/** What is particular to a Whisper model, from its own files. */
export interface SpeechModel extends HearsSound {
  readonly writes: 'text';
  /** A log-mel spectrogram: [1, mel bins, frames]. */
  features(samples: Float32Array): Promise<Tensor>;
  /** The start token, and how many tokens stand before the transcript. */
  readonly start: number;
  readonly promptLength: number;
  /** Tokens from here on stand for no text. */
  readonly end: number;
  readonly languageIds: ReadonlyMap<string, number>;
  /** The token that says that nobody speaks. */
  readonly noSpeech?: number;
  /** How many tokens a window's transcript may have: half of the decoder's context, as in Whisper's own code. */
  readonly mostTokens: number;
}

interface GenerationConfig {
  readonly is_multilingual?: boolean | null;
  readonly lang_to_id?: Readonly<Record<string, number>> | null;
  readonly alignment_heads?: readonly (readonly [number, number])[] | null;
  readonly no_timestamps_token_id?: number | null;
  readonly decoder_start_token_id?: number | null;
}

interface ExtractorConfig {
  readonly n_samples: number;
  readonly sampling_rate: number;
}

const known = new WeakMap<TransformersModel, Promise<SpeechModel>>();

/**
 * Reads what is particular to a speech model; once for each open model.
 * @throws {InferenceFault} where it is no Whisper, its feature extractor is missing, or its decoder holds no cross-attention.
 */
export function speechModel(open: TransformersModel): Promise<SpeechModel> {
  return computedOnce(known, open, () => read(open));
}

async function read(open: TransformersModel): Promise<SpeechModel> {
  const { info, model } = open;
  if (info.task !== 'automatic-speech-recognition' || !/whisper/.test(info.architecture)) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${info.id} (${info.architecture}) is no Whisper model and no encoder of sound that Headlight knows; choose one that transcribes speech, such as onnx-community/whisper-tiny.`,
    );
  }
  // It says what stands before a transcript; without it others' words come out.
  await readJson(open.reference, 'generation_config.json');
  const extractor = (await featureExtractor(open)) as {
    config: ExtractorConfig;
    (samples: Float32Array): Promise<{ input_features: Tensor }>;
  };
  const layers = Object.values(open.sessions)
    .flatMap(({ sites }) => sites)
    .filter(({ kind }) => kind === 'cross')
    .map(({ layer, heads }) => ({ layer, heads: heads ?? 1 }))
    .sort((a, b) => a.layer - b.layer);
  if (layers.length === 0) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${info.id} holds no cross-attention to place words by; choose another Whisper model.`,
    );
  }
  const generation = model.generation_config as unknown as GenerationConfig | null;
  const config = model.config as unknown as {
    max_source_positions: number;
    max_target_positions?: number;
    decoder_start_token_id: number;
    eos_token_id: number | readonly number[];
  };
  const { n_samples, sampling_rate } = extractor.config;
  const languageIds = new Map(
    generation?.is_multilingual
      ? Object.entries(generation.lang_to_id ?? {}).map(([token, id]) => [token.replace(/[<|>]/g, ''), id])
      : [],
  );
  const stated =
    generation?.alignment_heads?.filter(
      ([layer, head]) => head < (layers.find(each => each.layer === layer)?.heads ?? 0),
    ) ?? [];
  // Without heads that the model's authors chose, Whisper's own code takes those of the upper half of the layers.
  const upper = layers
    .slice(Math.floor(layers.length / 2))
    .flatMap(({ layer, heads }) => Array.from({ length: heads }, (_, head) => [layer, head] as const));
  const { _tokenizer } = partsOf(textModel(open).tokenizer);
  const idOf = (token: string) => _tokenizer.token_to_id(token);
  const features = async (samples: Float32Array) => (await extractor(samples)).input_features;
  return {
    writes: 'text',
    windowSamples: n_samples,
    features,
    encoderInputs: async samples => ({ [open.sessions.model.inputNames[0]]: await features(samples) }),
    start: generation?.decoder_start_token_id ?? config.decoder_start_token_id,
    promptLength: 1 + (generation?.is_multilingual ? 2 : 0) + (generation?.no_timestamps_token_id == null ? 0 : 1),
    end: [config.eos_token_id].flat()[0],
    languageIds,
    languages: [...languageIds.keys()].sort(),
    layers,
    alignment: stated.length > 0 ? { heads: stated, stated: true } : { heads: upper, stated: false },
    framesPerSecond: (config.max_source_positions * sampling_rate) / n_samples,
    noSpeech: idOf('<|nospeech|>') ?? idOf('<|nocaptions|>'),
    mostTokens: Math.floor((config.max_target_positions ?? 448) / 2),
  };
}
