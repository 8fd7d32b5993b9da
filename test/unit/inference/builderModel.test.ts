import assert from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inFloat32, readModel } from '../../../core/onnx';
import { effectOfEach, effectOfHeads, rankHeads, switchOffHeads } from '../../../inference/answers/effect';
import { headOperands } from '../../../inference/answers/headOperands';
import { logitLens } from '../../../inference/answers/logitLens';
import { valueNorms } from '../../../inference/answers/valueNorms';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { segmentsOf } from '../../../inference/models/segmentsOf';
import { explainText } from '../../../inference/runs/explainText';
import type { UseModel } from '../../../inference/runs/runAttention';
import { runOnce } from '../../../inference/runs/runModel';
import { writeRandomModel } from '../../bench/real/randomModel';

/** A small model as onnxruntime-genai's builder writes those of the hub: see test/bench/real/randomModel.ts. */
const size = {
  layers: 3,
  heads: 4,
  keyValueHeads: 2,
  headSize: 16,
  width: 64,
  inner: 96,
  vocabulary: 700,
  context: 320,
  namedCache: true,
};

describe('a model of onnxruntime-genai’s builder, its weights and embedding in 4 bits', () => {
  let folder: string;
  let half: OpenModel;
  let whole: OpenModel;
  const ids = Array.from('the cat saw the cat', letter => 70 + letter.charCodeAt(0));

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-builder-'));
    writeRandomModel(folder, 'gqa', size);
    half = await openModel({ id: 'builder', folder, dtype: 'q4f16' });
    whole = await openModel({ id: 'builder', folder, dtype: 'fp32' });
  });
  after(async () => {
    await Promise.all([half, whole].map(open => open?.dispose()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens, with a cache whose size has a name', () => {
    assert.strictEqual(half.info.found, '3 layers × 4 heads of causal self-attention');
    const cache = half.sessions.model.inputMetadata.find(({ name }) => name === 'past_key_values.0.key');
    assert.deepStrictEqual(cache?.isTensor && cache.shape, ['batch_size', 2, 'past_sequence_length', 16]);
  });

  it('gives probabilities, predictions and what heads are made from', async () => {
    for (const open of [half, whole]) {
      const { explanation, known } = await explainText(open, 'the cat', { isCancelled: () => false });
      assert.strictEqual(explanation.groups[0].layers.length, 3);
      assert.strictEqual(explanation.predictions.length, 7);
      const { data, queries, keys } = await known.attention.head({ kind: 'self', layer: 2, head: 3 }, work =>
        work(open),
      );
      for (let query = 0; query < queries; query++) {
        const row = data.subarray(query * keys, (query + 1) * keys);
        assert.ok(
          Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-2,
          `${open.reference.dtype}: a row of ${row.join()}`,
        );
        assert.ok(row.subarray(query + 1).every(weight => weight === 0));
      }
      const operands = await headOperands(open, ids, undefined, { kind: 'self', layer: 1, head: 2 });
      assert.deepStrictEqual([operands.queries.rows, operands.queries.columns], [ids.length, 16]);
    }
  });

  it('gives the logit lens, whose last row is what the model says', async () => {
    for (const open of [half, whole]) {
      const lens = await logitLens(open, ids, 0, ids.length, () => false);
      assert.strictEqual(lens.missing, undefined);
      assert.strictEqual(lens.rows.length, 4);
      const logits = (await runOnce(open, ids, undefined, { wants: () => false })).logits()!;
      for (const [at, [first]] of lens.rows[3].entries()) {
        const row = logits.data.subarray(at * logits.columns, (at + 1) * logits.columns);
        const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
        // In half precision two may be alike.
        assert.ok(most - row[first.id] < 0.05, `${open.reference.dtype} at ${at}`);
      }
    }
  });

  it('weights by values with the output projection, and switches heads off', async () => {
    for (const open of [half, whole]) {
      const norms = await valueNorms(work => work(open), { ids }, 'self');
      assert.deepStrictEqual(
        [...norms.values()].map(({ projected }) => projected),
        [true, true, true],
      );
      const none = await effectOfHeads(open, ids, undefined, [], ids.length - 1);
      assert.ok(Math.abs(none.divergence) < 1e-6);
      const some = await effectOfHeads(open, ids, undefined, [{ kind: 'self', layer: 0, head: 1 }], ids.length - 1);
      assert.ok(some.divergence > 1e-7, `${open.reference.dtype}: ${some.divergence}`);
    }
  });

  it('gives the values of a long text in lots of tokens, each layer’s cache its own', async () => {
    const long = Array.from({ length: 300 }, (_, i) => 3 + ((i * 37) % 50));
    for (const open of [half, whole]) {
      const model = await segmentsOf(open.sessions.model, 'value', () => Promise.resolve());
      assert.ok(typeof model !== 'string');
      for (const [layer, { inputs }] of model.segments.entries()) {
        const caches = layer < size.layers ? [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`] : [];
        assert.deepStrictEqual(inputs.filter(name => name.startsWith('past')).sort(), caches);
      }
      let pieces = 0;
      const inPieces = await valueNorms(work => (pieces++, work(open)), { ids: long }, 'self');
      assert.ok(pieces > 3 * size.layers, `${pieces} pieces`);
      model.open = () => Promise.reject(new Error('no kernel'));
      const atOnce = await valueNorms(work => work(open), { ids: long }, 'self');
      for (const [layer, { data }] of atOnce) {
        const most = open === half ? 1e-2 : 1e-5;
        data.forEach((norm, i) => assert.ok(Math.abs(inPieces.get(layer)!.data[i] - norm) <= most * norm));
      }
    }
  });

  it('switches heads off in float32, too: what one head does is what the ranking says, wherever one looks', async () => {
    const use: UseModel = work => work(half);
    const { known } = await explainText(half, 'the cat saw the cat', { isCancelled: () => false });
    const heads = [0, 1, 2].map(layer => ({ kind: 'self' as const, layer, head: 1 }));
    for (const mean of [false, true]) {
      for (const position of [known.ids.length - 1, 3]) {
        const ranked = await rankHeads(use, known, heads, { positions: [position], mean });
        for (const [i, head] of heads.entries()) {
          const effect = await switchOffHeads(use, known, [head], position, { mean });
          assert.equal(effect.inFloat32, true);
          assert.ok(Math.abs(effect.divergence - ranked[i]) <= 1e-4 * ranked[i] + 1e-9, `${i} at ${position}, ${mean}`);
        }
      }
    }
    const [first] = heads;
    const last = known.ids.length - 1;
    const [one, all] = [
      await switchOffHeads(use, known, [first], last),
      await switchOffHeads(use, known, heads, last, { word: 'cat' }),
    ];
    assert.notEqual(one.divergence, all.divergence);
    assert.equal(all.candidates.find(({ id }) => id === all.token!.id)?.before ?? all.token!.before, all.token!.before);
    // Nothing of what is before depends on what is off.
    for (const { id, before } of one.candidates) {
      const same = all.candidates.find(candidate => candidate.id === id);
      if (same) assert.equal(same.before, before);
    }
    // Asked at once, each is answered for its own position.
    const inPieces: UseModel = async work => {
      await new Promise(resolve => setImmediate(resolve));
      return work(half);
    };
    const both = await Promise.all([last, 3].map(at => switchOffHeads(inPieces, known, [first], at)));
    assert.deepEqual(both, [one, await switchOffHeads(use, known, [first], 3)]);
    assert.notEqual(both[0].divergence, both[1].divergence);
    await assert.rejects(switchOffHeads(use, known, [first], 99), /There is no position 99/);
  });

  it('ranks its heads in float32: as whole runs of the model in float32 do, to 1e-5', async () => {
    const onnx = path.join(folder, 'onnx');
    const exact = inFloat32(readModel(readFileSync(path.join(onnx, 'model_q4f16.onnx'))))!;
    writeFileSync(path.join(onnx, 'model_q4.onnx'), exact);
    const wide = await openModel({ id: 'builder', folder, dtype: 'q4' });
    try {
      const heads = Array.from({ length: 12 }, (_, i) => ({
        kind: 'self' as const,
        layer: Math.floor(i / 4),
        head: i % 4,
      }));
      const { known } = await explainText(half, 'the cat saw the cat', { isCancelled: () => false });
      for (const [mean, positions] of [
        [false, [known.ids.length - 1]],
        [false, [3, 9]],
        [true, [9]],
      ] as const) {
        const bits = await rankHeads(work => work(half), known, heads, { positions, mean });
        const expected = await effectOfEach(work => work(wide), known.ids, undefined, heads, { positions, mean });
        const rounded = await effectOfEach(work => work(half), known.ids, undefined, heads, { positions, mean });
        bits.forEach((value, i) =>
          assert.ok(Math.abs(value - expected[i]) < 1e-5 + expected[i] * 1e-4, `${value}, ${expected[i]}`),
        );
        assert.ok(
          bits.some((value, i) => Math.abs(value - rounded[i]) > 1e-5 + rounded[i] * 1e-4),
          'half precision rounds',
        );
      }
    } finally {
      await wide.dispose();
    }
  });
});
