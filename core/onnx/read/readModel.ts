import { checkGraph } from './checkGraph';
import { foreignFormat } from './foreignFormat';
import type { GraphLimits } from './graphLimits';
import { OnnxError } from './onnxError';
import type { OnnxFunction, OnnxGraph, OnnxModel } from './onnxModel';
import { GraphReader } from './graphReader';
import type { ModelFile } from './leaveWeights';
import { WireCursor } from './wireCursor';

/**
 * Reads the graph of an ONNX file.
 *
 * Names, attributes, shapes and the places of constants are read; weights are stepped over and never copied, so the cost
 * does not grow with them. The bytes are kept, not copied: they must not change while the model is in use.
 * Follows onnx.proto of ONNX 1.23 (IR version 14).
 * @param limits larger graphs are refused.
 * @param weightsIn the file that weights were left in (`leaveWeights`), where the bytes are not the file itself.
 * @throws {OnnxError} with one sentence where the bytes are not an ONNX model, or the graph is not a valid one (a cycle,
 *   a value defined twice, no operator set), or is too large.
 */
export function readModel(bytes: Uint8Array, limits?: GraphLimits, weightsIn?: ModelFile): OnnxModel {
  const foreign = foreignFormat(bytes);
  if (foreign) throw new OnnxError(foreign);

  const reader = new GraphReader(bytes, limits);
  const opsets = new Map<string, number>();
  const functions: OnnxFunction[] = [];
  const graphs: OnnxGraph[] = [];
  let irVersion = 0;
  let producer = '';
  const cursor = new WireCursor(bytes, 0, bytes.length);
  while (cursor.next()) {
    if (cursor.field === 1) irVersion = cursor.int();
    else if (cursor.field === 2) producer = cursor.text();
    else if (cursor.field === 7) graphs.push(reader.graph(cursor.span(), 0));
    else if (cursor.field === 8) reader.opset(cursor.span(), opsets);
    else if (cursor.field === 25) functions.push(reader.function(cursor.span()));
    else cursor.skip();
  }
  if (graphs.length > 1) throw new OnnxError('The file holds two graphs, so it is damaged; download it again.');
  const graph = graphs.at(0);
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
    externalLocations: [...reader.externalLocations].filter(location => location !== weightsIn?.name),
    weightsIn,
  };
}
