import assert from 'node:assert/strict';
import { expandFunctions } from '../../../core/onnx/read/expandFunctions';
import { encodeNode } from '../../../core/onnx/read/encodeOnnx';
import { graphLimits } from '../../../core/onnx/read/graphLimits';
import { OnnxError } from '../../../core/onnx/read/onnxError';
import { readModel } from '../../../core/onnx/read/readModel';
import { concat, field, intField, textField } from '../../../core/onnx/read/wireWriter';
import { syntheticEncoder } from '../../bench/onnx/syntheticEncoder';
import { modelBytes } from './support/modelBytes';

/** A model whose file holds the same field of its graph so often: what is wrong with it is never reached. */
const repeated = (part: Uint8Array, times: number): Uint8Array =>
  concat([
    intField(1, 8),
    ...field(
      7,
      Array.from({ length: times }, () => part),
    ),
  ]);
const isRefused = (says: RegExp) => (error: Error) => error instanceof OnnxError && says.test(error.message);

describe('how large a graph may be', function () {
  this.timeout(60_000);

  it('is counted in nodes and values, exactly', () => {
    const bytes = concat(syntheticEncoder({ layers: 40, heads: 2, width: 4, vocabulary: 8 }));
    const { nodes, initializers } = readModel(bytes).graph;
    const values = initializers.size + 3;
    assert.equal(readModel(bytes, { nodes: nodes.length, values }).graph.nodes.length, nodes.length);
    assert.throws(
      () => readModel(bytes, { nodes: nodes.length - 1, values }),
      isRefused(/^The graph has more than [\d,]+ nodes, more than are read; export the model without unrolling/),
    );
    assert.throws(
      () => readModel(bytes, { nodes: nodes.length, values: values - 1 }),
      isRefused(/^The graph has more than [\d,]+ constants and declared values, more than are read/),
    );
  });

  it('a graph of a million nodes or constants is refused before the rest of it is read', () => {
    const node = concat(field(1, [encodeNode({ type: 'Relu', inputs: ['a'], outputs: ['b'] })]));
    assert.throws(() => readModel(repeated(node, 1_000_000)), isRefused(/more than 200,000 nodes/));
    const value = concat(field(13, [textField(1, 'a')]));
    assert.throws(() => readModel(repeated(value, 1_000_000)), isRefused(/more than 800,000 constants/));
  });

  it('nodes of bodies and of functions count, also where functions multiply them', () => {
    const inner = modelBytes({ nodes: [{ type: 'Relu', inputs: ['a'], outputs: ['b'] }], inputs: { a: [1] } });
    assert.throws(() => readModel(inner, { nodes: 0, values: 100 }), isRefused(/more than 0 nodes/));
    // Each function calls the one before a hundred times: 10,000 calls of a hundred nodes.
    const call = (type: string) => encodeNode({ type, domain: 'own', inputs: ['a'], outputs: ['b'] });
    const makes = (name: string, node: Uint8Array) =>
      field(25, [
        concat([
          textField(1, name),
          textField(4, 'a'),
          textField(5, 'b'),
          ...Array.from({ length: 100 }, () => field(7, [node])).flat(),
          textField(10, 'own'),
        ]),
      ]);
    const bytes = concat([
      modelBytes({ nodes: [{ type: 'third', domain: 'own', inputs: ['x'], outputs: ['y'] }], inputs: { x: [1] } }),
      ...makes('first', encodeNode({ type: 'Relu', inputs: ['a'], outputs: ['b'] })),
      ...makes('second', call('first')),
      ...makes('third', call('second')),
    ]);
    const model = readModel(bytes);
    assert.equal(model.graph.nodes.length, 1);
    assert.throws(() => expandFunctions(model), isRefused(/more than 200,000 nodes/));
    assert.equal(graphLimits.nodes, 200_000);
  });
});
