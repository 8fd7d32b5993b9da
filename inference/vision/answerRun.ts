import type { CancellationToken } from 'vscode-jsonrpc';
import { joinSteps, type AttentionStep } from '../../core/attention/joinSteps';
import { captionWords } from '../../core/captions/captionWords';
import type { AnswerWord, ImageAnswer, ImageTurn } from '../../core/vision/imageAnswer';
import type { AnswerAttention } from '../../core/vision/wordAttention';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { stopIfCancelled } from '../models/stopIfCancelled';
import { likeliestTokens } from '../text/likeliestTokens';
import { longestText } from '../text/longestText';
import { probabilityOf } from '../text/probabilityOf';
import { conversationPrompt } from './conversationPrompt';
import { emptyCache, readTokens, shortened, valueNorms, type VisionCache } from './visionDecoder';
import { endTokens, type VisionModel } from './visionModel';
import type { RawPicture, VisionPicture } from './visionPicture';
import { promptIds, visionSequence, withToken, withTokens, type VisionSequence } from './visionSequence';

/** An answer is ended after so many tokens. */
const longestAnswer = 192;
/** How many tokens are told in place of each word. */
const alternatives = 5;

/** A question that was answered, and what is needed to ask about the answer. */
export interface AnswerRun {
  readonly answer: ImageAnswer;
  readonly picture: VisionPicture;
  readonly promptIds: readonly number[];
  readonly answerIds: readonly number[];
  /** The prompt and the answer. */
  readonly sequence: VisionSequence;
  /** Of all tokens but the last of the answer. */
  readonly cache: VisionCache;
  readonly attention: AnswerAttention;
  /** Bytes that it keeps. */
  readonly bytes: number;
}

/** How a question is answered. */
export interface AnswerOptions {
  /** A run of the same picture whose tokens may be the beginning of this one's. */
  readonly before?: AnswerRun;
  /** Whether to keep the attention, as by default. */
  readonly attention?: boolean;
  /** Is told what was written so far. */
  readonly onText?: (text: string) => void;
}

/**
 * Whether the tokens of a prompt see later ones (PaliGemma's prefix): then a prompt is read as a whole, and an answer one
 * token at a time.
 */
export function seesAhead({ config }: VisionModel): boolean {
  return config.model_type === 'paligemma';
}

/** Answers the last question of a conversation, the likeliest token each time. */
export async function answerQuestion(
  open: VisionModel,
  raw: RawPicture,
  picture: VisionPicture,
  turns: readonly ImageTurn[],
  cancelled: CancellationToken,
  { before, attention = true, onText }: AnswerOptions = {},
): Promise<AnswerRun> {
  const started = performance.now();
  const characters = turns.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > longestText(open.info.contextLength)) {
    throw tooLong(open, `${characters.toLocaleString('en')} characters`, turns);
  }
  const ids = await promptIds(open, conversationPrompt(open, turns), picture);
  if (ids.length >= open.info.contextLength) {
    throw tooLong(open, `${ids.length} tokens, ${picture.tokens} of them the picture’s`, turns);
  }
  const prompt = await visionSequence(open, ids, picture);
  stopIfCancelled(cancelled);
  const prefix = await readPrompt(open, prompt, before && !seesAhead(open) ? commonCache(before, prompt) : emptyCache);
  const { sequence, written, cache, cut } = await write(open, prompt, prefix, attention, cancelled, onText);
  const answerIds = written.map(({ id }) => id);
  const special: readonly number[] = open.tokenizer.all_special_ids;
  const words = captionWords(
    written.map(({ id, probability }) => ({
      text: special.includes(id) ? '' : open.predictionText(id, ids),
      probability,
    })),
  ).map((word): AnswerWord => ({
    ...word,
    text: answerText(open, answerIds.slice(word.from, word.to)) || word.text,
    instead: written[word.from].likeliest.map(({ id, probability }) => ({
      text: open.predictionText(id, ids),
      probability,
    })),
  }));
  const layers = (written[0]?.attention ?? []).map((_, layer) => joinSteps(written.map(step => step.attention[layer])));
  const { sites } = open.encoder;
  const onPicture = new Set(prompt.picture);
  let norms: ReturnType<typeof valueNorms> | undefined;
  return {
    answer: {
      image: raw.facts,
      model: open.info,
      text: answerText(open, answerIds),
      words,
      cut,
      parts: picture.parts,
      pictureTokens: picture.tokens,
      prompt: ids.filter((_, i) => !onPicture.has(i)).map(id => open.predictionText(id, ids)),
      layers: layers.length,
      heads: layers[0]?.heads ?? 0,
      encoder: sites.length > 0 ? { layers: sites.length, heads: sites[0].heads ?? 1 } : undefined,
      times: { decode: raw.decodeTime, encode: picture.encodeTime, write: performance.now() - started },
    },
    picture,
    promptIds: ids,
    answerIds,
    sequence,
    cache,
    attention: {
      layers,
      picture: prompt.picture,
      promptLength: ids.length,
      words,
      norms: layer => (norms ??= valueNorms(cache)).get(layer)!,
    },
    bytes: bytesOf(layers, cache, sequence, picture),
  };
}

/** What tokens of an answer say; nothing where there are none, of which a tokenizer makes an error. */
export function answerText({ tokenizer }: VisionModel, ids: readonly number[]): string {
  return ids.length === 0 ? '' : tokenizer.decode([...ids], { skip_special_tokens: true }).trim();
}

/** Why a conversation is not read: nothing could be written after it. */
function tooLong({ info }: VisionModel, has: string, turns: readonly ImageTurn[]): InferenceFault {
  const remedy =
    turns.length > 1
      ? 'close the panel and ask about the image again, which begins a new conversation'
      : 'ask with fewer words';
  return new InferenceFault(
    InferenceErrorCode.text,
    `This conversation has ${has}, and ${info.id} takes ${info.contextLength - 1} tokens; ${remedy}.`,
  );
}

/**
 * Lets the decoder read a prompt up to its last token, which is read with the answer: what it looks at is where the first
 * word comes from.
 */
export async function readPrompt(
  open: VisionModel,
  prompt: VisionSequence,
  known: VisionCache = emptyCache,
): Promise<VisionCache> {
  const last = prompt.ids.length - 1;
  if (!seesAhead(open)) {
    return known.length >= last ? shortened(known, last) : (await readTokens(open, prompt, known, last)).cache;
  }
  return shortened((await readTokens(open, prompt, emptyCache, last + 1)).cache, last);
}

interface WrittenToken {
  readonly id: number;
  readonly probability: number;
  readonly likeliest: readonly { readonly id: number; readonly probability: number }[];
  readonly attention: readonly AttentionStep[];
}

/** Writes after a prompt. @param prefix its cache, without its last token. */
export async function write(
  open: VisionModel,
  prompt: VisionSequence,
  prefix: VisionCache,
  attention: boolean,
  cancelled: CancellationToken,
  onText?: (text: string) => void,
): Promise<{ sequence: VisionSequence; written: WrittenToken[]; cache: VisionCache; cut: boolean }> {
  const end = endTokens(open);
  const most = Math.min(longestAnswer, open.info.contextLength - prompt.ids.length);
  const written: WrittenToken[] = [];
  let [sequence, cache] = [prompt, prefix];
  while (written.length < most) {
    stopIfCancelled(cancelled);
    const reading = await readTokens(open, sequence, cache, sequence.ids.length, { attention });
    cache = reading.cache;
    const likeliest = likeliestTokens(reading.logits.data, 0, reading.logits.columns, alternatives);
    const [{ id, probability }] = likeliest;
    if (end.has(id)) return { sequence, written, cache, cut: false };
    written.push({ id, probability, likeliest, attention: reading.attention });
    sequence = await withToken(open, sequence, id);
    onText?.(
      answerText(
        open,
        written.map(token => token.id),
      ),
    );
  }
  return { sequence, written, cache, cut: true };
}

/**
 * How likely each token of an answer is after a prompt, in nats: [token]. The answer is read as one piece, so that it is
 * compared with what was read so, too: activations that are rounded together differ from those of single tokens.
 * @param prefix the cache of the prompt, or of its beginning, without its last token.
 */
export async function logProbabilities(
  open: VisionModel,
  prompt: VisionSequence,
  prefix: VisionCache,
  answerIds: readonly number[],
  cancelled: CancellationToken,
): Promise<Float32Array> {
  const sequence = await withTokens(open, prompt, answerIds.slice(0, -1));
  const [first, to] = [prompt.ids.length - 1, sequence.ids.length];
  const values = new Float32Array(answerIds.length);
  if (seesAhead(open)) {
    let cache = prefix;
    for (let at = first; at < to; at++) {
      stopIfCancelled(cancelled);
      const reading = await readTokens(open, sequence, cache, at + 1);
      cache = reading.cache;
      values[at - first] = logOf(probabilityOf(reading.logits, 0, answerIds[at - first]));
    }
    return values;
  }
  const { logits } = await readTokens(open, sequence, prefix, to, { allLogits: true });
  const row = first - prefix.length;
  return values.map((_, i) => logOf(probabilityOf(logits, row + i, answerIds[i])));
}

function logOf(probability: number): number {
  return Math.log(Math.max(1e-30, probability));
}

/** What is known of the tokens that two sequences begin with, where the picture is among them. */
function commonCache({ sequence, cache }: AnswerRun, prompt: VisionSequence): VisionCache {
  let common = 0;
  while (common < Math.min(cache.length, prompt.ids.length) && sequence.ids[common] === prompt.ids[common]) common++;
  const last = prompt.picture.at(-1) ?? 0;
  return common > last ? shortened(cache, common) : emptyCache;
}

function bytesOf(
  layers: readonly AttentionStep[],
  { tensors }: VisionCache,
  { embeddings }: VisionSequence,
  { features, inputs }: VisionPicture,
): number {
  const cached = Object.values(tensors).reduce((sum, { data }) => sum + (data as Float32Array).byteLength, 0);
  const rows = layers.reduce((sum, { data }) => sum + data.byteLength, 0);
  return cached + rows + embeddings.byteLength + features.byteLength + inputs.pixel_values.size * 4;
}
