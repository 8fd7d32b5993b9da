import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { readModel } from '../../../core/onnx';
import { explain } from '../../../inference/answers/explain';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { runOnce } from '../../../inference/runs/runModel';
import { segmentsOf } from '../../../inference/models/segmentsOf';
import { stopIfCancelled } from '../../../inference/models/stopIfCancelled';
import type { UseModel } from '../../../inference/runs/runAttention';
import type { KnownRun } from '../../../inference/runs/runStore';
import { knownNorms, valueNorms } from '../../../inference/answers/valueNorms';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';
import { openFixture, withModel } from '../support/useModel';

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
    const norms = await valueNorms(work => work(fp32), { ids }, 'self');
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
      await valueNorms(work => work(fp32), { ids }, 'self'),
      await valueNorms(work => work(int8), { ids }, 'self'),
    ];
    for (const [layer, { data, projected }] of rough) {
      assert.ok(projected);
      const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
      assert.ok(Math.abs(mean(data) / mean(exact.get(layer)!.data) - 1) < 0.05);
    }
  });

  it('are about the same in the built-in file, whose weights are stored in half precision, behind a cast', () =>
    withModel(path.resolve('media/models/tiny-code-gpt'), 'fp16', async open => {
      const exact = await valueNorms(work => work(fp32), { ids }, 'self');
      for (const [layer, { data, projected }] of await valueNorms(work => work(open), { ids }, 'self')) {
        assert.ok(projected);
        data.forEach((norm, i) => assert.ok(Math.abs(norm / exact.get(layer)!.data[i] - 1) < 0.05));
      }
    }));

  describe('of a long text', () => {
    /** Tokens of the vocabulary, all kinds of them. */
    const tokensOf = (count: number) => Array.from({ length: count }, (_, i) => 5 + ((i * 7919) % 200));

    const cases = [
      ['tiny-code-gpt', 'fp32', 400, 4],
      // Grouped-query attention in one operator, keys and values in its cache.
      ['tiny-chat', 'fp32', 300, 3],
      // Quantized by the largest of all tokens: read whole, in each layer.
      ['tiny-code-gpt', 'q8', 300, 1],
      ['tiny-code-classifier', 'fp32', 300, 1],
    ] as const;
    for (const [id, dtype, count, lots] of cases) {
      it(`${id} (${dtype}) come layer by layer, ${lots === 1 ? 'a piece' : `${lots} pieces`} each, and are those of a run of the whole model`, async () => {
        const open = await openModel({ id, folder: fixtureFolder(id), dtype });
        try {
          const [session] = Object.values(open.sessions);
          const ids = tokensOf(count);
          const model = await segmentsOf(session, 'value', () => Promise.resolve());
          assert.ok(typeof model !== 'string');
          let [runs, most, turns] = [0, 0, 0];
          const openSegment = model.open.bind(model);
          model.open = async (index, wanted, value) => {
            const segment = await openSegment(index, wanted, value);
            return { ...segment, run: feeds => (runs++, segment.run(feeds)) };
          };
          const use: UseModel = async work => {
            const before = runs;
            const result = await work(open);
            most = Math.max(most, runs - before);
            return result;
          };
          use.turn = () => Promise.resolve(void turns++);
          const pieces = await valueNorms(use, { ids }, 'self');
          const heads = session.sites.reduce((sum, site) => sum + site.heads!, 0);
          assert.deepEqual([runs, most], [lots * session.sites.length, 1]);
          // Between the heads: once a model for its projection, once a text for the norms.
          assert.ok(turns >= 2 * heads, `${turns} turns`);

          model.open = () => Promise.reject(new Error('no kernel'));
          const whole = await valueNorms(use, { ids }, 'self');
          assert.equal(whole.size, session.sites.length);
          for (const [layer, { data, projected }] of whole) {
            assert.ok(projected && pieces.get(layer)!.projected);
            assert.ok(largestDifference(pieces.get(layer)!.data, data) < 1e-5, `layer ${layer}`);
          }
        } finally {
          await open.dispose();
        }
      });
    }

    it('stop with the piece during which they are cancelled, and who else waits for them computes them', async () => {
      const known = { ids: tokensOf(300) } as unknown as KnownRun;
      const source = new CancellationTokenSource();
      let pieces = 0;
      const cancelled: UseModel = work => {
        stopIfCancelled(source.token);
        if (++pieces === 8) source.cancel();
        return work(fp32);
      };
      const first = knownNorms(cancelled, known, 'self');
      const second = knownNorms(work => work(fp32), known, 'self');
      await assert.rejects(first, /Cancelled/);
      assert.equal(pieces, 8);
      assert.equal((await second).size, 4);
    });
  });
});
