import assert from 'node:assert/strict';
import { decoderFile } from '../../../inference/models/decoderFile';
import { likeliestTokens } from '../../../inference/text/likeliestTokens';
import { logitLens } from '../../../inference/answers/logitLens';
import type { OpenModel } from '../../../inference/models/openModel';
import { runOnce } from '../../../inference/runs/runModel';
import { valueNorms } from '../../../inference/answers/valueNorms';
import { useReference } from '../support/useModel';

/** A causal model as repositories made for transformers.js 2 hold it: with and without a cache in the branches of one file. */
describe('a merged decoder', function () {
  this.timeout(60_000);
  const ids = [3, 17, 99, 4, 17];
  let open: OpenModel;

  const graphs = { 'decoder_model_merged.onnx': 'model.onnx' };
  const config = { architectures: ['GPT2LMHeadModel'] };
  useReference('fp32', { reference: 'gpt2_merged_cache', graphs, config }, opened => (open = opened));

  it('is asked for only where a causal model has no file named model in that precision', () => {
    const gpt = { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] };
    assert.deepEqual(decoderFile(gpt, 'q8', ['onnx/decoder_model_merged_quantized.onnx']), {
      model_file_name: 'decoder_model_merged',
    });
    assert.deepEqual(decoderFile(gpt, 'q8', ['decoder_model_merged_quantized.onnx', 'model_quantized.onnx']), {});
    assert.deepEqual(decoderFile(gpt, 'q4', ['decoder_model_merged_quantized.onnx']), {});
    assert.deepEqual(
      decoderFile({ model_type: 't5', is_encoder_decoder: true, architectures: ['T5ForConditionalGeneration'] }, 'q8', [
        'decoder_model_merged_quantized.onnx',
      ]),
      {},
    );
  });

  it('is asked for of an encoder-decoder, too, where the one without a cache is there and the merged one is not', () => {
    const t5 = { model_type: 't5', is_encoder_decoder: true, architectures: ['T5ForConditionalGeneration'] };
    const alone = { model_file_name: 'decoder_model' };
    assert.deepEqual(decoderFile(t5, 'fp32', ['encoder_model.onnx', 'decoder_model.onnx']), alone);
    assert.deepEqual(decoderFile(t5, 'fp32', ['decoder_model.onnx', 'decoder_model_merged.onnx']), {});
    assert.deepEqual(decoderFile(t5, 'q8', ['decoder_model.onnx', 'decoder_with_past_model_quantized.onnx']), {});
    for (const type of ['whisper', 'vision-encoder-decoder', 'florence2']) {
      assert.deepEqual(decoderFile({ model_type: type }, 'fp32', ['onnx/decoder_model.onnx']), alone, type);
    }
    for (const other of [
      { ...t5, architectures: ['T5EncoderModel'] },
      { model_type: 'wav2vec2', architectures: ['Wav2Vec2ForCTC'] },
      { model_type: 'bert', architectures: ['BertForMaskedLM'] },
      { model_type: 'smolvlm' },
    ]) {
      assert.deepEqual(decoderFile(other, 'fp32', ['decoder_model.onnx']), {});
    }
  });

  it('gives rows of attention that sum to one, and is causal', async () => {
    const recorder = await runOnce(open, ids, undefined, {});
    const layers = recorder.attention();
    assert.equal(layers.length, 2);
    for (const step of layers) {
      assert.deepEqual([step.heads, step.queries, step.keys], [4, ids.length, ids.length]);
      for (let row = 0; row < 4 * ids.length; row++) {
        const weights = step.data.subarray(row * ids.length, (row + 1) * ids.length);
        assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-5);
        assert.ok(weights.subarray((row % ids.length) + 1).every(weight => weight === 0));
      }
    }
  });

  it('has a logit lens: its last row is what the model says', async () => {
    const { rows, missing } = await logitLens(open, ids, 0, ids.length, () => false);
    assert.equal(missing, undefined);
    assert.equal(rows.length, 3);
    const { data, columns } = (await runOnce(open, ids, undefined, { wants: () => false })).logits()!;
    rows[2].forEach((predictions, position) =>
      likeliestTokens(data, position, columns, predictions.length).forEach(({ id, probability }, i) => {
        assert.equal(predictions[i].id, id);
        assert.ok(Math.abs(predictions[i].probability - probability) < 1e-5);
      }),
    );
    assert.notDeepEqual(rows[0], rows[2]);
    const [part] = (await logitLens(open, ids, 2, 1, () => false)).rows.slice(-1);
    assert.equal(part[0][0].id, rows[2][2][0].id, 'a position by itself says the same');
  });

  it('weighs attention by values in the units of the residual stream: the projections in a branch are read', async () => {
    const norms = await valueNorms(work => work(open), { ids }, 'self');
    assert.deepEqual([...norms.keys()], [0, 1]);
    assert.ok([...norms.values()].every(({ projected, data }) => projected && data.every(length => length > 0)));
  });
});
