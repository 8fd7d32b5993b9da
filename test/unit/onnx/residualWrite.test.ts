import assert from 'node:assert/strict';
import { extend, feedsOf, floats, open, referenceCase } from './support/referenceModels';

/** What a layer adds to the residual stream, and the stream before: the same, however a model was exported. */
describe('residual writes', function () {
  this.timeout(60_000);

  async function residuals(name: string) {
    const reference = referenceCase(name);
    const extended = extend(reference, { probabilities: false, residual: true });
    const session = await open(reference, extended.bytes);
    const results = await session.run(
      feedsOf(reference),
      extended.outputs.map(o => o.name),
    );
    await session.release();
    return extended.outputs.map(({ site, what, name: output }) => ({
      site: `${site.kind} ${site.layer}`,
      what,
      dims: results[output].dims,
      data: floats(results[output]),
    }));
  }

  const models = { bert: 2, deberta_v2: 2, gpt2: 2, llama: 2, roberta: 2, t5: 6 } as const;
  const files = {
    bert: ['sdpa', 'fused', 'op23', 'ortopt', 'fp16', 'quantized'],
    deberta_v2: ['op23', 'quantized'],
    gpt2: ['sdpa', 'op23', 'ortopt', 'fp16', 'quantized'],
    llama: ['sdpa', 'op23', 'ortopt', 'fp16', 'quantized'],
    roberta: ['op23', 'quantized'],
    t5: ['sdpa', 'op23', 'ortopt', 'fp16', 'quantized'],
  } as const;
  for (const [model, layers] of Object.entries(models)) {
    it(`${model}: found in every layer, with the same numbers in ${files[model as keyof typeof files].join(', ')}`, async () => {
      const eager = await residuals(`${model}/model_eager.onnx`);
      assert.equal(eager.length, 2 * layers);
      for (const file of files[model as keyof typeof files]) {
        const other = await residuals(`${model}/model_${file}.onnx`);
        const tolerance = file === 'quantized' ? 0.3 : file === 'fp16' ? 0.01 : 1e-5;
        for (const { site, what, dims, data } of eager) {
          const same = other.find(o => o.site === site && o.what === what);
          assert.ok(same, `${file}: ${what} of ${site}`);
          assert.deepEqual(same.dims, dims);
          const off = norm(data.map((value, i) => value - same.data[i])) / norm(data);
          assert.ok(off <= tolerance, `${file}, ${what} of ${site}: ${off}`);
        }
      }
    });
  }

  it('is inside the branches of merged decoders, and where a norm was fused with the addition', async () => {
    for (const name of ['gpt2_merged_cache/model.onnx', 'gpt2/model_fused.onnx', 't5/model_fused.onnx']) {
      const found = await residuals(name);
      assert.equal(found.length, name.startsWith('t5') ? 12 : 4, name);
    }
  });
});

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
