import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { precisionList } from '../../core/models/precisions';
import type { DownloadedModel, DownloadName, HubModel } from '../../core/protocol/downloadProtocol';
import { pathBelow } from '../../core/paths/pathBelow';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { hold } from '../locks/heldFile';
import { manifestName } from '../locks/modelsInUse';
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

/** Left free on the disk. */
const spare = 64 * 2 ** 20;

/** The folder of a downloaded model. */
export function modelFolder(storage: string, { id, dtype }: DownloadName): string {
  return path.join(storage, 'models', ...id.split('/'), dtype);
}

/** The file that is held by who downloads a model, whatever its revision; what is unfinished lies beside it. */
export function downloadLock(storage: string, { id, dtype }: DownloadName): string {
  return path.join(storage, 'downloads', ...id.split('/'), `${dtype}.lock`);
}

/** How a download gets on. */
export interface DownloadListener {
  /** Told the bytes that are there, and of how many, and whether another window fetches them. */
  (done: number, total: number, elsewhere: boolean): void;
}

/**
 * Downloads a model in one precision: into a folder of its own below `downloads`, and from there in one step to
 * `models/owner/name/dtype` once every file is there and hashes to what the hub says. What an ended download left is used.
 * Where another window downloads it, that one is waited for; where that ends before it is whole, this one goes on.
 * @throws {InferenceFault} in one sentence that says what to do; what has arrived stays.
 */
export async function downloadModel(
  order: DownloadOrder,
  signal: AbortSignal,
  onProgress: DownloadListener,
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
  onProgress: DownloadListener,
): Promise<DownloadedModel> {
  const plan = await planFor(hub, id, revision, dtype, signal);
  const lock = downloadLock(storage, { id, dtype });
  const unfinished = path.join(path.dirname(lock), `${dtype}@${revision}`);
  const target = modelFolder(storage, { id, dtype });
  const total = plan.files.reduce((sum, { size }) => sum + size, 0);
  const bytes = () => Promise.all(plan.files.map(file => bytesThere(path.join(unfinished, ...file.path.split('/')))));
  for (;;) {
    let waited = false;
    const held = await hold(lock, signal, async () => {
      waited = true;
      onProgress(sum(await bytes()), total, true);
    });
    const going = AbortSignal.any([signal, held.lost]);
    try {
      if (waited && (await isWhole(target, plan))) {
        onProgress(total, total, true);
        return plan;
      }
      await mkdir(unfinished, { recursive: true });
      const there = await bytes();
      await checkSpace(unfinished, total - sum(there), id);
      for (const [i, file] of plan.files.entries()) {
        await downloadFile(hub, { id, revision, file, folder: unfinished }, going, done => {
          there[i] = done;
          onProgress(sum(there), total, false);
        });
      }
      await writeFile(path.join(unfinished, manifestName), `${JSON.stringify(plan, undefined, 2)}\n`);
      going.throwIfAborted();
      await putInPlace(unfinished, target, id);
      return plan;
    } catch (error) {
      // This process stood still for long, and another window went on with it.
      if (signal.aborted || !held.lost.aborted) throw error;
    } finally {
      await held.release();
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** Whether a model's folder holds this very revision. */
async function isWhole(folder: string, { revision, hub }: DownloadedModel): Promise<boolean> {
  try {
    const there = JSON.parse(await readFile(path.join(folder, manifestName), 'utf8')) as DownloadedModel;
    return there.revision === revision && there.hub === hub;
  } catch {
    return false;
  }
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
      `${id} has no files in the precision ${dtype}; it is there in ${precisionList(seen.precisions.map(one => one.dtype))}.`,
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
async function putInPlace(from: string, to: string, id: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  const old = `${to}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(to, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return;
    if (!['EPERM', 'EBUSY', 'EACCES'].includes(error.code ?? '')) throw error;
    throw new InferenceFault(
      InferenceErrorCode.download,
      `The files of ${id} that were there before are in use; close what shows it, in other windows too, and download it again, which takes a moment only.`,
      error,
    );
  });
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}
