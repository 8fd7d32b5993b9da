import path from 'node:path';
import type { Tensor } from '@huggingface/transformers';
import { fileLimits } from '../../core/files/fileLimits';
import { isObject } from '../../core/models/isObject';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { CtcVocabulary } from '../../core/speech/ctcWords';
import { computedOnce } from '../models/computedOnce';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { readLimitedText } from '../models/readLimited';
import { modelRate } from './decodeAudio';
import { featureExtractor } from './featureExtractor';
import type { HearsSound } from './hearingModel';

/** An encoder of sound (wav2vec 2.0, Baevski et al. 2020; HuBERT, WavLM), with or without a transcript by CTC. */
export interface SoundModel extends HearsSound {
  readonly writes: 'symbols' | 'nothing';
  /** Of one that writes. */
  readonly vocabulary?: CtcVocabulary;
}

/** So much is read at once: attention grows with the square of it. */
const windowSeconds = 30;
/** Frames a second of encoders that read a spectrogram (wav2vec 2.0 BERT): two of its steps of 10 ms are one. */
const framesOfSpectrogram = 50;

/** What of an encoder's config.json is read. */
interface SoundConfig {
  readonly model_type?: string;
  readonly conv_stride?: readonly number[];
  /** SEW's: so many frames are one in the attention. */
  readonly squeeze_factor?: number;
  readonly pad_token_id?: number;
}

const known = new WeakMap<TransformersModel, Promise<SoundModel>>();

/**
 * Reads what is particular to an encoder of sound; once for each open model.
 * @throws {InferenceFault} where it reads sound otherwise, or a file is missing.
 */
export function soundModel(open: TransformersModel): Promise<SoundModel> {
  return computedOnce(known, open, () => read(open));
}

async function read(open: TransformersModel): Promise<SoundModel> {
  const { info, model } = open;
  const {
    conv_stride: strides,
    squeeze_factor: squeeze = 1,
    model_type: type,
  } = model.config as unknown as SoundConfig;
  const framesPerSecond = Array.isArray(strides)
    ? modelRate / (strides as number[]).reduce((product, stride) => product * stride, squeeze)
    : type === 'wav2vec2-bert'
      ? framesOfSpectrogram
      : NaN;
  if (!(framesPerSecond > 0)) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${info.id} (${info.architecture}) reads sound, but not as frames in time that Headlight knows; choose a Whisper, wav2vec 2.0, HuBERT or WavLM model.`,
    );
  }
  const extractor = (await featureExtractor(open)) as (samples: Float32Array) => Promise<Record<string, Tensor>>;
  const names = open.sessions.model.inputNames;
  const writes = info.task === 'automatic-speech-recognition';
  return {
    writes: writes ? 'symbols' : 'nothing',
    vocabulary: writes ? await vocabularyOf(open) : undefined,
    windowSamples: windowSeconds * modelRate,
    languages: [],
    layers: [],
    alignment: { heads: [], stated: false },
    framesPerSecond,
    encoderInputs: async samples => {
      const inputs = await extractor(samples);
      return Object.fromEntries(Object.entries(inputs).filter(([name]) => names.includes(name)));
    },
  };
}

/** What the numbers of a CTC's output stand for: vocab.json, or the vocabulary of tokenizer.json. */
async function vocabularyOf({ info, reference, model }: TransformersModel): Promise<CtcVocabulary> {
  const json = async (file: string): Promise<Record<string, unknown> | undefined> => {
    try {
      const value: unknown = JSON.parse(await readLimitedText(path.join(reference.folder, file), fileLimits.modelJson));
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const tokenizer = await json('tokenizer.json');
  const own = isObject(tokenizer?.model) && isObject(tokenizer.model.vocab) ? tokenizer.model.vocab : undefined;
  const added = Array.isArray(tokenizer?.added_tokens)
    ? tokenizer.added_tokens.filter(isObject).map(({ content, id }) => [String(content), id] as const)
    : [];
  const whole = own ?? (await json('vocab.json'));
  const settings = (await json('tokenizer_config.json')) ?? {};
  // Of several languages (MMS) the one that is set.
  const ofLanguage = whole?.[String(settings.target_lang)];
  const vocab = isObject(ofLanguage) ? ofLanguage : whole;
  if (!vocab) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${info.id} has no tokenizer.json or vocab.json in ${reference.folder} that says what its numbers stand for; put the model’s own file there.`,
    );
  }
  const symbols: string[] = [];
  for (const [symbol, id] of [...Object.entries(vocab), ...added]) {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < 1e6) symbols[id] = symbol;
  }
  const named = (name: string, usual: string) => {
    const given = settings[name];
    return typeof given === 'string'
      ? given
      : isObject(given) && typeof given.content === 'string'
        ? given.content
        : usual;
  };
  const pad = (model.config as unknown as SoundConfig).pad_token_id;
  const blank = pad ?? symbols.indexOf(named('pad_token', '<pad>'));
  return {
    symbols,
    blank,
    delimiter: named('word_delimiter_token', '|'),
    silent: new Set([named('bos_token', '<s>'), named('eos_token', '</s>'), named('pad_token', '<pad>')]),
  };
}
