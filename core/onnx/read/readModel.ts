import { checkGraph } from './checkGraph';
import { foreignFormat } from './foreignFormat';
import { OnnxError } from './onnxError';
import type { OnnxFunction, OnnxGraph, OnnxModel } from './onnxModel';
import { GraphReader } from './graphReader';
import { WireCursor } from './wireCursor';

/**
 * Reads the graph of an ONNX file.
 *
 * Names, attributes, shapes and the places of constants are read; weights are stepped over and never copied, so the cost
 * does not grow with them. The bytes are kept, not copied: they must not change while the model is in use.
 * Follows onnx.proto of ONNX 1.23 (IR version 14).
 * @throws {OnnxError} with one sentence where the bytes are not an ONNX model, or the graph is not a valid one (a cycle,
 *   a value defined twice, no operator set).
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  const foreign = foreignFormat(bytes);
  if (foreign) throw new OnnxError(foreign);

  const reader = new GraphReader(bytes);
  const opsets = new Map<string, number>();
  const functions: OnnxFunction[] = [];
  let graph: OnnxGraph | undefined;
  let irVersion = 0;
  let producer = '';
  const cursor = new WireCursor(bytes, 0, bytes.length);
  while (cursor.next()) {
    switch (cursor.field) {
      case 1:
        irVersion = cursor.int();
        break;
      case 2:
        producer = cursor.text();
        break;
      case 7:
        if (graph) throw new OnnxError('The file holds two graphs, so it is damaged; download it again.');
        graph = reader.graph(cursor.span(), 0);
        break;
      case 8:
        reader.opset(cursor.span(), opsets);
        break;
      case 25:
        functions.push(reader.function(cursor.span()));
        break;
      default:
        cursor.skip();
    }
  }
  if (!graph) {
    throw new OnnxError('The file holds no graph, so it is truncated or not an ONNX model; download it again.');
  }
  if (opsets.size === 0) {
    throw new OnnxError('The file names no operator set, so it is truncated or not an ONNX model; download it again.');
  }
  checkGraph(graph, new Set());
  return {
    bytes,
    irVersion,
    producer,
    opsets,
    graph,
    functions,
    externalLocations: [...reader.externalLocations],
  };
}
