import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { externalLocation, OnnxError, type OnnxModel } from '../../core/onnx';

/** A file of weights beside a model, as ONNX Runtime takes it. */
export interface ExternalDataFile {
  /** As the model names it. */
  readonly path: string;
  readonly data: Uint8Array;
}

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

/**
 * Reads the files in which a model keeps weights, so that the runtime itself opens none.
 * @throws {OnnxError} as {@link externalDataPlaces}
 */
export async function externalDataFiles(model: OnnxModel, folder: string): Promise<ExternalDataFile[]> {
  const places = await externalDataPlaces(model, folder);
  return Promise.all(places.map(async ({ path: location, file }) => ({ path: location, data: await readFile(file) })));
}
