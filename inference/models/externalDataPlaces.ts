import { realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { externalLocation, OnnxError, type OnnxModel } from '../../core/onnx';

/**
 * The files in which a model keeps weights: as the model names them, and where they are. Every path must lie in the model's
 * folder, symbolic links followed.
 * @throws {OnnxError} naming the file that lies outside or is missing
 */
export async function externalDataPlaces(
  model: OnnxModel,
  folder: string,
): Promise<{ readonly path: string; readonly file: string; readonly bytes: number }[]> {
  const home = await realpath(folder);
  return Promise.all(
    model.externalLocations.map(async location => {
      const file = path.join(home, ...externalLocation(location));
      const name = JSON.stringify(location);
      const real = await realpath(file).catch(() => {
        throw new OnnxError(`The model keeps weights in ${name}, which is not beside it; download that file too.`);
      });
      if (!real.startsWith(home.endsWith(path.sep) ? home : home + path.sep)) {
        throw new OnnxError(
          `The model's weights ${name} are a link to a file outside its folder; copy the file into the folder instead.`,
        );
      }
      const stats = await stat(real);
      if (!stats.isFile()) {
        throw new OnnxError(`The model keeps weights in ${name}, which is not a file; download it again.`);
      }
      return { path: location, file: real, bytes: stats.size };
    }),
  );
}

/** Tells the runtime in which folder the weights are that a graph leaves in other files: it maps them into memory. */
export function weightsBeside(folder: string): InferenceSession.SessionOptions {
  return { extra: { session: { model_external_initializers_file_folder_path: realpathSync(folder) } } };
}
