import path from 'node:path';
import { fileLimits } from '../../core/files/fileLimits';
import type { ExampleInput } from '../../core/graph/exampleInputs';
import { rowsLookedUp } from '../../core/onnx';
import { readLimitedText } from '../models/readLimited';
import { declaredInputs } from './declaredInputs';
import type { GraphModel } from './graphModel';

/** The inputs of a graph, with what tells which numbers an example may hold: the tables they are looked up in, the padding's id. */
export async function exampleNumbers({ sessions, reference }: GraphModel): Promise<ExampleInput[]> {
  const { found } = await sessions.model.readAgain();
  const rows = rowsLookedUp(found.graph);
  const padding = await paddingBeside(reference.folder);
  return declaredInputs(sessions.model).map(input => ({ ...input, rows: rows.get(input.name), padding }));
}

/** The id of the padding token, where a config.json beside the file says it. */
async function paddingBeside(folder: string): Promise<number | undefined> {
  try {
    const config = JSON.parse(await readLimitedText(path.join(folder, 'config.json'), fileLimits.modelJson)) as unknown;
    const { pad_token_id: id } = (config ?? {}) as { pad_token_id?: unknown };
    return typeof id === 'number' ? id : undefined;
  } catch {
    // Most single files stand without one.
    return undefined;
  }
}
