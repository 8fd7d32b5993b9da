import assert from 'node:assert/strict';
import type { AddedOutput, AttentionTensorKind } from '../../../core/onnx';
import { extend, feedsOf, floats, largestDifference, open, referenceCase } from './support/referenceModels';

/** Scores, queries, keys and values: the parts must make the whole. */
describe('scores, queries, keys and values', function () {
  this.timeout(60_000);

  async function parts(name: string): Promise<{
    outputs: readonly AddedOutput[];
    readonly get: (what: AttentionTensorKind, layer: number) => { dims: readonly number[]; data: Float32Array };
  }> {
    const reference = referenceCase(name);
    const extended = extend(reference, { scores: true, queries: true, keys: true, values: true });
    const session = await open(reference, extended.bytes);
    const results = await session.run(
      feedsOf(reference),
      extended.outputs.map(o => o.name),
    );
    await session.release();
    return {
      outputs: extended.outputs,
      get(what, layer) {
        const found = extended.outputs.find(o => o.what === what && o.site.layer === layer);
        assert.ok(found, `${name} gives no ${what}`);
        const tensor = results[found.name];
        return { dims: tensor.dims, data: floats(tensor) };
      },
    };
  }

  function softmax(data: Float32Array, columns: number): Float32Array {
    const result = new Float32Array(data.length);
    for (let row = 0; row < data.length; row += columns) {
      const most = Math.max(...data.subarray(row, row + columns));
      let sum = 0;
      for (let i = row; i < row + columns; i++) sum += result[i] = Math.exp(data[i] - most);
      for (let i = row; i < row + columns; i++) result[i] /= sum;
    }
    return result;
  }

  for (const name of [
    'bert/model_eager.onnx',
    'bert/model_sdpa.onnx',
    'bert/model_op23.onnx',
    'bert/model_fused.onnx',
    'bert_op_mha/model.onnx',
    'bert/model_quantized.onnx',
    'gpt2/model_eager.onnx',
    'gpt2/model_fused.onnx',
    'gpt2/model_op23.onnx',
    'gemma2/model_eager.onnx',
    'deberta_v2/model_eager.onnx',
    'swin/model_eager.onnx',
    'spelled_bmm3d/model.onnx',
    'spelled_einsum/model.onnx',
    'gpt2_merged_cache/model.onnx',
    't5/model_eager.onnx',
  ]) {
    it(`${name}: softmax of the scores is the probabilities`, async () => {
      const { get } = await parts(name);
      for (const layer of [0, ...(name.startsWith('spelled') ? [] : [1])]) {
        const [scores, probabilities] = [get('scores', layer), get('probabilities', layer)];
        assert.deepEqual(scores.dims, probabilities.dims);
        assert.ok(largestDifference(softmax(scores.data, scores.dims[3]), probabilities.data) < 2e-6);
      }
    });
  }

  for (const name of [
    'bert/model_eager.onnx',
    'bert/model_op23.onnx',
    'bert/model_fused.onnx',
    'bert_op_mha/model.onnx',
    'spelled_bmm3d/model.onnx',
    'spelled_einsum/model.onnx',
    'vit/model_eager.onnx',
  ]) {
    it(`${name}: queries times keys, scaled, are the scores`, async () => {
      const { get } = await parts(name);
      const [query, key, scores, value] = [get('query', 0), get('key', 0), get('scores', 0), get('value', 0)];
      const [, heads, queries, size] = query.dims;
      const keys = key.dims[2];
      assert.deepEqual(key.dims, [1, heads, keys, size]);
      assert.deepEqual(value.dims.slice(0, 3), [1, heads, keys]);
      const raw = new Float32Array(scores.data.length);
      for (let h = 0; h < heads; h++) {
        for (let q = 0; q < queries; q++) {
          for (let k = 0; k < keys; k++) {
            let sum = 0;
            for (let d = 0; d < size; d++) {
              sum += query.data[(h * queries + q) * size + d] * key.data[(h * keys + k) * size + d];
            }
            raw[(h * queries + q) * keys + k] = sum;
          }
        }
      }
      // The scale may be in the queries, the keys or behind the product: it is one number for all.
      const ratio = scores.data.reduce((a, b) => a + Math.abs(b), 0) / raw.reduce((a, b) => a + Math.abs(b), 0);
      assert.ok(Math.abs(ratio - 1) < 1e-3 || Math.abs(ratio - 1 / Math.sqrt(size)) < 1e-3, `scale ${ratio}`);
      assert.ok(
        largestDifference(
          raw.map(x => x * ratio),
          scores.data,
        ) < 1e-4,
      );
    });
  }

  it('what is added is listed, a line each', () => {
    const { added, outputs, switches } = extend(referenceCase('bart/model_eager.onnx'), {
      scores: true,
      switches: true,
    });
    assert.equal(added.length, outputs.length + 2 * switches.length);
    assert.ok(
      added.includes(
        'output cross_attentions.1: probabilities of cross-attention, layer 1 (softmax at "/m/model/decoder/layers.1/encoder_attn/Softmax")',
      ),
    );
    assert.deepEqual(
      outputs.filter(o => o.what === 'probabilities').map(o => o.name),
      [
        'encoder_attentions.0',
        'encoder_attentions.1',
        'decoder_attentions.0',
        'decoder_attentions.1',
        'cross_attentions.0',
        'cross_attentions.1',
      ],
    );
  });

  it('the original bytes are kept', () => {
    const reference = referenceCase('gpt2/model_eager.onnx');
    const extended = extend(reference);
    const original = extended.pieces
      .filter(piece => piece.buffer.byteLength > 50_000)
      .reduce((sum, piece) => sum + piece.length, 0);
    const all = extended.bytes.length;
    // Only the graph's own length and what is appended are new.
    assert.ok(original > 0.9 * all, `${original} of ${all}`);
  });
});
