import type { OnnxModel, OnnxNode } from '../../core/onnx';

/** Whether activations are quantized as a graph runs, by one scale over all that is there. */
export function quantizesWhileRunning(graph: OnnxModel['graph']): boolean {
  return hasNode(graph, ({ type }) => /(^|\.)DynamicQuantize/.test(type));
}

/** Whether activations are rounded to 8 bits as it runs, by one scale over all or by one for each block of a row. */
export function roundsActivations(graph: OnnxModel['graph']): boolean {
  return (
    quantizesWhileRunning(graph) ||
    hasNode(graph, ({ type, attributes }) => type === 'MatMulNBits' && attributes.get('accuracy_level')?.int === 4)
  );
}

/** Whether a graph or a body of it has a node of some kind. */
function hasNode({ nodes }: OnnxModel['graph'], is: (node: OnnxNode) => boolean): boolean {
  return nodes.some(
    node => is(node) || [...node.attributes.values()].some(({ graph }) => graph !== undefined && hasNode(graph, is)),
  );
}
