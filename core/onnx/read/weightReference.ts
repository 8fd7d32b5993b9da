import { concat, field, intField, textField, type Pieces } from './wireWriter';

/** Smaller constants may be shapes and the like, which a runtime wants to see before it opens other files. */
export const leastBytes = 4096;

/** A field of a `TensorProto`, by its number. */
interface TensorField {
  readonly number: number;
  readonly content: number;
  readonly end: number;
}

/**
 * A weight that stands in a model's file, as one that is kept in another file: the content of a `TensorProto` that says where
 * its numbers lie there (`external_data`, onnx.proto). Undefined where they are few, or it is kept elsewhere as it is.
 * @param file the name of that file.
 * @param raw of the fields the one with the numbers.
 * @param copied the bytes of a field, its tag with it.
 */
export function weightReference<Of extends TensorField>(
  file: string,
  fields: readonly Of[],
  raw: Of,
  copied: (of: Of) => Pieces,
): Pieces | undefined {
  const isExternal = fields.some(({ number }) => number === 13);
  if (isExternal || raw.end - raw.content < leastBytes) return undefined;
  const entry = (key: string, value: string | number) =>
    field(13, [concat([textField(1, key), textField(2, String(value))])]);
  return [
    ...fields.filter(of => of !== raw).flatMap(copied),
    ...entry('location', file),
    ...entry('offset', raw.content),
    ...entry('length', raw.end - raw.content),
    // Of a field that stands twice the last counts.
    intField(14, 1),
  ];
}
