import path from 'node:path';
import { precisionList, precisionOf, precisionsOf } from '../../core/models/precisions';
import type { ModelReference } from '../../core/protocol/modelReference';

/** What transformers.js says of a file that it looked for and did not find. */
const said = /file was not found locally at "([^"]+)"|Could not locate file: "([^"]+)"/;

/**
 * The file that a model could not be opened without, by what transformers.js said: its path within the model's folder; undefined
 * where something else went wrong.
 */
export function missingFile(error: unknown, folder: string): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const [, local, remote] = said.exec(at.message) ?? [];
    const file = local ?? remote;
    if (file === undefined) continue;
    const within = path.relative(folder, path.resolve(file));
    return within.startsWith('..') ? path.basename(file) : within.split(path.sep).join('/');
  }
  return undefined;
}

/** What an ONNX file is of its model, whatever its precision and by whichever of its names; undefined of other files. */
function partOf(file: string): string | undefined {
  if (!file.endsWith('.onnx')) return undefined;
  const { base } = precisionOf(file);
  return /^decoder_model(_merged)?$/.test(base) ? 'model' : base;
}

/**
 * What is said of a file that a model could not be opened without.
 * @param file its path within the model's folder.
 * @param graphs the ONNX files that are there: where the model is there in other precisions, those are named.
 */
export function missingFileWords(
  { id, folder, dtype }: ModelReference,
  file: string,
  graphs: readonly string[],
): string {
  const part = partOf(path.posix.basename(file));
  const others = precisionsOf(graphs).filter(
    other =>
      other !== dtype &&
      graphs.some(name => part !== undefined && partOf(name) === part && precisionOf(name).precision === other),
  );
  const instead =
    others.length > 0
      ? `it is there in ${precisionList(others)}: choose ${others.length > 1 ? 'one of these' : 'that'}, or put the file back`
      : 'put the file back, or choose another precision or model';
  return `${id} has no ${file} in ${folder}; ${instead}.`;
}
