import { inputOf, modelTask, readsSoundAlone, writesAboutImages } from '../../core/models/modelTask';
import { inOrderOfChoice, precisions } from '../../core/models/precisions';
import { isObject } from '../../core/models/isObject';
import { pathBelow } from '../../core/paths/pathBelow';
import type { HubFile, HubModel } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { Hub } from './hub';
import { modelFiles } from './modelFiles';

/** What the hub's API tells of a model, with `blobs=true`; anything else may stand there, too. */
interface HubAnswer {
  readonly sha?: unknown;
  readonly pipeline_tag?: unknown;
  readonly gated?: unknown;
  readonly cardData?: { readonly license?: unknown; readonly language?: unknown } | null;
  readonly siblings?: unknown;
}

/** A file as the API tells it. */
interface Sibling {
  readonly rfilename?: unknown;
  readonly size?: unknown;
  readonly blobId?: unknown;
  readonly lfs?: { readonly size?: unknown; readonly sha256?: unknown; readonly oid?: unknown } | null;
}

/** A model with its files, before one precision is chosen. */
export interface SeenModel extends HubModel {
  /** The files of each precision. */
  filesOf(dtype: string): readonly HubFile[];
}

/**
 * What the hub tells of a model: its commit, licence and languages, and what each precision takes.
 * @param revision a branch, a tag or a commit.
 * @throws {InferenceFault} where there is none, or none that transformers.js opens.
 */
export async function lookAtModel(hub: Hub, id: string, revision: string, signal: AbortSignal): Promise<SeenModel> {
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(id) || typeof pathBelow(id) === 'string') {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `“${id}” is no model’s name; write it as owner/name, such as Xenova/distilgpt2.`,
    );
  }
  const answer = (await hub.json(
    `${hub.address}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`,
    id,
    signal,
  )) as HubAnswer | null;
  const { sha, siblings } = answer ?? {};
  if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings)) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${hub.address} does not tell which files ${id} has; check the setting headlight.hub.`,
    );
  }
  const files = new Map(
    siblings
      .map((sibling: unknown) => hubFile((sibling ?? {}) as Sibling))
      .filter(file => file !== undefined)
      .map(file => [file.path, file]),
  );
  if (!files.has('config.json')) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has no config.json, so transformers.js cannot open it; ${elsewhere}`,
    );
  }
  const config = await hub.json(hub.fileAddress(id, sha, 'config.json'), id, signal);
  if (!isObject(config)) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has a config.json that is no JSON object, so transformers.js cannot open it; ${elsewhere}`,
    );
  }
  const listed = [...files.keys()];
  const chosen = new Map<string, HubFile[]>();
  for (const dtype of precisions) {
    const names = await modelFiles(id, config, dtype, listed);
    if (names) {
      chosen.set(
        dtype,
        names.map(name => files.get(name)!),
      );
    }
  }
  if (chosen.size === 0) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has no ONNX files that transformers.js opens; ${elsewhere}`,
    );
  }
  if (readsText(config) && !files.has('tokenizer.json')) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has no tokenizer.json, without which transformers.js reads no text; ${elsewhere}`,
    );
  }
  return {
    id,
    revision: sha,
    task: words(answer?.pipeline_tag)[0],
    licence: words(answer?.cardData?.license)[0],
    languages: words(answer?.cardData?.language),
    gated: Boolean(answer?.gated),
    precisions: inOrderOfChoice(
      [...chosen].map(([dtype, those]) => ({ dtype, bytes: those.reduce((sum, { size }) => sum + size, 0) })),
    ),
    filesOf: dtype => chosen.get(dtype) ?? [],
  };
}

/** Whether a model reads text, or writes some. */
function readsText(config: Readonly<Record<string, unknown>>): boolean {
  const task = modelTask(config);
  return writesAboutImages(task) || (inputOf(task) !== 'image' && !readsSoundAlone(config));
}

const elsewhere = 'look for it under onnx-community or Xenova, or export it with Optimum.';

function hubFile({ rfilename, size, blobId, lfs }: Sibling): HubFile | undefined {
  if (typeof rfilename !== 'string') return undefined;
  const sha256 = lfs?.sha256 ?? lfs?.oid;
  if (lfs && isSize(lfs.size) && typeof sha256 === 'string') {
    return { path: rfilename, size: lfs.size, hash: { algorithm: 'sha256', value: sha256 } };
  }
  return isSize(size) && typeof blobId === 'string'
    ? { path: rfilename, size, hash: { algorithm: 'git-sha1', value: blobId } }
    : undefined;
}

/** Whether something is a number of bytes: a sum with anything else would be none. */
function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What of a word or a list of them is words: a page's metadata may hold objects where words are meant. */
function words(value: unknown): string[] {
  return [value].flat().filter(word => typeof word === 'string');
}
