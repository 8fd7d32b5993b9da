import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { pathBelow } from '../../core/paths/pathBelow';

/** A file that the inputs name: beside them, not elsewhere. @throws Error with one sentence. */
export async function besideInputs(home: string, name: string): Promise<string> {
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
  return file;
}
