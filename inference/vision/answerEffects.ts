import type { CancellationToken } from 'vscode-jsonrpc';
import type { ImageRegion } from '../../core/images/image';
import type { CoveredAnswer } from '../../core/vision/imageAnswer';
import { stopIfCancelled } from '../models/stopIfCancelled';
import { answerText, logProbabilities, readPrompt, seesAhead, write, type AnswerRun } from './answerRun';
import { shortened, withoutValues, type VisionCache } from './visionDecoder';
import type { VisionModel } from './visionModel';
import { coverPicture, encodePicture, processPicture, type RawPicture } from './visionPicture';
import { promptIds, visionSequence, type VisionSequence } from './visionSequence';

/** Asks again with regions of the picture grey: how the words of the first answer fare, and what is answered now. */
export async function coveredAnswer(
  open: VisionModel,
  run: AnswerRun,
  raw: RawPicture,
  cover: readonly ImageRegion[],
  prompt: string,
  cancelled: CancellationToken,
): Promise<CoveredAnswer> {
  const plain = await plainWords(open, run, cancelled);
  const { sequence, prefix } = await readCovered(open, run, raw, cover, prompt, cancelled);
  const changes = wordSums(run, await logProbabilities(open, sequence, prefix, run.answerIds, cancelled));
  const { written } = await write(open, sequence, prefix, false, cancelled);
  const ids = written.map(({ id }) => id);
  return {
    changes: changes.map((value, word) => value - plain[word]),
    text: answerText(open, ids),
  };
}

/**
 * Covers regions, each alone, and scores the words of the answer, held fixed: the occlusion of Zeiler and Fergus 2014.
 * @returns [region][word]: how the log-probability of each word changes, in nats.
 */
export async function answerOcclusion(
  open: VisionModel,
  run: AnswerRun,
  raw: RawPicture,
  regions: readonly ImageRegion[],
  prompt: string,
  cancelled: CancellationToken,
): Promise<Float32Array> {
  const plain = await plainWords(open, run, cancelled);
  const changes: number[] = [];
  for (const region of regions) {
    const { sequence, prefix } = await readCovered(open, run, raw, [region], prompt, cancelled);
    const words = wordSums(run, await logProbabilities(open, sequence, prefix, run.answerIds, cancelled));
    changes.push(...words.map((value, word) => value - plain[word]));
  }
  return Float32Array.from(changes);
}

/**
 * Cuts all of the picture's tokens off in one layer, or in all: their value vectors are 0 for all that is read after the
 * picture (of a model whose prompt sees ahead, for the answer), the other weights stay as they are.
 * @returns [layer given][word]: how the log-probability of each word changes, in nats.
 */
export async function answerKnockout(
  open: VisionModel,
  run: AnswerRun,
  layers: readonly (number | 'all')[],
  cancelled: CancellationToken,
): Promise<Float32Array> {
  const { cache, prompt } = afterPicture(open, run);
  const plain = await plainWords(open, run, cancelled);
  const changes: number[] = [];
  for (const layer of layers) {
    stopIfCancelled(cancelled);
    const cut = withoutValues(cache, run.attention.picture, layer === 'all' ? 'all' : [layer]);
    const words = wordSums(run, await logProbabilities(open, prompt, cut, run.answerIds, cancelled));
    changes.push(...words.map((value, word) => value - plain[word]));
  }
  return Float32Array.from(changes);
}

/** The cache of what was read up to the picture's end, and the prompt that goes on from there. */
function afterPicture(open: VisionModel, run: AnswerRun): { cache: VisionCache; prompt: VisionSequence } {
  const length = run.promptIds.length;
  const end = seesAhead(open) ? length - 1 : Math.min(length - 1, (run.attention.picture.at(-1) ?? 0) + 1);
  const { ids, positions, embeddings, width } = run.sequence;
  return {
    cache: shortened(run.cache, end),
    prompt: {
      ...run.sequence,
      ids: ids.slice(0, length),
      positions: positions.map(of => of.slice(0, length)),
      embeddings: embeddings.subarray(0, length * width),
    },
  };
}

const plainOf = new WeakMap<AnswerRun, Promise<number[]>>();

/** The log-probability of each word of the answer, read in the same way as where something is changed. */
function plainWords(open: VisionModel, run: AnswerRun, cancelled: CancellationToken): Promise<number[]> {
  const known = plainOf.get(run);
  if (known) return known;
  const { cache, prompt } = afterPicture(open, run);
  const asked = logProbabilities(open, prompt, cache, run.answerIds, cancelled).then(values => wordSums(run, values));
  plainOf.set(run, asked);
  asked.catch(() => plainOf.delete(run));
  return asked;
}

async function readCovered(
  open: VisionModel,
  run: AnswerRun,
  raw: RawPicture,
  cover: readonly ImageRegion[],
  prompt: string,
  cancelled: CancellationToken,
): Promise<{ sequence: VisionSequence; prefix: VisionCache }> {
  stopIfCancelled(cancelled);
  const covered = coverPicture(raw, cover);
  const picture = await encodePicture(open, await processPicture(open, covered), raw, {
    known: run.picture,
    cancelled,
  });
  stopIfCancelled(cancelled);
  const sequence = await visionSequence(open, await promptIds(open, prompt, picture), picture);
  const prefix = await readPrompt(open, sequence);
  stopIfCancelled(cancelled);
  return { sequence, prefix };
}

/** [word]: the sum over its tokens. */
function wordSums({ answer: { words } }: AnswerRun, values: Float32Array): number[] {
  return words.map(({ from, to }) => values.subarray(from, to).reduce((sum, value) => sum + value, 0));
}
