import type { OnnxTensor } from './onnxModel';
import { concat, field, intField, textField } from './wireWriter';

/** Smaller constants may be shapes and the like, which a runtime wants to see before it opens other files. */
const leastBytes = 4096;

/** `TensorProto.raw_data`. */
const rawData = 9;

/**
 * A weight that stands in a model's file, as one that is kept in another file: the content of a `TensorProto` that says where
 * its numbers lie there. Undefined where they are few, or written in another way.
 * @param file the name of that file.
 */
export function weightReference(
  { name, type, dims, data, external }: OnnxTensor,
  file: string,
): Uint8Array | undefined {
  if (external || data?.field !== rawData || data.end - data.start < leastBytes) return undefined;
  const entry = (key: string, value: string | number) =>
    field(13, [concat([textField(1, key), textField(2, String(value))])]);
  return concat([
    ...dims.map(dim => intField(1, dim)),
    intField(2, type),
    textField(8, name),
    ...entry('location', file),
    ...entry('offset', data.start),
    ...entry('length', data.end - data.start),
    intField(14, 1),
  ]);
}
