// Folders that are filled once a machine and kept outside the checkout.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Fills a folder, which appears whole or not at all, also where several runs fill it at once.
 * @param {string} folder where it is to be
 * @param {string} wanted what lies in it once it is whole
 * @param {(unfinished: string) => Promise<void>} fill is given the folder under the name that it has until then
 */
export async function installOnce(folder, wanted, fill) {
  await mkdir(path.dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}.unfinished-`);
  try {
    await fill(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(wanted)) {
      throw error;
    }
    // Another run finished first.
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
