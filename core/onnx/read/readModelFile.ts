import { foreignFormat } from './foreignFormat';
import type { GraphLimits } from './graphLimits';
import { leaveWeights, type ModelFile } from './leaveWeights';
import { OnnxError } from './onnxError';
import type { OnnxModel } from './onnxModel';
import { readModel } from './readModel';

/** As many bytes as tell a file that is certainly not ONNX. */
const headSize = 512;

/**
 * Reads the graph of an ONNX file without reading its weights: they stay in the file, and the model's bytes refer to them
 * there ({@link leaveWeights}), so that neither time nor memory grows with them.
 * @param limits larger graphs are refused.
 * @throws {OnnxError} as {@link readModel}.
 */
export function readModelFile(file: ModelFile, limits?: GraphLimits): OnnxModel {
  const foreign = foreignFormat(file.read(0, headSize));
  if (foreign) throw new OnnxError(foreign);
  return readModel(leaveWeights(file), limits, file);
}
