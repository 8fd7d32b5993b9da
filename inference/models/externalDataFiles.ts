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
 * Reads the files in which a model keeps weights, so that the runtime itself opens none. Every path must lie in the
 * model's folder, symbolic links followed.
 * @throws {OnnxError} naming the file that lies outside or is missing
 */
export async function externalDataFiles(model: OnnxModel, folder: string): Promise<ExternalDataFile[]> {
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
      if (!(await stat(real)).isFile()) {
        throw new OnnxError(`The model keeps weights in ${name}, which is not a file; download it again.`);
      }
      return { path: location, data: await readFile(real) };
    }),
  );
}
