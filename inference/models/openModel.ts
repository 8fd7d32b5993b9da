import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  AutoModel,
  AutoModelForCausalLM,
  AutoModelForImageClassification,
  AutoModelForImageFeatureExtraction,
  AutoModelForImageTextToText,
  AutoModelForMaskedLM,
  AutoModelForObjectDetection,
  AutoModelForQuestionAnswering,
  AutoModelForSeq2SeqLM,
  AutoModelForSequenceClassification,
  AutoModelForSpeechSeq2Seq,
  AutoModelForTokenClassification,
  AutoModelForVision2Seq,
  AutoProcessor,
  AutoTokenizer,
  env,
  LogLevel,
  type DataType,
  PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
} from '@huggingface/transformers';
import {
  inputOf,
  isEncoderAlone,
  looksAtPoints,
  modelTask,
  readsSoundAlone,
  writesAboutImages,
  type ModelTask,
} from '../../core/models/modelTask';
import { lfsPointerWords } from '../../core/models/gitLfs';
import { externalDataNames } from '../../core/models/externalDataFormat';
import { precisionOf, precisionSuffixes, type PrecisionName } from '../../core/models/precisions';
import { outputMeaning } from '../../core/models/outputMeaning';
import { writingChoices, type WritingChoices } from '../../core/models/writing';
import type { ModelInfo } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { workLimits } from '../../core/protocol/workLimits';
import { tokenizerFamily, type TokenizerFamily } from '../../core/text/tokenizerFamily';
import type { AttentionSession } from './attentionSession';
import { checkVisionFiles } from './checkVisionFiles';
import { classNames } from './classNames';
import { decoderFile } from './decoderFile';
import { graphsOf } from './expectedMemory';
import { readsAlsoTexts } from './imageHalf';
import { InferenceFault } from './inferenceFault';
import { lfsPointer } from './lfsPointer';
import { readChatTemplate } from './readChatTemplate';
import { missingFile, missingFileWords } from './missingFile';
import { readJson } from './readJson';
import { inputsByName, int64, tokenInputs } from './tokenInputs';
import { vocabularyText } from './vocabularyText';
import { limitTokenizer } from './withinTime';
import { withoutCache } from './withoutCache';

// Built-in models lie on disk: nothing is ever fetched for them.
env.allowRemoteModels = false;
env.useFSCache = false;
env.logLevel = LogLevel.ERROR;

/** A model in memory, ready to run: opened by transformers.js, or one ONNX file that is run by its inputs' names. */
export interface OpenModel {
  readonly reference: ModelReference;
  readonly info: ModelInfo;
  /** By transformers.js's names: `model`, `decoder_model_merged`, …; a file that is run by its inputs' names is `model`. */
  readonly sessions: Readonly<Record<string, AttentionSession>>;
  /** The decoder that takes no cache, where it is one: for each token that it writes it reads all before it anew. */
  readonly readsAnew?: AttentionSession;
  /** Whether the same tokens can be read several times side by side. */
  readonly batches: boolean;
  /** What it takes in memory, as it was measured; more once more was asked of it. */
  readonly bytes: number;
  /** Milliseconds that opening took. */
  readonly loadTime: number;
  /** Of a graph that computes attention in parts side by side: which one the last run was made for, counted from 0. */
  readonly part?: number;
  /**
   * Runs it once on tokens that are all known; what its sessions compute is heard of where a recorder listens.
   * @param ids the tokens of a run, as they were kept: of a graph they stand for the inputs that it was given.
   * @param outputIds what an encoder-decoder's decoder reads.
   * @param batch how often the same tokens are read side by side, where it {@link batches}.
   */
  run(ids: readonly number[], outputIds?: readonly number[], batch?: number): Promise<unknown>;
  /**
   * What a number of its vocabulary reads, alone: a class's name of a classifier, else the token's text, in which U+FFFD
   * stands for a part of a character.
   * @param ids the tokens of the run that it is of: each run of a graph may bring names of its own.
   */
  predictionText(id: number, ids: readonly number[]): string;
  /** Lets go of its sessions. */
  dispose(): Promise<unknown>;
}

/** A model that transformers.js has a class for. */
export interface TransformersModel extends OpenModel {
  readonly model: PreTrainedModel;
  /** What makes its tokens; of a model for images alone there is none. */
  readonly tokenizer?: PreTrainedTokenizer;
  /** Of a vision-language model: what makes its inputs of a picture and a text. */
  readonly processor?: Processor;
  readonly family?: TokenizerFamily;
  /** What there is to choose for what an encoder-decoder writes. */
  readonly writing?: WritingChoices;
  /** Of a model for images and texts: whether its half for texts is there too. */
  readonly readsTexts?: boolean;
}

const classes = {
  'text-generation': AutoModelForCausalLM,
  'text2text-generation': AutoModelForSeq2SeqLM,
  'text-classification': AutoModelForSequenceClassification,
  'fill-mask': AutoModelForMaskedLM,
  'feature-extraction': AutoModel,
  'token-classification': AutoModelForTokenClassification,
  'question-answering': AutoModelForQuestionAnswering,
  'image-to-text': AutoModelForVision2Seq,
  'image-text-to-text': AutoModelForImageTextToText,
  'image-classification': AutoModelForImageClassification,
  'image-feature-extraction': AutoModel,
  'object-detection': AutoModelForObjectDetection,
  'automatic-speech-recognition': AutoModelForSpeechSeq2Seq,
  'audio-feature-extraction': AutoModel,
} satisfies Record<ModelTask, unknown>;

/**
 * Opens a model's folder with transformers.js, its attention outputs added.
 * @throws {InferenceFault} where files are missing or broken, or the model holds no attention.
 */
export async function openModel(reference: ModelReference): Promise<TransformersModel> {
  try {
    return await openFolder(reference);
  } catch (error) {
    const pointer = await lfsPointer(reference.folder);
    if (pointer !== undefined) {
      throw new InferenceFault(
        InferenceErrorCode.model,
        `${reference.id} cannot be opened: ${pointer} in ${reference.folder} ${lfsPointerWords}.`,
        error,
      );
    }
    const type = await missingType(reference, error);
    const fault = type === undefined ? error : new InferenceFault(InferenceErrorCode.model, type, error);
    if (!reference.builtIn || !(fault instanceof InferenceFault)) throw fault;
    // What to do stands behind the last semicolon: for other models, to look at the file that the user has.
    const what = fault.message.replace(/(?:;[^;]*|\.)$/, '');
    throw new InferenceFault(
      fault.code,
      `${what}; install Headlight again to bring the built-in model back.`,
      fault.cause,
    );
  }
}

/** What is said where transformers.js does not know which class a model is of; undefined where something else went wrong. */
async function missingType(reference: ModelReference, error: unknown): Promise<string | undefined> {
  const { id, folder } = reference;
  const config = await readJson(reference, 'config.json').catch(() => undefined);
  if (!config) return undefined;
  if (typeof config.model_type !== 'string') {
    return `${id} cannot be opened: its config.json names no model_type in ${folder}; put the original file back, or choose another model.`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  return cause.startsWith('Unsupported model type')
    ? `${id} is of the type “${config.model_type}” (model_type in its config.json), which transformers.js has no class for; choose another model, or explain its .onnx file with inputs.`
    : undefined;
}

async function openFolder(reference: ModelReference): Promise<TransformersModel> {
  const started = performance.now();
  const config = await readJson(reference, 'config.json');
  const task = modelTask(config);
  checkLayers(reference, config);
  if (looksAtPoints(config)) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${reference.id} is a detector whose encoder and decoder look at a few points that they choose and not at cells (deformable attention), so there is no heat to paint; choose a DETR, RT-DETR or YOLOS model.`,
    );
  }
  if (config.model_type === 'siglip2') {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${reference.id} cuts each image into a number of patches of its own (NaFlex), which transformers.js cannot do; choose a SigLIP 2 model for images of one size, such as onnx-community/siglip2-base-patch16-224-ONNX.`,
    );
  }
  const { subfolder, files } = await graphFolder(reference.folder);
  checkWeights(reference, config, files);
  const readsTexts = readsAlsoTexts(config) ? await holdsBothHalves(reference, subfolder, files) : undefined;
  // What an encoder of sound writes is told by its vocabulary alone.
  const writes =
    !readsSoundAlone(config) && (inputOf(task) !== 'image' || writesAboutImages(task) || readsTexts === true);
  const tokenizerJson = writes ? await readJson(reference, 'tokenizer.json') : undefined;
  const tokenizerConfig = writes ? await readJson(reference, 'tokenizer_config.json') : undefined;
  if (tokenizerJson) checkAddedTokens(reference, tokenizerJson);
  const options = {
    local_files_only: true,
    dtype: reference.dtype as DataType,
    device: 'cpu',
    subfolder,
    ...decoderFile(config, reference.dtype, files),
  } as const;
  try {
    const processor =
      task === 'image-text-to-text' ? await AutoProcessor.from_pretrained(reference.folder, options) : undefined;
    const tokenizer = writes
      ? (processor?.tokenizer ?? (await AutoTokenizer.from_pretrained(reference.folder, options)))
      : undefined;
    if (tokenizer) {
      limitTokenizer(tokenizer, reference.id);
      await readChatTemplate(tokenizer, reference.folder);
    }
    const opening = classOf(task, config, readsTexts);
    const model = await opening.from_pretrained(reference.folder, options);
    const sessions = model.sessions as unknown as Record<string, AttentionSession>;
    const all = Object.values(sessions);
    if (all.every(session => session.sites.length === 0)) {
      await model.dispose();
      throw new InferenceFault(
        InferenceErrorCode.model,
        `${reference.id} holds no attention to show (${all.map(session => session.found).join('; ')}); choose another model.`,
      );
    }
    if (inputOf(task) === 'text') await checkReadsText(reference, model, all);
    if (task === 'text2text-generation') checkStart(reference, model, config);
    const family = tokenizerJson && tokenizerConfig && tokenizerFamily(tokenizerJson, tokenizerConfig);
    const nameOf = classNames(model);
    return {
      reference,
      model,
      tokenizer,
      processor,
      family,
      sessions,
      readsAnew: withoutCache(model),
      readsTexts,
      batches: true,
      writing: task === 'text2text-generation' ? writingChoices(config, tokenizerJson) : undefined,
      run: (ids, outputIds, batch = 1) =>
        model({
          ...(opening === PreTrainedModel ? inputsByName(ids, all[0].inputNames, batch) : tokenInputs(ids, batch)),
          ...(outputIds && { decoder_input_ids: int64(outputIds, batch) }),
        }) as Promise<unknown>,
      predictionText: id =>
        !tokenizer || !family || task === 'text-classification' || task === 'token-classification'
          ? nameOf(id)
          : vocabularyText({ tokenizer, family }, id),
      dispose: () => model.dispose(),
      info: {
        id: reference.id,
        architecture: typeof config.model_type === 'string' ? config.model_type : 'unknown architecture',
        dtype: reference.dtype,
        // An embedding model of a causal architecture says nothing that could go on.
        task:
          task === 'text-generation' && !all.some(({ outputNames }) => outputNames.includes('logits'))
            ? 'feature-extraction'
            : task,
        outputs: classifies.has(task) ? outputMeaning(config) : undefined,
        contextLength: contextLength(config, tokenizer),
        found: all
          .filter(({ sites }) => sites.length > 0)
          .map(({ found }) => found)
          .join('; '),
        quantizesActivations: all.some(session => session.quantizesActivations),
      },
      get bytes() {
        return all.reduce((sum, session) => sum + session.bytes, 0);
      },
      loadTime: performance.now() - started,
    };
  } catch (error) {
    if (error instanceof InferenceFault) {
      throw new InferenceFault(error.code, `${reference.id}: ${error.message}`, error.cause);
    }
    if (task === 'image-text-to-text') await checkVisionFiles(reference, config.model_type, files, subfolder);
    const missing = missingFile(error, reference.folder);
    if (missing !== undefined) {
      throw new InferenceFault(InferenceErrorCode.model, missingFileWords(reference, missing, files), error);
    }
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${reference.id} cannot be opened from ${reference.folder}; see the log for the reason, or choose another model.`,
      error,
    );
  }
}

/** What gives classes. */
const classifies: ReadonlySet<ModelTask> = new Set([
  'text-classification',
  'token-classification',
  'image-classification',
]);

/** What transformers.js has no class for is one graph, run by its inputs' names. */
const byInputs: ReadonlySet<ModelTask> = new Set([
  'text-classification',
  'token-classification',
  'question-answering',
  'fill-mask',
]);

/**
 * The class of transformers.js that opens a model; of images and texts (CLIP, SigLIP) without the half for texts that of
 * the half for images. A graph that it has no class for (Swin V2, GPT-2 that classifies, T5's encoder alone) is run by its
 * inputs' names.
 */
function classOf(
  task: ModelTask,
  config: Record<string, unknown>,
  readsTexts: boolean | undefined,
): (typeof classes)[ModelTask] | typeof AutoModelForImageFeatureExtraction | typeof PreTrainedModel {
  if (
    isEncoderAlone(config) ||
    readsSoundAlone(config) ||
    (byInputs.has(task) && !classes[task].supports(String(config.model_type)))
  ) {
    return PreTrainedModel;
  }
  if (config.model_type === 'florence2') return AutoModelForImageTextToText;
  if (readsTexts === false) return AutoModelForImageFeatureExtraction;
  return inputOf(task) === 'image' && !classes[task].supports(String(config.model_type)) ? AutoModel : classes[task];
}

/**
 * Whether a model for images and texts is there as a whole: its graph with both halves, and what makes tokens; else the half
 * for images is.
 * @throws {InferenceFault} where neither is there: it names what is missing of the whole.
 */
async function holdsBothHalves(
  reference: ModelReference,
  subfolder: string,
  graphs: readonly string[],
): Promise<boolean> {
  const { folder, dtype } = reference;
  const [whole, half] = ['model', 'vision_model'].map(
    base => `${base}${precisionSuffixes[dtype as PrecisionName] ?? ''}.onnx`,
  );
  const hasHalf = graphs.includes(half);
  if (!graphs.includes(whole)) {
    if (hasHalf) return false;
    throw new InferenceFault(
      InferenceErrorCode.model,
      missingFileWords(reference, path.posix.join(subfolder, whole), graphs),
    );
  }
  if (!hasHalf) await readJson(reference, 'tokenizer.json');
  return access(path.join(folder, 'tokenizer.json')).then(
    () => true,
    () => false,
  );
}

/** Where the ONNX files lie: in `onnx`, or (Optimum's way) beside config.json; with all files there. */
async function graphFolder(folder: string): Promise<{ subfolder: 'onnx' | ''; files: readonly string[] }> {
  const files = await readdir(path.join(folder, 'onnx')).catch(() => []);
  if (files.some(file => file.endsWith('.onnx'))) return { subfolder: 'onnx', files };
  const beside = await readdir(folder).catch(() => []);
  // Where there is none, it is missed where the hub's models have it.
  return beside.some(file => file.endsWith('.onnx')) ? { subfolder: '', files: beside } : { subfolder: 'onnx', files };
}

/** Weights that config.json names must be there: transformers.js would wait for them for ever. */
function checkWeights(
  { id, folder, dtype }: ModelReference,
  config: Record<string, unknown>,
  files: readonly string[],
): void {
  const missing = graphsOf(files, dtype)
    .flatMap(graph => externalDataNames(config, graph, precisionOf(graph).base))
    .find(name => !files.includes(name));
  if (missing === undefined) return;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${id} keeps weights in ${missing}, which is not in ${folder}; download the model again.`,
  );
}

/** transformers.js takes any value for the text of a token that is added, and fails with it later. */
function checkAddedTokens({ id, folder }: ModelReference, { added_tokens: added }: Record<string, unknown>): void {
  const isText = (token: unknown) => typeof (token as { content?: unknown } | null)?.content === 'string';
  if (added === undefined || added === null || (Array.isArray(added) && added.every(isText))) return;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${id} adds a token that is no text (added_tokens in tokenizer.json) in ${folder}; put the original file back, or choose another model.`,
  );
}

/** What configurations call the number of their layers. */
const layerCounts =
  /^(n_layers?|num_layers|num_(hidden|encoder|decoder|transformer)_layers|(encoder|decoder)_layers|depths?)$/;

/** transformers.js makes names for the cache of every layer that config.json names, however many those are. */
function checkLayers({ id, folder }: ModelReference, config: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(config)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      checkLayers({ id, folder } as ModelReference, value as Record<string, unknown>);
    } else if (layerCounts.test(name) && typeof value === 'number' && !(value >= 0 && value <= workLimits.layers)) {
      throw new InferenceFault(
        InferenceErrorCode.model,
        `${id} has ${value.toLocaleString('en')} layers by its config.json (${name}) in ${folder}, and ${workLimits.layers.toLocaleString('en')} are the most; put the original file back, or choose another model.`,
      );
    }
  }
}

/** What graphs take that read no text, by their inputs' names. */
const otherInputs: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^(input_values|input_features|audio.*)$/, 'sound'],
  [/^pixel_values/, 'images'],
];

/** A configuration may be of a type that nobody knows: what the graph takes tells what it reads. */
async function checkReadsText(
  { id }: ModelReference,
  model: PreTrainedModel,
  sessions: readonly AttentionSession[],
): Promise<void> {
  const names = sessions.flatMap(({ inputNames }) => inputNames);
  if (names.some(name => /input_ids$|inputs_embeds$|encoder_hidden_states$/.test(name))) return;
  const found = otherInputs.flatMap(([pattern, what]) =>
    names.filter(name => pattern.test(name)).map(name => [name, what]),
  );
  await model.dispose();
  throw new InferenceFault(
    InferenceErrorCode.model,
    found.length > 0
      ? `${id} reads ${found[0][1]}, not text (its graph takes ${found[0][0]}), in a way that Headlight does not know; explain its .onnx file with inputs to see its attention.`
      : `${id} takes ${names.join(', ')} and no text; explain its .onnx file with inputs to see its attention.`,
  );
}

/** A decoder begins with a token that the model's settings name: without it nothing can be written. */
function checkStart(
  { id, folder }: ModelReference,
  { generation_config: settings }: PreTrainedModel,
  config: Record<string, unknown>,
): void {
  const stated = [settings, config].some(from => {
    const { decoder_start_token_id: start, bos_token_id: begin } = (from ?? {}) as Record<string, unknown>;
    return typeof (start ?? begin) === 'number';
  });
  if (stated) return;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${id} does not say with which token its decoder starts (decoder_start_token_id): generation_config.json is missing in ${folder}; put it back, or download the model again.`,
  );
}

/** Encoders that count positions from behind the padding's number, so that the first ones of their table stand for no token. */
const countsFromPadding = /roberta|^(camembert|mpnet|longformer|data2vec-text)$/;

/** What transformers takes for the longest context of these where their configuration leaves it out, as Google's vision-language models do. */
const defaultContext: Readonly<Record<string, number>> = { gemma: 8192, gemma2: 8192, gemma3_text: 131_072 };

/** The smallest limit that the files state, a captioner's decoder among them. */
function contextLength(config: Record<string, unknown>, tokenizer: PreTrainedTokenizer | undefined): number {
  const unused = countsFromPadding.test(String(config.model_type)) ? Number(config.pad_token_id ?? 1) + 1 : 0;
  const positions =
    typeof config.max_position_embeddings === 'number' ? config.max_position_embeddings - unused : undefined;
  const stated = [
    config.n_positions,
    positions,
    config.n_ctx,
    config.max_sequence_length,
    (config.decoder as { n_positions?: number } | undefined)?.n_positions,
    (config.decoder as { max_position_embeddings?: number } | undefined)?.max_position_embeddings,
    (config.text_config as { max_position_embeddings?: number } | undefined)?.max_position_embeddings,
    (tokenizer as unknown as { model_max_length?: number } | undefined)?.model_max_length,
  ];
  const limits = stated.filter((limit): limit is number => typeof limit === 'number' && limit > 0 && limit < 1e9);
  if (limits.length > 0) return Math.min(...limits);
  const { model_type: type } = (config.text_config as { model_type?: unknown } | undefined) ?? config;
  return defaultContext[String(type)] ?? 512;
}
