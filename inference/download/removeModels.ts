import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DownloadName, KeptModel } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { hold, isHeldElsewhere } from '../locks/heldFile';
import { isUsedElsewhere } from '../locks/modelsInUse';
import { downloadLock, modelFolder } from './downloadModel';

const windows = process.platform === 'win32';

/** Milliseconds that a download of this window, which was just cancelled, has to let go of its files. */
const patience = 3000;

/** After so many milliseconds without a sign of life nobody downloads, though a process of that number runs. */
const silent = 20_000;

/**
 * Removes a downloaded model.
 * @param window the process that started those of this window, whose own use does not count.
 * @throws {InferenceFault} where another window has it open, or the system does not allow it.
 */
export async function removeModel(storage: string, { id, dtype }: DownloadName, window: number): Promise<void> {
  const folder = modelFolder(storage, { id, dtype });
  if (await isUsedElsewhere(folder, window)) throw used(id, dtype);
  const old = `${folder}.old`;
  try {
    await rm(old, { recursive: true, force: true });
    // In one step, so that nobody sees a half of it.
    await rename(folder, old);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    // So Windows says that its files are open.
    if (windows && ['EPERM', 'EBUSY', 'EACCES'].includes(code)) throw used(id, dtype);
    throw denied(id, dtype, folder, error);
  }
}

/**
 * Removes what an ended download left.
 * @param window as of {@link removeModel}.
 * @throws {InferenceFault} where another window downloads it, or the system does not allow it.
 */
export async function removeDownload(storage: string, { id, dtype }: DownloadName, window: number): Promise<void> {
  const lock = downloadLock(storage, { id, dtype });
  const folder = path.dirname(lock);
  const left = (await namesIn(folder)).filter(name => name.startsWith(`${dtype}@`));
  if (left.length === 0) return;
  try {
    const release = await holdToRemove(lock, window);
    if (!release) {
      throw new NotRemoved(
        'downloaded',
        `${id} (${dtype}) is being downloaded in another window; cancel it there first.`,
      );
    }
    try {
      for (const name of left) await rm(path.join(folder, name), { recursive: true, force: true });
    } finally {
      await release();
    }
  } catch (error) {
    throw error instanceof NotRemoved ? error : denied(id, dtype, folder, error);
  }
}

/** Holds a download's lock. @returns what lets go of it; undefined where another window holds it. */
async function holdToRemove(lock: string, window: number): Promise<(() => Promise<void>) | undefined> {
  if (await isHeldElsewhere(lock, window, silent)) return undefined;
  const soon = AbortSignal.timeout(patience);
  try {
    const held = await hold(lock, soon);
    return () => held.release();
  } catch (error) {
    if (soon.aborted) return undefined;
    // Where no lock can be written for lack of room nobody downloads, and room is what is to be made.
    if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error))) return () => Promise.resolve();
    throw error;
  }
}

/**
 * Removes all downloaded models and unfinished downloads but those that another window has open or downloads, and those that
 * the system does not allow to be removed.
 * @param window as of {@link removeModel}.
 * @returns what was kept.
 */
export async function clearModels(storage: string, window: number): Promise<KeptModel[]> {
  const kept: KeptModel[] = [];
  const remove = async (removing: Promise<void>, name: DownloadName) => {
    await removing.catch((error: unknown) => {
      if (!(error instanceof NotRemoved)) throw error;
      kept.push({ ...name, why: error.why });
    });
  };
  for (const [id, names] of await repositoriesIn(path.join(storage, 'models'))) {
    for (const dtype of names.filter(name => !name.includes('.'))) {
      await remove(removeModel(storage, { id, dtype }, window), { id, dtype });
    }
    for (const old of names.filter(name => name.endsWith('.old'))) {
      // What cannot go now is no model any more, and goes with the next try.
      const left = path.join(storage, 'models', ...id.split('/'), old);
      await rm(left, { recursive: true, force: true }).catch(() => undefined);
    }
  }
  for (const [id, names] of await repositoriesIn(path.join(storage, 'downloads'))) {
    const dtypes = names.filter(name => name.includes('@')).map(name => name.slice(0, name.indexOf('@')));
    for (const dtype of new Set(dtypes)) {
      await remove(removeDownload(storage, { id, dtype }, window), { id, dtype });
    }
  }
  return kept;
}

/** Why something stays. */
class NotRemoved extends InferenceFault {
  constructor(
    readonly why: KeptModel['why'],
    message: string,
    cause?: unknown,
  ) {
    super(InferenceErrorCode.download, message, cause);
    Object.setPrototypeOf(this, NotRemoved.prototype);
  }
}

function used(id: string, dtype: string): NotRemoved {
  return new NotRemoved(
    'used',
    `${id} (${dtype}) is in use in another window; close what shows it there, or that window, and delete it again.`,
  );
}

function denied(id: string, dtype: string, folder: string, cause: unknown): NotRemoved {
  return new NotRemoved(
    'denied',
    `${id} (${dtype}) cannot be deleted from ${folder} (${codeOf(cause)}); allow changes there, or bring that disk back, and delete it again.`,
    cause,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** `owner/name` of every folder two levels below one, and the names in it. */
async function repositoriesIn(folder: string): Promise<[string, string[]][]> {
  const found: [string, string[]][] = [];
  for (const owner of await namesIn(folder)) {
    for (const name of await namesIn(path.join(folder, owner))) {
      found.push([`${owner}/${name}`, await namesIn(path.join(folder, owner, name))]);
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
