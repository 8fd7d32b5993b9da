import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findAttention, readModel } from '../../../core/onnx';
import {
  extend,
  feedsOf,
  floats,
  largestDifference,
  open,
  referenceCase,
  referenceCases,
} from './support/referenceModels';

/** Every tensor of every reference file against PyTorch's eager attention. */
describe('attention of the reference models', function () {
  this.timeout(60_000);

  it('covers 61 files and 157 tensors', () => {
    assert.equal(referenceCases.length, 61);
    assert.equal(
      referenceCases.reduce((sum, c) => sum + c.attentions.length, 0),
      157,
    );
  });

  for (const reference of referenceCases) {
    const exact = /_(fp16|quantized)/.test(reference.name) || reference.tolerance < 1e-5 ? reference.tolerance : 1e-5;

    it(`${reference.name}: ${reference.attentions.length} tensors within ${exact}`, async () => {
      const extended = extend(reference, { exactHalf: true });
      assert.deepEqual(
        extended.outputs.map(o => [o.site.kind, o.site.layer]),
        reference.attentions.map(a => [a.kind, a.layer]),
      );
      if (reference.attentions.length === 0) return;
      const session = await open(reference, extended.bytes);
      const results = await session.run(
        feedsOf(reference),
        extended.outputs.map(o => o.name),
      );
      reference.attentions.forEach(({ kind, layer, shape, offset }, i) => {
        const { name } = extended.outputs[i];
        const expected = reference.numbers.subarray(offset, offset + shape.reduce((a, b) => a * b, 1));
        assert.deepEqual(results[name].dims, shape, `${kind} ${layer}`);
        const difference = largestDifference(floats(results[name]), expected);
        assert.ok(difference <= exact, `${kind} ${layer} differs by ${difference}`);
      });
      await session.release();
    });
  }

  it('says what a model without attention is made of', () => {
    const summary = (name: string): string => findAttention(readModel(readFileSync(referenceCase(name).file))).summary;
    assert.equal(summary('none_lstm/model.onnx'), '1 LSTM node, no attention');
    assert.equal(summary('none_linear_attention/model.onnx'), '7 MatMul nodes, no attention');
  });

  it('tells causal from bidirectional attention', () => {
    const causal = (name: string): boolean[] => extend(referenceCase(name)).outputs.map(o => o.site.causal);
    for (const file of [
      'gpt2/model_eager.onnx',
      'gpt2/model_sdpa.onnx',
      'gpt2/model_op23.onnx',
      'gpt2/model_fused.onnx',
      'gemma2/model_eager.onnx',
      'llama_op_gqa/model.onnx',
    ]) {
      assert.deepEqual(causal(file), [true, true], file);
    }
    for (const file of [
      'bert/model_eager.onnx',
      'bert/model_sdpa.onnx',
      'bert/model_op23.onnx',
      'bert/model_fused.onnx',
      'deberta_v2/model_eager.onnx',
    ]) {
      assert.deepEqual(causal(file), [false, false], file);
    }
    assert.deepEqual(causal('bart/model_eager.onnx'), [false, false, true, true, false, false]);
    // Of fixed shape, so that masks are constants: a band of four keys and a triangle; a triangle of places that biases are looked up by.
    for (const [name, expected] of [
      ['gemma3', [true, true]],
      ['wavlm', [false, false]],
    ] as const) {
      const { attentions } = findAttention(readModel(readFileSync(`test/fixtures/faults/${name}-fixed-shape.onnx`)));
      assert.deepEqual(
        attentions.map(site => site.causal),
        expected,
        name,
      );
    }
  });
});
