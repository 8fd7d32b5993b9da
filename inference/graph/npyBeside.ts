import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileLimits } from '../../core/files/fileLimits';
import { readNpy, type NumberArray } from '../../core/graph/readNpy';
import { pathBelow } from '../../core/paths/pathBelow';
import { readLimited } from '../models/readLimited';

/**
 * An NPY file that inputs name: beside them, not elsewhere.
 * @param home the folder of the inputs.
 * @throws Error with one sentence, where there is none or it lies elsewhere.
 */
export async function npyBeside(home: string | undefined, name: string): Promise<NumberArray> {
  if (home === undefined || !name.endsWith('.npy')) throw new Error(`${name} is no NPY file beside the inputs.`);
  const parts = pathBelow(name);
  if (typeof parts === 'string') {
    throw new Error(`${JSON.stringify(name)}, which the inputs name, ${parts}; copy the file beside them.`);
  }
  const file = await realpath(path.join(home, ...parts)).catch(() => {
    throw new Error(`The inputs name ${name}, which is not beside them.`);
  });
  const below = path.relative(await realpath(home), file);
  if (below.startsWith('..') || path.isAbsolute(below)) {
    throw new Error(`${name} lies outside the folder of the inputs; copy it there.`);
  }
  return readNpy(await readLimited(file, fileLimits.npyInputs, 'give it fewer numbers'), name);
}
