import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isLfsPointer, longestPointer } from '../../core/models/gitLfs';

/** Files of a model that Git LFS may hold. */
const held = /\.(onnx|onnx_data(_\d+)?|data|json|model)$/;

/** The first file of a model's folder that Git LFS left a pointer of, by its path in it; undefined where there is none. */
export async function lfsPointer(folder: string): Promise<string | undefined> {
  for (const part of ['', 'onnx']) {
    for (const file of await readdir(path.join(folder, part)).catch((): string[] => [])) {
      if (!held.test(file)) continue;
      if (await isPointerFile(path.join(folder, part, file))) return path.posix.join(part, file);
    }
  }
  return undefined;
}

/** Whether a file is a pointer that Git LFS left; false where it cannot be read. */
export async function isPointerFile(name: string): Promise<boolean> {
  const { size } = await stat(name).catch(() => ({ size: Infinity }));
  return size <= longestPointer && isLfsPointer(await readFile(name));
}
