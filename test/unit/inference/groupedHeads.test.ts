import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { addAttention, findAttention, readModel, type OnnxModel } from '../../../core/onnx';
import { attentionSteps } from '../../../inference/answers/attentionSteps';
import { likeliestTokens } from '../../../inference/text/likeliestTokens';
import { logitLens } from '../../../inference/answers/logitLens';
import type { OpenModel } from '../../../inference/models/openModel';
import { int64 } from '../../../inference/models/onnxTensors';
import { runOnce } from '../../../inference/runs/runModel';
import { valueNorms } from '../../../inference/answers/valueNorms';
import { referenceCase } from '../onnx/support/referenceModels';
import { plainFeeds } from '../../bench/real/realModel';
import { useReference } from '../support/useModel';

/** A causal model in onnxruntime's `GroupQueryAttention`, as most language models of the hub are: heads share keys, positions are turned inside. */
describe('a model whose heads share keys and values', function () {
  this.timeout(60_000);
  const ids = [3, 17, 99, 4, 17, 60];
  let open: OpenModel;

  const graphs = { 'model.onnx': 'model.onnx' };
  const config = { architectures: ['LlamaForCausalLM'] };
  useReference('fp32', { reference: 'llama_op_gqa', graphs, config }, opened => (open = opened));

  it('shows the steps of each head, with the keys that it shares', async () => {
    const [, attention] = (await runOnce(open, ids, undefined, {})).attention();
    const keys: Float32Array[] = [];
    for (let head = 0; head < 4; head++) {
      for (const query of [0, 3, 5]) {
        const steps = await attentionSteps(open, ids, undefined, { kind: 'self', layer: 1, head }, query);
        assert.equal(steps.bias, undefined, 'the products do not give the scores');
        assert.equal(steps.scale, 1 / Math.sqrt(16));
        const powers = Float32Array.from(steps.products, (product, key) =>
          key > query ? 0 : Math.exp(product * steps.scale),
        );
        const sum = powers.reduce((a, b) => a + b, 0);
        const row = attention.data.subarray(
          (head * ids.length + query) * ids.length,
          (head * ids.length + query + 1) * ids.length,
        );
        powers.forEach((power, key) =>
          assert.ok(Math.abs(power / sum - row[key]) < 1e-5, `head 1.${head}, ${query} to ${key}`),
        );
        assert.deepEqual(steps.weights, row);
        assert.ok(steps.residual && steps.residual.head > 0);
        keys[head] = steps.keys;
      }
    }
    assert.deepEqual(keys[0], keys[1]);
    assert.notDeepEqual(keys[1], keys[2]);
    assert.deepEqual(keys[2], keys[3]);
  });

  it('weighs attention by values, with each head’s own part of the output projection', async () => {
    const norms = await valueNorms(work => work(open), { ids }, 'self');
    assert.deepEqual([...norms.keys()], [0, 1]);
    for (const { projected, data } of norms.values()) {
      assert.ok(projected);
      assert.equal(data.length, 4 * ids.length);
      // Heads of one group have the same values, and project them apart.
      assert.notDeepEqual(data.slice(0, ids.length), data.slice(ids.length, 2 * ids.length));
    }
  });
});

/** The same with weights of four bits and all else of half precision: what most people download of a language model. */
describe('a language model in q4f16', function () {
  this.timeout(60_000);
  const ids = [3, 17, 99, 4, 17, 60];
  let open: OpenModel;

  const copied = { 'model_q4f16.onnx': 'test/fixtures/causal-exports/llama_q4f16.onnx' };
  const config = {
    architectures: ['LlamaForCausalLM'],
    'transformers.js_config': { kv_cache_dtype: { q4f16: 'float16' } },
  };
  useReference('q4f16', { reference: 'llama_op_gqa', graphs: {}, copied, config }, opened => (open = opened));

  it('gives about the attention of the model that it was made from', async () => {
    const reference = referenceCase('llama_op_gqa/model.onnx');
    const own = (await runOnce(open, reference.inputs['input_ids'].data, undefined, {})).attention();
    assert.equal(own.length, 2);
    reference.attentions.forEach(({ shape, offset }, layer) => {
      const size = shape.reduce((a, b) => a * b);
      const sum = own[layer].data.reduce(
        (total, weight, i) => total + Math.abs(weight - reference.numbers[offset + i]),
        0,
      );
      // Of each row, less than a quarter lies elsewhere.
      assert.ok(sum / 2 / (size / shape[3]) < 0.25, `layer ${layer}: ${sum / 2 / (size / shape[3])}`);
    });
  });

  it('weighs attention by values: a query that sees one key adds that key’s part, as switching its head off shows', async () => {
    const norms = await valueNorms(work => work(open), { ids }, 'self');
    for (const [layer, { projected, data }] of norms) {
      assert.ok(projected);
      for (let head = 0; head < 4; head++) {
        const { residual, weights, bias } = await attentionSteps(
          open,
          ids,
          undefined,
          { kind: 'self', layer, head },
          0,
        );
        assert.equal(bias, undefined);
        assert.equal(weights[0], 1);
        assert.ok(
          residual && Math.abs(data[head * ids.length] / residual.head - 1) < 0.01,
          `head ${layer}.${head}: ${data[head * ids.length]} against ${residual?.head}`,
        );
      }
    }
  });

  it('gives its attention by the operator itself: none is computed twice, and what it says is the same to the bit', async () => {
    const file = path.join('test', 'fixtures', 'causal-exports', 'llama_q4f16.onnx');
    const model = readModel(readFileSync(file));
    const extended = addAttention(model, findAttention(model), { pooled: true, selectedHeads: true });
    const fused = ({ graph }: OnnxModel) => graph.nodes.filter(({ type }) => type === 'GroupQueryAttention').length;
    assert.equal(fused(readModel(extended.bytes)), fused(model));
    const plain = await InferenceSession.create(file);
    const session = await InferenceSession.create(extended.bytes);
    const added = {
      [extended.limit!]: int64(BigInt64Array.of(64n)),
      ...Object.fromEntries(extended.selections.map(({ name }) => [name, int64(BigInt64Array.of(0n, 3n))])),
    };
    // Of a text, and of one more token with what was kept of it.
    const first = plainFeeds(plain, ids);
    const kept = await plain.run(first);
    const more = plainFeeds(plain, [5]);
    const past = Object.fromEntries(
      Object.keys(more)
        .filter(name => name.startsWith('past_key_values'))
        .map(name => [name, kept[name.replace('past_key_values', 'present')]]),
    );
    const mask = new Tensor('int64', new BigInt64Array(ids.length + 1).fill(1n), [1, ids.length + 1]);
    const feeds = [first, { ...more, ...past, attention_mask: mask }];
    for (const feed of feeds) {
      const [alone, looked] = [await plain.run(feed), await session.run({ ...feed, ...added })];
      for (const name of plain.outputNames) assert.deepEqual(looked[name].data, alone[name].data, name);
    }
    await Promise.all([plain.release(), session.release()]);
  });

  it('has a logit lens: its last row is what the model says', async () => {
    const { rows, missing } = await logitLens(open, ids, 0, ids.length, () => false);
    assert.equal(missing, undefined);
    assert.equal(rows.length, 3);
    const { data, columns } = (await runOnce(open, ids, undefined, { wants: () => false })).logits()!;
    const [likeliest] = likeliestTokens(data, 5, columns, 1);
    assert.ok(Math.abs(rows[2][5][0].probability - likeliest.probability) < 0.01);
  });
});
