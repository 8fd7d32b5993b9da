import { mkdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DownloadedModel, HubModel } from '../../core/protocol/downloadProtocol';
import { pathBelow } from '../../core/paths/pathBelow';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { downloadFile } from './downloadFile';
import type { Hub } from './hub';
import { lookAtModel } from './lookAtModel';
import { storageFault } from './storageFault';

/** What to download, and where to. */
export interface DownloadOrder {
  readonly hub: Hub;
  readonly model: Pick<HubModel, 'id' | 'revision'>;
  readonly dtype: string;
  /** The folder of all models; below it lie `models` (whole ones) and `downloads` (unfinished ones). */
  readonly storage: string;
}

/** The file that says that a model's folder is whole, and where it came from. */
const manifestName = 'headlight.json';

/** Left free on the disk. */
const spare = 64 * 2 ** 20;

/**
 * Downloads a model in one precision: into a folder of its own below `downloads`, and from there in one step to
 * `models/owner/name/dtype` once every file is there and hashes to what the hub says. What an ended download left is used.
 * @param onProgress is told the bytes that are there, and of how many.
 * @throws {InferenceFault} in one sentence that says what to do; what has arrived stays.
 */
export async function downloadModel(
  order: DownloadOrder,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<DownloadedModel> {
  try {
    return await downloadWhole(order, signal, onProgress);
  } catch (error) {
    throw storageFault(order.model.id, order.storage, error) ?? error;
  }
}

async function downloadWhole(
  { hub, model: { id, revision }, dtype, storage }: DownloadOrder,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<DownloadedModel> {
  const plan = await planFor(hub, id, revision, dtype, signal);
  const unfinished = path.join(storage, 'downloads', ...id.split('/'), `${dtype}@${revision}`);
  const total = plan.files.reduce((sum, { size }) => sum + size, 0);
  await mkdir(unfinished, { recursive: true });
  const there = await Promise.all(plan.files.map(file => bytesThere(path.join(unfinished, ...file.path.split('/')))));
  await checkSpace(unfinished, total - there.reduce((sum, bytes) => sum + bytes, 0), id);

  const report = () =>
    onProgress(
      there.reduce((sum, bytes) => sum + bytes, 0),
      total,
    );
  for (const [i, file] of plan.files.entries()) {
    await downloadFile(hub, { id, revision, file, folder: unfinished }, signal, bytes => {
      there[i] = bytes;
      report();
    });
  }
  await writeFile(path.join(unfinished, manifestName), `${JSON.stringify(plan, undefined, 2)}\n`);
  signal.throwIfAborted();
  await putInPlace(unfinished, path.join(storage, 'models', ...id.split('/'), dtype));
  return plan;
}

/** What the manifest will say. */
async function planFor(
  hub: Hub,
  id: string,
  revision: string,
  dtype: string,
  signal: AbortSignal,
): Promise<DownloadedModel> {
  const seen = await lookAtModel(hub, id, revision, signal);
  const files = seen.filesOf(dtype);
  if (files.length === 0) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has no files in the precision ${dtype}; choose another.`,
    );
  }
  for (const { path: name } of files) {
    const parts = pathBelow(name);
    if (typeof parts !== 'string') continue;
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} has a file called ${JSON.stringify(name)}, which ${parts}; the model is not downloaded.`,
    );
  }
  return { id, revision: seen.revision, dtype, hub: hub.address, task: seen.task, licence: seen.licence, files };
}

async function bytesThere(file: string): Promise<number> {
  for (const name of [file, `${file}.part`]) {
    const found = await stat(name).catch(() => undefined);
    if (found) return found.size;
  }
  return 0;
}

async function checkSpace(folder: string, needed: number, id: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed + spare) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
  throw new InferenceFault(
    InferenceErrorCode.download,
    `${id} takes ${megabytes(needed)} more, and the disk has ${megabytes(free)} free; make room, choose a smaller precision, or clear Headlight’s cache.`,
  );
}

/** One step, so that no reader sees a half of it; what was there before goes. */
async function putInPlace(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  const old = `${to}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(to, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}
