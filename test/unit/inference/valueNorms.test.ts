import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readModel } from '../../../core/onnx';
import { explain } from '../../../inference/answers/explain';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { runOnce } from '../../../inference/runs/runModel';
import { valueNorms } from '../../../inference/answers/valueNorms';
import { fixtureFolder } from '../support/referenceAttention';
import { openFixture } from '../support/useModel';

const [width, size] = [192, 32];

/** The length of what each key adds, against the weights as the file holds them. */
describe('value norms of a model', function () {
  this.timeout(60_000);
  const text = 'const items = [1, 2, 3];\nfor (const item of items) {\n';
  let fp32: OpenModel;
  let int8: OpenModel;
  let ids: readonly number[];

  before(async () => {
    fp32 = await openFixture('tiny-code-gpt');
    int8 = await openModel({ id: 'int8', folder: fixtureFolder('tiny-code-gpt'), dtype: 'q8' });
    ({ ids } = (await explain(fp32, text, { isCancelled: () => false })).known);
  });
  after(() => Promise.all([fp32, int8].map(open => open.dispose())));

  it('are those of the values times the output projection that the file holds', async () => {
    const norms = await valueNorms(fp32, ids, undefined, 'self');
    assert.deepEqual([...norms.keys()], [0, 1, 2, 3]);
    const bytes = readFileSync(path.join(fixtureFolder('tiny-code-gpt'), 'onnx', 'model.onnx'));
    const { initializers } = readModel(bytes).graph;
    const recorder = await runOnce(fp32, ids, undefined, { wants: (_, __, what) => what === 'value' });
    for (const layer of [0, 2]) {
      const { start } = initializers.get(`hf.transformer.h.${layer}.attn.c_proj.weight`)!.data!;
      const values = recorder.tensor('self', layer, 'value')!.data;
      const { data, projected } = norms.get(layer)!;
      assert.ok(projected);
      for (const [head, key] of [
        [0, 0],
        [3, 7],
        [5, ids.length - 1],
      ]) {
        let squares = 0;
        for (let column = 0; column < width; column++) {
          let sum = 0;
          for (let d = 0; d < size; d++) {
            sum +=
              values[(head * ids.length + key) * size + d] *
              bytes.readFloatLE(start + 4 * ((head * size + d) * width + column));
          }
          squares += sum * sum;
        }
        const expected = Math.sqrt(squares);
        assert.ok(
          Math.abs(data[head * ids.length + key] - expected) < 1e-3 * expected,
          `${layer}.${head}, key ${key}: ${data[head * ids.length + key]} against ${expected}`,
        );
      }
    }
  });

  it('are about the same in the int8 file, whose projection is read through its quantization', async () => {
    const [exact, rough] = [
      await valueNorms(fp32, ids, undefined, 'self'),
      await valueNorms(int8, ids, undefined, 'self'),
    ];
    for (const [layer, { data, projected }] of rough) {
      assert.ok(projected);
      const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
      assert.ok(Math.abs(mean(data) / mean(exact.get(layer)!.data) - 1) < 0.05);
    }
  });
});
