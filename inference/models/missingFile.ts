import path from 'node:path';

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
