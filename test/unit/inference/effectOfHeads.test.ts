import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { readModel } from '../../../core/onnx';
import { effectOfEach, effectOfHeads, rankHeads, switchOffHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { stopIfCancelled } from '../../../inference/models/stopIfCancelled';
import type { UseModel } from '../../../inference/runs/runAttention';
import { runOnce } from '../../../inference/runs/runModel';
import { fixtureFolder } from '../support/referenceAttention';
import { openFixture } from '../support/useModel';

const width = 192;
const headSize = 32;

/** Heads switched off, against copies of the fp32 model whose weights lack the head. */
describe('the effect of a head', function () {
  this.timeout(60_000);
  const text = 'const items = [1, 2, 3];\nfor (const item of items) {\n  console.log(item);\n}\n';
  let open: OpenModel;
  let ids: readonly number[];
  const folders: string[] = [];

  before(async () => {
    open = await openFixture('tiny-code-gpt');
    ({ ids } = (await explain(open, text, { isCancelled: () => false })).known);
  });
  after(async () => {
    await open.dispose();
    folders.forEach(folder => rmSync(folder, { recursive: true }));
  });

  /**
   * The probabilities at a position of a model whose output projection has the head's rows set to zero.
   * @param instead what is added to the projection's bias.
   */
  async function withoutRows(
    layer: number,
    head: number | readonly number[],
    position: number,
    instead?: (rows: Float32Array) => Float64Array,
  ): Promise<Float64Array> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-ablated-'));
    folders.push(folder);
    cpSync(fixtureFolder('tiny-code-gpt'), folder, { recursive: true });
    const file = path.join(folder, 'onnx', 'model.onnx');
    const bytes = readFileSync(file);
    const { initializers } = readModel(bytes).graph;
    const { dims, data } = initializers.get(`hf.transformer.h.${layer}.attn.c_proj.weight`)!;
    assert.deepEqual(dims, [width, width]);
    for (const off of [head].flat()) {
      const from = data!.start + off * headSize * width * 4;
      const rows = Float32Array.from({ length: headSize * width }, (_, i) => bytes.readFloatLE(from + 4 * i));
      bytes.fill(0, from, from + rows.length * 4);
      if (!instead) continue;
      const bias = initializers.get(`hf.transformer.h.${layer}.attn.c_proj.bias`)!.data!.start;
      instead(rows).forEach((value, i) => bytes.writeFloatLE(bytes.readFloatLE(bias + 4 * i) + value, bias + 4 * i));
    }
    writeFileSync(file, bytes);
    const ablated = await openModel({ id: 'ablated', folder, dtype: 'fp32' });
    try {
      const { data: logits, columns } = (await runOnce(ablated, ids, undefined, { wants: () => false })).logits()!;
      const row = Float64Array.from(logits.subarray(position * columns, (position + 1) * columns), Math.exp);
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map(power => power / sum);
    } finally {
      await ablated.dispose();
    }
  }

  for (const [layer, head, position] of [
    [0, 3, 25],
    [2, 1, 25],
    [3, 5, 12],
  ]) {
    const address = { kind: 'self' as const, layer, head };

    it(`${layer}.${head} off is the model with the rows of its output projection at zero, to 1e-4`, async () => {
      const expected = await withoutRows(layer, head, position);
      const { candidates, token } = await effectOfHeads(open, ids, undefined, [address], position, {
        token: ids[position + 1],
      });
      for (const { id, after } of [...candidates, token!]) {
        assert.ok(Math.abs(after - expected[id]) < 1e-4, `token ${id}: ${after}, ${expected[id]}`);
      }
      assert.equal(token!.id, ids[position + 1]);
      assert.ok(
        candidates.some(({ before, after }) => Math.abs(before - after) > 1e-3),
        'it changes something',
      );
    });

    it(`${layer}.${head} at its mean is the model whose projection adds the mean in the bias, to 1e-4`, async () => {
      const recorder = await runOnce(open, ids, undefined, { wants: (_, l) => l === layer });
      const [a, v] = [recorder.tensor('self', layer, 'probabilities')!, recorder.tensor('self', layer, 'value')!];
      const n = ids.length;
      const mean = new Float64Array(headSize);
      for (let q = 0; q < n; q++) {
        for (let k = 0; k < n; k++) {
          for (let d = 0; d < headSize; d++) {
            mean[d] += (a.data[(head * n + q) * n + k] * v.data[(head * n + k) * headSize + d]) / n;
          }
        }
      }
      const expected = await withoutRows(layer, head, position, rows =>
        Float64Array.from({ length: width }, (_, i) =>
          mean.reduce((sum, value, d) => sum + value * rows[d * width + i], 0),
        ),
      );
      const { candidates } = await effectOfHeads(open, ids, undefined, [address], position, { mean: true });
      for (const { id, after } of candidates) {
        assert.ok(Math.abs(after - expected[id]) < 1e-4, `token ${id}: ${after}, ${expected[id]}`);
      }
      const zero = await effectOfHeads(open, ids, undefined, [address], position);
      assert.notEqual(zero.candidates[0].after, candidates[0].after);
    });
  }

  const heads = Array.from({ length: 24 }, (_, i) => ({
    kind: 'self' as const,
    layer: Math.floor(i / 6),
    head: i % 6,
  }));

  it('all heads in batches: each effect is what that head alone has', async () => {
    for (const mean of [false, true]) {
      const bits = await effectOfEach(work => work(open), ids, undefined, heads, { positions: [25], mean });
      assert.equal(bits.length, 24);
      for (const i of [0, 13, 23]) {
        const alone = (await effectOfHeads(open, ids, undefined, [heads[i]], 25, { mean })).divergence;
        assert.ok(Math.abs(bits[i] - alone) < 1e-5 + alone * 1e-4, `${bits[i]} against ${alone}`);
      }
    }
    let pieces = 0;
    const use: UseModel = work => (pieces++, work(open));
    await effectOfEach(use, ids, undefined, heads, { positions: [25] });
    assert.ok(pieces < 24, `${pieces} pieces: fp32 runs them together`);
  });

  it('all heads from their layer on: each effect is what that head alone has, at one position or the mean of several', async () => {
    const { known } = await explain(open, text, { isCancelled: () => false });
    const use: UseModel = work => work(open);
    // In float32 as the file is, nothing is computed otherwise.
    const own = await switchOffHeads(use, known, heads.slice(0, 1), 25);
    assert.deepEqual(own, await effectOfHeads(open, ids, undefined, heads.slice(0, 1), 25));
    for (const mean of [false, true]) {
      const bits = await rankHeads(use, known, heads, { positions: [25], mean });
      const whole = await effectOfEach(use, ids, undefined, heads, { positions: [25], mean });
      bits.forEach((value, i) =>
        assert.ok(Math.abs(value - whole[i]) < 1e-5 + whole[i] * 1e-4, `${value}, ${whole[i]}`),
      );
    }
    const positions = [3, 12, 25];
    const each = await Promise.all(
      positions.map(position => effectOfEach(use, ids, undefined, heads, { positions: [position] })),
    );
    const bits = await rankHeads(use, known, heads, { positions });
    bits.forEach((value, i) => {
      const expected = each.reduce((sum, all) => sum + all[i], 0) / 3;
      assert.ok(Math.abs(value - expected) < 1e-5 + expected * 1e-4, `${value}, ${expected}`);
    });
  });

  it('by the log-probability of a token, of what follows, or of the distance between two', async () => {
    const { known } = await explain(open, text, { isCancelled: () => false });
    const use: UseModel = work => work(open);
    const head = { kind: 'self' as const, layer: 2, head: 1 };
    const falls = async (position: number, token: number) => {
      const { before, after } = (await effectOfHeads(open, ids, undefined, [head], position, { token })).token!;
      return Math.log2(before / after);
    };
    const [of, against] = [ids[26], ids[3]];
    const expected = [
      [{ of: { token: of } }, await falls(25, of)],
      [{ of: { token: of }, against: { token: against } }, (await falls(25, of)) - (await falls(25, against))],
    ] as const;
    for (const [by, value] of expected) {
      for (const rank of [
        () => rankHeads(use, known, [head], { positions: [25], by }),
        () => effectOfEach(use, ids, undefined, [head], { positions: [25], by }),
      ]) {
        const [bits] = await rank();
        assert.ok(Math.abs(bits - value) < 1e-4, `${bits}, ${value}`);
      }
    }
    const [bits] = await rankHeads(use, known, [head], { positions: [12, 25], by: 'follows' });
    assert.ok(Math.abs(bits - ((await falls(12, ids[13])) + (await falls(25, ids[26]))) / 2) < 1e-4);
  });

  it('a cancelled ranking stops with the piece that is being done', async () => {
    const { known } = await explain(open, text, { isCancelled: () => false });
    const source = new CancellationTokenSource();
    let pieces = 0;
    const use: UseModel = async work => {
      stopIfCancelled(source.token);
      if (++pieces === 12) source.cancel();
      return work(open);
    };
    await assert.rejects(rankHeads(use, known, heads, { positions: [25] }), /Cancelled/);
    assert.equal(pieces, 12);
    // Who asks again is not told of it.
    assert.equal((await rankHeads(work => work(open), known, heads.slice(0, 3), { positions: [25] })).length, 3);
  });

  it('all heads one by one, where activations are quantized while the model runs: exactly what each alone has', async () => {
    const int8 = await openModel({ id: 'int8', folder: fixtureFolder('tiny-code-gpt'), dtype: 'q8' });
    try {
      const some = [heads[0], heads[13], heads[23]];
      const bits = await effectOfEach(work => work(int8), ids, undefined, some, { positions: [25] });
      for (const [i, head] of some.entries()) {
        assert.equal(bits[i], (await effectOfHeads(int8, ids, undefined, [head], 25)).divergence);
      }
      const { known } = await explain(int8, text, { isCancelled: () => false });
      const ranked = await rankHeads(work => work(int8), known, some, { positions: [ids.length - 1] });
      const whole = await effectOfEach(work => work(int8), ids, undefined, some, { positions: [ids.length - 1] });
      assert.deepEqual(ranked, whole);
    } finally {
      await int8.dispose();
    }
  });

  it('an encoder-decoder’s heads in batches, too', async () => {
    const dates = await openFixture('tiny-dates');
    try {
      const { known } = await explain(dates, '31.12.1999', { isCancelled: () => false });
      const cross = [0, 1, 2, 3].map(head => ({ kind: 'cross' as const, layer: 1, head }));
      const bits = await rankHeads(work => work(dates), known, cross, { positions: [3] });
      for (const [i, head] of cross.entries()) {
        const alone = (await effectOfHeads(dates, known.ids, known.outputIds, [head], 3)).divergence;
        assert.ok(Math.abs(bits[i] - alone) < 1e-5 + alone * 1e-4, `${bits[i]} against ${alone}`);
      }
    } finally {
      await dates.dispose();
    }
  });

  it('several heads off at once are the model with all their rows at zero, and a typed token is told', async () => {
    const off = [
      { kind: 'self' as const, layer: 0, head: 3 },
      { kind: 'self' as const, layer: 0, head: 5 },
    ];
    const both = await effectOfHeads(open, ids, undefined, off, 25, { word: ' of' });
    assert.equal(both.token!.text, ' of');
    const alone = await effectOfHeads(open, ids, undefined, off.slice(0, 1), 25, { token: both.token!.id });
    assert.equal(alone.token!.before, both.token!.before);
    assert.notEqual(alone.divergence, both.divergence);
    const expected = await withoutRows(0, [3, 5], 25);
    for (const { id, after } of [...both.candidates, both.token!]) {
      assert.ok(Math.abs(after - expected[id]) < 1e-4, `token ${id}`);
    }
    await assert.rejects(effectOfHeads(open, ids, undefined, off, 25, { word: '' }), /has no token for/);
  });
});
