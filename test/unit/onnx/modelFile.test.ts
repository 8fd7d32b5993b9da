import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findAttention, readModel, readModelFile, type ModelFile, type OnnxModel } from '../../../core/onnx';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { encodeNode, encodeTensor, encodeValueInfo } from '../../../core/onnx/read/encodeOnnx';
import { concat, field, intField, textField } from '../../../core/onnx/read/wireWriter';
import { hintsOf, referenceCases } from './support/referenceModels';

/** A file, and how many of its bytes were read. */
function counted(bytes: Uint8Array): ModelFile & { count: number } {
  return {
    name: 'model.onnx',
    size: bytes.length,
    count: 0,
    read(at, length) {
      const part = bytes.subarray(at, at + length);
      this.count += part.length;
      return part;
    },
  };
}

const large = (model: OnnxModel) =>
  [...model.graph.initializers.values()].filter(({ data }) => data?.field === 9 && data.end - data.start >= 4096);

describe('a model’s file whose weights are left in it', () => {
  it('holds the same graph: every reference file has the same attention, and refers to the same numbers', () => {
    let left = 0;
    for (const reference of referenceCases) {
      const bytes = new Uint8Array(readFileSync(reference.file));
      const file = counted(bytes);
      const [whole, model] = [readModel(bytes), readModelFile(file)];
      const found = (of: OnnxModel) => {
        const { summary, attentions } = findAttention(of, hintsOf(reference));
        return [summary, attentions.map(({ kind, layer, heads, causal, node }) => [kind, layer, heads, causal, node])];
      };
      assert.deepEqual(found(model), found(whole), reference.name);
      assert.deepEqual(model.externalLocations, whole.externalLocations, reference.name);
      assert.deepEqual([...model.graph.initializers.keys()], [...whole.graph.initializers.keys()], reference.name);
      for (const { name, type, dims, data } of large(whole)) {
        const reference = model.graph.initializers.get(name)!;
        assert.deepEqual([reference.type, reference.dims, reference.data], [type, dims, undefined], name);
        const { location, offset, length } = reference.external!;
        assert.deepEqual([location, offset, length], ['model.onnx', data!.start, data!.end - data!.start], name);
        left++;
      }
      assert.deepEqual(large(model), [], reference.name);
    }
    assert.ok(left > 500, `${left} weights were left`);
  });

  it('is read without its weights: of 64 MB less than 300 KB', () => {
    const weights = new Uint8Array(64e6);
    const model = (constants: Uint8Array[]) => [
      intField(1, 8),
      ...field(7, [
        ...field(1, [encodeNode({ type: 'Add', inputs: ['x', 'w'], outputs: ['y'] })]),
        textField(2, 'g'),
        ...constants,
        ...field(11, [encodeValueInfo('x', DataType.float, [1])]),
        ...field(12, [encodeValueInfo('y', DataType.float)]),
      ]),
      ...field(8, [concat([textField(1, ''), intField(2, 17)])]),
    ];
    const bytes = concat(model(field(5, [encodeTensor('w', DataType.float, [16e6], weights)])));
    const file = counted(bytes);
    assert.equal(readModelFile(file).graph.initializers.get('w')!.external!.length, 64e6);
    assert.ok(file.count < 300_000, `${file.count} bytes`);
  });

  it('that is shorter than it said is refused', () => {
    const bytes = new Uint8Array(readFileSync(referenceCases[0].file));
    const file = { ...counted(bytes), size: bytes.length + 1000 };
    assert.throws(() => readModelFile(file), /^OnnxError: The file ends or breaks off inside a record/);
  });
});
