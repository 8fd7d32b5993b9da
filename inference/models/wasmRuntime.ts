/**
 * What stands for `onnxruntime-node` in the universal package (esbuild.mjs puts this module in its place): the same runtime
 * compiled to WebAssembly, with SIMD and threads, for machines that there are no native parts for. It reads no files itself:
 * weights that lie beside a model are read into its memory.
 */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InferenceSession as NativeSession } from 'onnxruntime-node';
import { env, InferenceSession as WasmSession, Tensor } from 'onnxruntime-web';
import { externalLocation, readModel } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';

declare const headlightDist: string;

/** More threads than these wait for each other longer than they help. */
const mostThreads = 8;

env.wasm.wasmPaths = `${pathToFileURL(path.join(headlightDist, 'ort')).href}/`;
env.wasm.numThreads = Math.max(1, Math.min(mostThreads, os.availableParallelism() - 1));

/** As the native runtime does it; what only that reads of the options is done here. */
async function create(
  pathOrBytes: string | Uint8Array,
  { externalData, extra, ...options }: NativeSession.SessionOptions = {},
): Promise<WasmSession> {
  const bytes = typeof pathOrBytes === 'string' ? await readFile(pathOrBytes) : pathOrBytes;
  const folder = (extra?.session as Readonly<Record<string, unknown>> | undefined)
    ?.model_external_initializers_file_folder_path;
  if (options.enableProfiling) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      'What attention and the rest take cannot be told apart on this machine: Headlight runs on WebAssembly here, which times no single operators.',
    );
  }
  const weights =
    typeof folder === 'string'
      ? await Promise.all(
          readModel(bytes).externalLocations.map(async location => ({
            path: location,
            data: await readFile(path.join(folder, ...externalLocation(location))),
          })),
        )
      : externalData;
  return WasmSession.create(bytes, { ...options, ...(weights?.length && { externalData: weights }) });
}

const InferenceSession = { create };
/** The backends of this runtime, as the native one lists them. */
const listSupportedBackends = () => [{ name: 'cpu', bundled: true }];

export { InferenceSession, Tensor, env, listSupportedBackends };
export default { InferenceSession, Tensor, env, listSupportedBackends };
