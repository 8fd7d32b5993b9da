import { pathBelow } from '../../paths/pathBelow';
import { OnnxError, quoted } from './onnxError';

/**
 * Checks where a model says its weights are. ONNX wants a path relative to the model's folder and below it
 * (onnx.proto, `external_data`); anything else could make the runtime read files that are none of the model's.
 * Symbolic links are for whoever opens the file to check.
 * @returns the path's parts
 * @throws {OnnxError} for what {@link pathBelow} refuses
 */
export function externalLocation(location: string): readonly string[] {
  const refuse = (why: string): OnnxError =>
    new OnnxError(
      `The model wants to read its weights from ${quoted(location)}, which ${why}; use a model whose weights lie beside it.`,
    );
  if (location === '') {
    throw new OnnxError('The model keeps weights in another file but does not name it; export the model again.');
  }
  const parts = pathBelow(location);
  if (typeof parts === 'string') throw refuse(parts);
  return parts;
}
