import { fileLimits } from '../../core/files/fileLimits';
import { readNpy, type NumberArray } from '../../core/graph/readNpy';
import { readLimited } from '../models/readLimited';
import { besideInputs } from './besideInputs';

/**
 * An NPY file that inputs name: beside them, not elsewhere.
 * @param home the folder of the inputs.
 * @throws Error with one sentence, where there is none or it lies elsewhere.
 */
export async function npyBeside(home: string | undefined, name: string): Promise<NumberArray> {
  if (home === undefined || !name.endsWith('.npy')) throw new Error(`${name} is no NPY file beside the inputs.`);
  return readNpy(
    await readLimited(await besideInputs(home, name), fileLimits.npyInputs, 'give it fewer numbers'),
    name,
  );
}
