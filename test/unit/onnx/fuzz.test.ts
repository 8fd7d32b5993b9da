import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  addAttention,
  findAttention,
  findBlocks,
  OnnxError,
  readModel,
  readModelFile,
  type ModelFile,
} from '../../../core/onnx';
import { damaged } from '../support/damaged';
import { randomNumbers } from '../support/randomNumbers';
import { referenceCase } from './support/referenceModels';

const mutations = 10_000;
const slowest = 20_000;
const files = [
  'none_lstm/model.onnx',
  'spelled_einsum/model.onnx',
  'spelled_bmm3d/model.onnx',
  'lookalike_softmaxes/model.onnx',
  'gpt2_external_data/model.onnx',
  'bert/model_ortopt.onnx',
  'bert_op_mha/model.onnx',
  'llama_op_gqa/model.onnx',
  'gpt2/model_op23.onnx',
  'gpt2_merged_cache/model.onnx',
  'bert/model_quantized.onnx',
];

/** Bytes as a file. */
function fileOf(bytes: Uint8Array): ModelFile {
  return { name: 'model.onnx', size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}

describe('fuzzing', function () {
  this.timeout(400_000);

  it(`${mutations} mutations of real files: an OnnxError or a model, never a crash, never a hang`, () => {
    const next = randomNumbers(20_26);
    const originals = files.map(name => new Uint8Array(readFileSync(referenceCase(name).file)));
    let [refused, found] = [0, 0];
    for (let i = 0; i < mutations; i++) {
      const bytes = damaged(originals[i % originals.length], next);
      const start = performance.now();
      try {
        // Every other one as a file whose weights stay in it.
        const model = i % 22 < 11 ? readModel(bytes) : readModelFile(fileOf(bytes));
        const attention = findAttention(model, { heads: 4 });
        found += attention.attentions.length ? 1 : 0;
        const extended = addAttention(model, attention, {
          scores: true,
          queries: true,
          keys: true,
          values: true,
          switches: true,
        });
        readModel(extended.bytes);
        findBlocks(attention);
      } catch (error) {
        if (!(error instanceof OnnxError)) {
          throw new Error(`Mutation ${i} of ${files[i % files.length]}`, { cause: error });
        }
        assert.match(error.message, /^[A-Z][^\n]*\.$/);
        refused++;
      }
      assert.ok(performance.now() - start < slowest, `mutation ${i} took longer than ${slowest} ms`);
    }
    // Both must happen often, or the mutations test nothing.
    assert.ok(refused > mutations / 5, `${refused} refused`);
    assert.ok(found > mutations / 5, `${found} with attention`);
  });
});
