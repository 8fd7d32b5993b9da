import {
  encodeNode,
  encodeTensor,
  encodeValueInfo,
  type NewDim,
  type NewNode,
} from '../../../../core/onnx/read/encodeOnnx';
import { DataType } from '../../../../core/onnx/read/onnxModel';
import { concat, field, intField, textField } from '../../../../core/onnx/read/wireWriter';

/** A small model described in place. */
export interface ModelSketch {
  readonly nodes: readonly NewNode[];
  readonly inputs?: Readonly<Record<string, readonly NewDim[]>>;
  readonly outputs?: readonly string[];
  /** Float constants by name: shape; all ones. */
  readonly constants?: Readonly<Record<string, readonly number[]>>;
  /** External constants by name: where their data is said to lie. */
  readonly external?: Readonly<Record<string, string>>;
  readonly opset?: number;
}

/** The bytes of a model as an exporter would write them. */
export function modelBytes({
  nodes,
  inputs = {},
  outputs = [],
  constants = {},
  external = {},
  opset = 17,
}: ModelSketch): Uint8Array {
  const graph = concat([
    ...nodes.flatMap(node => field(1, [encodeNode(node)])),
    textField(2, 'sketch'),
    ...Object.entries(constants).flatMap(([name, dims]) => {
      const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1);
      return field(5, [encodeTensor(name, DataType.float, dims, new Uint8Array(data.buffer))]);
    }),
    ...Object.entries(external).flatMap(([name, location]) => {
      const entry = concat([textField(1, 'location'), textField(2, location)]);
      return field(5, [
        concat([
          intField(1, 4),
          intField(2, DataType.float),
          textField(8, name),
          ...field(13, [entry]),
          intField(14, 1),
        ]),
      ]);
    }),
    ...Object.entries(inputs).flatMap(([name, shape]) => field(11, [encodeValueInfo(name, DataType.float, shape)])),
    ...outputs.flatMap(name => field(12, [encodeValueInfo(name, DataType.float)])),
  ]);
  return concat([intField(1, 8), ...field(7, [graph]), ...field(8, [concat([textField(1, ''), intField(2, opset)])])]);
}
