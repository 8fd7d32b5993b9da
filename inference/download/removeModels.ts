import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DownloadName, KeptModel } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { hold, isHeldElsewhere } from '../locks/heldFile';
import { isUsedElsewhere } from '../locks/modelsInUse';
import { downloadLock, modelFolder } from './downloadModel';

/** Milliseconds that a download of this window, which was just cancelled, has to let go of its files. */
const patience = 3000;

/** After so many milliseconds without a sign of life nobody downloads, though a process of that number runs. */
const silent = 20_000;

/**
 * Removes a downloaded model.
 * @param window the process that started those of this window, whose own use does not count.
 * @throws {InferenceFault} where another window has it open.
 */
export async function removeModel(storage: string, { id, dtype }: DownloadName, window: number): Promise<void> {
  const folder = modelFolder(storage, { id, dtype });
  if ((await isUsedElsewhere(folder, window)) || !(await removeAtOnce(folder))) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} (${dtype}) is in use in another window; close what shows it there, or that window, and delete it again.`,
    );
  }
}

/**
 * Removes what an ended download left.
 * @param window as of {@link removeModel}.
 * @throws {InferenceFault} where another window downloads it.
 */
export async function removeDownload(storage: string, { id, dtype }: DownloadName, window: number): Promise<void> {
  const lock = downloadLock(storage, { id, dtype });
  const folder = path.dirname(lock);
  const left = (await namesIn(folder)).filter(name => name.startsWith(`${dtype}@`));
  if (left.length === 0) return;
  const soon = AbortSignal.timeout(patience);
  const held = (await isHeldElsewhere(lock, window, silent))
    ? undefined
    : await hold(lock, soon).catch((error: unknown) => {
        if (!soon.aborted) throw error;
      });
  if (!held) {
    throw new InferenceFault(
      InferenceErrorCode.download,
      `${id} (${dtype}) is being downloaded in another window; cancel it there first.`,
    );
  }
  try {
    for (const name of left) await rm(path.join(folder, name), { recursive: true, force: true });
  } finally {
    await held.release();
  }
}

/**
 * Removes all downloaded models and unfinished downloads but those that another window has open or downloads.
 * @param window as of {@link removeModel}.
 * @returns what was kept.
 */
export async function clearModels(storage: string, window: number): Promise<KeptModel[]> {
  const kept: KeptModel[] = [];
  const keep = async (remove: Promise<void>, name: DownloadName, why: KeptModel['why']) => {
    await remove.catch((error: unknown) => {
      if (!(error instanceof InferenceFault)) throw error;
      kept.push({ ...name, why });
    });
  };
  for (const [id, names] of await repositoriesIn(path.join(storage, 'models'))) {
    for (const dtype of names.filter(name => !name.includes('.'))) {
      await keep(removeModel(storage, { id, dtype }, window), { id, dtype }, 'used');
    }
    for (const old of names.filter(name => name.endsWith('.old'))) {
      await rm(path.join(storage, 'models', ...id.split('/'), old), { recursive: true, force: true });
    }
  }
  for (const [id, names] of await repositoriesIn(path.join(storage, 'downloads'))) {
    const dtypes = names.filter(name => name.includes('@')).map(name => name.slice(0, name.indexOf('@')));
    for (const dtype of new Set(dtypes)) {
      await keep(removeDownload(storage, { id, dtype }, window), { id, dtype }, 'downloaded');
    }
  }
  return kept;
}

/** In one step, so that nobody sees a half of it. @returns false where the system says that its files are open. */
async function removeAtOnce(folder: string): Promise<boolean> {
  const old = `${folder}.old`;
  await rm(old, { recursive: true, force: true });
  try {
    await rename(folder, old);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') return true;
    if (['EPERM', 'EBUSY', 'EACCES'].includes(code)) return false;
    throw error;
  }
  await rm(old, { recursive: true, force: true });
  return true;
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
