import { inputOf, modelTask, writesAboutImages } from '../../core/models/modelTask';
import { inOrderOfChoice, precisions } from '../../core/models/precisions';
import { pathBelow } from '../../core/paths/pathBelow';
import type { HubFile, HubModel } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { Hub } from './hub';
import { modelFiles } from './modelFiles';

/** What the hub's API tells of a model, with `blobs=true`. */
interface HubAnswer {
  readonly sha?: string;
  readonly pipeline_tag?: string;
  readonly gated?: boolean | string;
  readonly cardData?: { readonly license?: string | readonly string[]; readonly language?: string | readonly string[] };
  readonly siblings?: readonly {
    readonly rfilename: string;
    readonly size?: number;
    readonly blobId?: string;
    readonly lfs?: { readonly size: number; readonly sha256?: string; readonly oid?: string };
  }[];
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
  )) as HubAnswer;
  const { sha, siblings } = answer;
  if (!sha || !/^[0-9a-f]{40}$/.test(sha) || !siblings) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${hub.address} does not tell which files ${id} has; check the setting headlight.hub.`,
    );
  }
  const files = new Map(
    siblings
      .map(sibling => hubFile(sibling))
      .filter(file => file !== undefined)
      .map(file => [file.path, file]),
  );
  if (!files.has('config.json')) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has no config.json, so transformers.js cannot open it; ${elsewhere}`,
    );
  }
  const config = (await hub.json(hub.fileAddress(id, sha, 'config.json'), id, signal)) as Record<string, unknown>;
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
    task: answer.pipeline_tag,
    licence: [answer.cardData?.license].flat()[0],
    languages: [answer.cardData?.language].flat().filter(language => language !== undefined),
    gated: Boolean(answer.gated),
    precisions: inOrderOfChoice(
      [...chosen].map(([dtype, those]) => ({ dtype, bytes: those.reduce((sum, { size }) => sum + size, 0) })),
    ),
    filesOf: dtype => chosen.get(dtype) ?? [],
  };
}

/** Whether a model reads text, or writes some. */
function readsText(config: Readonly<Record<string, unknown>>): boolean {
  const task = modelTask(config);
  return writesAboutImages(task) || inputOf(task) !== 'image';
}

const elsewhere = 'look for it under onnx-community or Xenova, or export it with Optimum.';

function hubFile({ rfilename, size, blobId, lfs }: NonNullable<HubAnswer['siblings']>[number]): HubFile | undefined {
  const sha256 = lfs?.sha256 ?? lfs?.oid;
  if (lfs && sha256) return { path: rfilename, size: lfs.size, hash: { algorithm: 'sha256', value: sha256 } };
  if (size !== undefined && blobId) return { path: rfilename, size, hash: { algorithm: 'git-sha1', value: blobId } };
  return undefined;
}
