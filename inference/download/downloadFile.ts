import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HubFile } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { fileHash } from './fileHash';
import type { Hub } from './hub';
import { storageFault } from './storageFault';

/** A file of a model's revision, and the folder that it goes to. */
export interface FileOrder {
  readonly id: string;
  readonly revision: string;
  readonly file: HubFile;
  readonly folder: string;
}

/**
 * Downloads one file, going on from what an earlier try left (`…​.part`), and gives it its name once its bytes hash to what
 * the hub says. Wrong bytes are thrown away, and the file is fetched once more from its start.
 * @param onProgress is told how many of the file's bytes are there.
 * @throws {InferenceFault} in one sentence; what has arrived stays.
 */
export async function downloadFile(
  hub: Hub,
  { id, revision, file, folder }: FileOrder,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const target = path.join(folder, ...file.path.split('/'));
  const part = `${target}.part`;
  if ((await sizeOf(target)) === file.size) return onProgress(file.size);
  await mkdir(path.dirname(target), { recursive: true });
  for (let wrong = 0; ; wrong++) {
    await fetchPart(hub, { id, revision, file, folder }, part, signal, onProgress);
    if (
      (await sizeOf(part)) === file.size &&
      (await fileHash(part, file.size, file.hash.algorithm, signal)) === file.hash.value
    ) {
      break;
    }
    await rm(part);
    onProgress(0);
    if (wrong === 1) {
      throw new InferenceFault(
        InferenceErrorCode.download,
        `${file.path} of ${id} arrived twice with other bytes than ${new URL(hub.address).host} says it has; try again, and if it stays so a proxy or mirror in between changes files.`,
      );
    }
  }
  await rename(part, target);
}

async function fetchPart(
  hub: Hub,
  { id, revision, file, folder }: FileOrder,
  part: string,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const handle = await open(part, 'a+');
  await handle.close();
  const out = await open(part, 'r+');
  try {
    const { size: there } = await out.stat();
    if (there > file.size) await out.truncate(0);
    const from = there > file.size ? 0 : there;
    onProgress(from);
    if (from === file.size) return;
    await hub.stream(
      hub.fileAddress(id, revision, file.path),
      id,
      file.size,
      from,
      signal,
      async (start, chunks, moveTo) => {
        let at = start;
        try {
          for await (const chunk of chunks) {
            if (at + chunk.length > file.size) throw tooLong(id, file);
            await out.write(chunk, 0, chunk.length, at);
            at += chunk.length;
            onProgress(at);
          }
        } catch (error) {
          throw storageFault(id, folder, error) ?? error;
        } finally {
          await out.truncate(at);
          moveTo(at);
        }
      },
    );
  } finally {
    await out.close();
  }
}

/** The size of a file; undefined where there is none. */
async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}

function tooLong(id: string, file: HubFile): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.download,
    `${file.path} of ${id} is longer than the hub says; try again later.`,
  );
}
