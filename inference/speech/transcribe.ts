import { InterruptableStoppingCriteria, type Tensor } from '@huggingface/transformers';
import { alignmentMatrix } from '../../core/speech/alignmentMatrix';
import { speechWords, type TokenWord } from '../../core/speech/speechWords';
import { soundStretches } from '../../core/speech/soundStretches';
import { timeWarp } from '../../core/speech/timeWarp';
import type { SpeechHeads } from '../../core/protocol/speechProtocol';
import type { SpeechWord, TimeRange, WindowTranscript } from '../../core/speech/transcript';
import { wordEdges } from '../../core/speech/wordEdges';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { textModel } from '../models/textModel';
import { probabilityOf } from '../text/probabilityOf';
import { Recorder, type LayerTensor, type Logits } from '../models/recorder';
import { int64 } from '../models/tokenInputs';
import { modelRate } from './decodeAudio';
import type { SpeechModel } from './speechModel';

/** Nobody speaks where the model says so with this probability, and what it writes is unlikely (openai/whisper, transcribe.py). */
const noSpeechProbability = 0.6;
const leastMeanLogProbability = -1;

/** A window's transcript with the cross-attention that led to it. */
export interface HeardWindow {
  readonly transcript: Omit<WindowTranscript, 'runTime'>;
  /** [heads, queries, keys] of each layer; a query is a token read, the next one written. */
  readonly cross: readonly LayerTensor[];
  /** The words' tokens. */
  readonly words: readonly TokenWord[];
  /** The row in which the first token was written. */
  readonly firstRow: number;
  /** Columns that hold audio. */
  readonly frames: number;
}

/**
 * Transcribes what a model takes at once, the likeliest token each time, and places each word by cross-attention, clamped to
 * where something sounds.
 * @param window where the samples lie in the audio, and its number.
 * @param language a code; absent: the model guesses, where it knows several.
 * @param isCancelled asked between tokens.
 */
export async function transcribe(
  open: TransformersModel,
  speech: SpeechModel,
  samples: Float32Array,
  window: TimeRange & { readonly number: number },
  language: string | undefined,
  isCancelled: () => boolean,
): Promise<HeardWindow> {
  const features = await speech.features(samples);
  const spoken =
    speech.languages.length === 0
      ? undefined
      : language !== undefined && speech.languageIds.has(language)
        ? language
        : await guessLanguage(open, speech, features);
  const recorder = new Recorder(open, { wants: (kind, _layer, what) => kind === 'cross' && what === 'probabilities' });
  try {
    const stop = new InterruptableStoppingCriteria();
    const result = await open.model.generate({
      inputs: features,
      max_new_tokens: speech.mostTokens,
      do_sample: false,
      ...(spoken === undefined ? {} : { language: spoken, task: 'transcribe' }),
      stopping_criteria: [stop],
      streamer: {
        put: () => {
          if (isCancelled()) stop.interrupt();
        },
        end: () => undefined,
      },
    } as never);
    const written = Array.from((result as Tensor).data as BigInt64Array, Number).slice(speech.promptLength);
    const ids = written.filter(id => id < speech.end);
    const logits = recorder.logits();
    const cross = recorder.attention();
    const firstRow = speech.promptLength - 1;
    const frames = Math.max(
      1,
      Math.min(cross[0].keys, Math.ceil((window.end - window.start) * speech.framesPerSecond)),
    );
    const cut = written.at(-1) !== speech.end;
    const base = { cross, firstRow, frames };
    if (ids.length === 0 || nobodySpeaks(logits, speech, ids, firstRow)) {
      return { ...base, words: [], transcript: { text: '', words: [], confidence: 1, language: spoken, cut: false } };
    }
    const decode = (some: readonly number[]): string =>
      textModel(open).tokenizer.decode([...some], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    const words = speechWords(ids, decode, spoken);
    // The row behind the last token, which writes the end, tells where the last word ends; it is not there where the transcript is cut.
    const rows = Math.min(ids.length + 1, cross[0].queries - firstRow);
    const enters = timeWarp(alignmentMatrix(cross, speech.alignment.heads, firstRow, rows, frames), rows, frames);
    const timeOf = (token: number) => (token < rows ? enters[token] : frames) / speech.framesPerSecond;
    const edges = wordEdges(
      words.map(({ text, sounds }) => ({ text, start: timeOf(sounds.from), end: timeOf(sounds.to) })),
      soundStretches(samples, modelRate),
    );
    const inAudio = (seconds: number) => Math.min(window.end, window.start + seconds);
    return {
      ...base,
      words,
      transcript: {
        text: decode(ids).trim(),
        confidence: logits ? meanOf(logits, ids, firstRow) : 1,
        language: spoken,
        cut,
        words: words.map(({ text, sounds }, index): SpeechWord => ({
          text,
          start: inAudio(edges[index].start),
          end: inAudio(edges[index].end),
          window: window.number,
          index,
          probability: logits ? productOf(logits, ids, firstRow, sounds.from, sounds.to) : 1,
        })),
      },
    };
  } catch (error) {
    if (error instanceof InferenceFault) throw error;
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${open.info.id} failed on this audio; see the log for the reason, or choose another model.`,
      error,
    );
  } finally {
    recorder.stop();
  }
}

/** [frame]: what the tokens of a word looked at: the mean over its tokens and the heads chosen. */
export function spokenWordHeat(
  { cross, words, firstRow, frames }: HeardWindow,
  speech: SpeechModel,
  word: number,
  heads: SpeechHeads,
): Float32Array | undefined {
  const tokens = words[word];
  if (!tokens) return undefined;
  const chosen = (layer: number, head: number) =>
    heads === 'all' ||
    (heads === 'alignment'
      ? speech.alignment.heads.some(([l, h]) => l === layer && h === head)
      : heads.layer === layer && (heads.head === 'all' || heads.head === head));
  const heat = new Float32Array(frames);
  let rows = 0;
  for (const { layer, heads: count, queries, keys, data } of cross) {
    for (let head = 0; head < count; head++) {
      if (!chosen(layer, head)) continue;
      for (let token = tokens.from; token < tokens.to && firstRow + token < queries; token++, rows++) {
        const from = (head * queries + firstRow + token) * keys;
        for (let frame = 0; frame < frames; frame++) heat[frame] += data[from + frame];
      }
    }
  }
  return rows === 0 ? undefined : heat.map(value => value / rows);
}

/** The likeliest of the language tokens behind the start token (Radford et al. 2022, section 2.3). */
async function guessLanguage(
  open: TransformersModel,
  { start, languageIds }: SpeechModel,
  features: Tensor,
): Promise<string> {
  const recorder = new Recorder(open, { wants: () => false });
  try {
    await open.model({ input_features: features, decoder_input_ids: int64([start]) });
    const { data } = recorder.logits()!;
    return [...languageIds].reduce((best, each) => (data[each[1]] > data[best[1]] ? each : best))[0];
  } finally {
    recorder.stop();
  }
}

function nobodySpeaks(
  logits: Logits | undefined,
  { noSpeech }: SpeechModel,
  ids: readonly number[],
  firstRow: number,
): boolean {
  if (!logits || noSpeech === undefined || probabilityOf(logits, 0, noSpeech) <= noSpeechProbability) return false;
  return Math.log(meanOf(logits, ids, firstRow)) < leastMeanLogProbability;
}

/** The geometric mean of what the model gave its own tokens. */
function meanOf(logits: Logits, ids: readonly number[], firstRow: number): number {
  const sum = ids.reduce(
    (total, id, i) => total + Math.log(Math.max(1e-30, probabilityOf(logits, firstRow + i, id))),
    0,
  );
  return Math.exp(sum / ids.length);
}

function productOf(logits: Logits, ids: readonly number[], firstRow: number, from: number, to: number): number {
  let product = 1;
  for (let i = from; i < to; i++) product *= probabilityOf(logits, firstRow + i, ids[i]);
  return product;
}
