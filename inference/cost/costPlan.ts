import os from 'node:os';
import { env } from 'onnxruntime-node';
import { keyValueCache, type KeyValueCache } from '../../core/cost/keyValueCache';
import { lengthsUpTo, type CostPlan } from '../../core/cost/lengthCost';
import type { AttentionSession } from '../models/attentionSession';
import type { OpenModel } from '../models/openModel';

/** No longer text is measured, whatever the model reads. */
const longestMeasured = 2048;
/** Nor one whose scores of one layer, three times over, or whose logits would take more than a gigabyte. */
const mostBytes = 2 ** 30;
/** A model that takes more in memory is not opened a second time. */
const largestModel = 2 ** 31;

/** The session whose pass is measured: of an encoder-decoder the encoder's. Undefined where it reads no text. */
export function measuredSession({ sessions, info: { task } }: OpenModel): AttentionSession | undefined {
  if (task === 'graph') return undefined;
  const all = Object.entries(sessions).filter(([name, { sites }]) => sites.length > 0 && !name.startsWith('vision'));
  return task === 'text2text-generation' ? sessions.model : all[0]?.[1];
}

/** What can be measured of a model, and what its cache takes. */
export function costPlan(open: OpenModel): CostPlan {
  const { task, contextLength } = open.info;
  const session = measuredSession(open);
  const sites = session?.sites ?? [];
  const heads = Math.max(1, ...sites.map(site => site.heads ?? 1));
  const plan = {
    context: contextLength,
    heads,
    layers: sites.length,
    cache: cacheOf(open),
    machine: `${os.cpus()[0]?.model.trim() ?? 'unknown processor'}, ${os.availableParallelism()} cores, ONNX Runtime ${env.versions.node ?? ''}`,
    ...(task === 'text2text-generation' && { part: 'encoder' }),
  };
  const cannot = (note: string): CostPlan => ({ ...plan, lengths: [], notes: [note] });
  if (!session || sites.length === 0) {
    return cannot(
      `${open.info.id} is given numbers, not text, so its length cannot be changed here; choose a model that reads text.`,
    );
  }
  if (open.bytes > largestModel) {
    return cannot(
      `${open.info.id} takes more than ${largestModel / 2 ** 30} GB and is not opened a second time to be measured; choose a smaller one.`,
    );
  }
  const room = Math.floor(Math.sqrt(mostBytes / (3 * 4 * heads)));
  const roomForLogits = Math.floor(mostBytes / (4 * wordsOf(session)));
  const longest = Math.min(contextLength, longestMeasured, room, roomForLogits);
  const why =
    longest === contextLength
      ? 'the longest text that the model reads'
      : longest === room
        ? 'longer texts would take more than a gigabyte for the scores of a layer'
        : longest === roomForLogits
          ? 'longer texts would take more than a gigabyte for their logits'
          : 'the longest that is measured';
  return { ...plan, lengths: lengthsUpTo(longest), notes: [`Up to ${longest.toLocaleString('en')} tokens, ${why}.`] };
}

/** How many logits a session gives for a position; 1 where its file does not tell. */
function wordsOf({ outputMetadata }: AttentionSession): number {
  const logits = outputMetadata.find(({ name }) => name === 'logits');
  const words = logits?.isTensor ? logits.shape.at(-1) : undefined;
  return typeof words === 'number' && words > 0 ? words : 1;
}

function cacheOf(open: OpenModel): KeyValueCache | string {
  const sessions = Object.values(open.sessions);
  const inputs = sessions.flatMap(({ inputMetadata }) =>
    inputMetadata.flatMap(input => (input.isTensor ? [input] : [])),
  );
  const found = keyValueCache(inputs);
  if (found) return found;
  return sessions.some(({ sites }) => sites.some(({ causal }) => causal))
    ? 'This file is fed no cache: for each new token the whole text is read again.'
    : 'An encoder reads the whole text at once and keeps no cache.';
}
