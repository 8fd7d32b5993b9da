import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readModel } from '../../../core/onnx';
import type { Prediction } from '../../../core/run/explanation';
import { explain } from '../../../inference/answers/explain';
import { logitLens } from '../../../inference/answers/logitLens';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { fixtureFolder } from '../support/referenceAttention';
import { openFixture } from '../support/useModel';

/** What each layer would say, against copies of the model whose later layers add nothing. */
describe('the logit lens', function () {
  this.timeout(60_000);
  const text = 'const items = [1, 2, 3];\nfor (const item of items) {\n  console.log(item);\n}\n';
  const never = () => false;
  let open: OpenModel;
  let ids: readonly number[];
  let said: readonly (readonly Prediction[])[];

  before(async () => {
    open = await openFixture('tiny-code-gpt');
    const { known, explanation } = await explain(open, text, { isCancelled: never });
    ids = known.ids;
    said = explanation.predictions;
  });
  after(() => open.dispose());

  /** What a copy of the model says whose layers from one on have output projections of zeros: they add nothing to the stream. */
  async function saidBefore(layer: number): Promise<readonly (readonly Prediction[])[]> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-lens-'));
    try {
      cpSync(fixtureFolder('tiny-code-gpt'), folder, { recursive: true });
      const file = path.join(folder, 'onnx', 'model.onnx');
      const bytes = readFileSync(file);
      const { initializers } = readModel(bytes).graph;
      for (let l = layer; l < 4; l++) {
        for (const part of ['attn', 'mlp']) {
          for (const kind of ['weight', 'bias']) {
            const { start, end } = initializers.get(`hf.transformer.h.${l}.${part}.c_proj.${kind}`)!.data!;
            bytes.fill(0, start, end);
          }
        }
      }
      writeFileSync(file, bytes);
      const shortened = await openModel({ id: 'shortened', folder, dtype: 'fp32' });
      try {
        return (await explain(shortened, text, { isCancelled: never })).explanation.predictions;
      } finally {
        await shortened.dispose();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  function same(one: readonly (readonly Prediction[])[], other: readonly (readonly Prediction[])[]): void {
    assert.equal(one.length, other.length);
    one.forEach((predictions, position) =>
      predictions.forEach(({ id, probability }, i) => {
        assert.ok(
          Math.abs(probability - other[position][i].probability) < 1e-5,
          `position ${position}: ${probability}, ${other[position][i].probability}`,
        );
        // Equally likely tokens may change places.
        if (i === 0 || Math.abs(probability - predictions[i - 1].probability) > 1e-5) {
          assert.ok(other[position].some(p => p.id === id));
        }
      }),
    );
  }

  it('says after the last layer what the model says, and after each other what the model without the later layers says', async () => {
    const { rows, missing } = await logitLens(open, ids, 0, ids.length, never);
    assert.equal(missing, undefined);
    assert.equal(rows.length, 5, 'the embedding and four layers');
    same(rows[4], said);
    for (const layer of [0, 1, 3]) same(rows[layer], await saidBefore(layer));
    const likeliest = rows.map(row => row[25][0].id);
    assert.ok(new Set(likeliest).size > 1, 'the layers do not all say the same');
  });

  it('gives the positions asked for, and ends where it is cancelled', async () => {
    const { rows } = await logitLens(open, ids, 20, 4, never);
    assert.deepEqual(
      rows.map(row => row.length),
      [4, 4, 4, 4, 4],
    );
    same(rows[4], said.slice(20, 24));
    assert.equal((await logitLens(open, ids, ids.length - 1, 99, never)).rows[0].length, 1);
    let asked = 0;
    assert.equal((await logitLens(open, ids, 0, 1, () => ++asked > 2)).rows.length, 2);
  });

  it('works on the int8 file: its last row is what the model says', async () => {
    const int8 = await openModel({ id: 'int8', folder: fixtureFolder('tiny-code-gpt'), dtype: 'q8' });
    try {
      const { explanation, known } = await explain(int8, text, { isCancelled: never });
      const { rows } = await logitLens(int8, known.ids, 0, ids.length, never);
      same(rows[4], explanation.predictions);
    } finally {
      await int8.dispose();
    }
  });

  it('says why a model has none', async () => {
    for (const [id, why] of [
      ['tiny-code-classifier', /its attention is not causal/],
      ['tiny-dates', /what it writes depends on what its encoder read/],
    ] as const) {
      const other = await openModel({ id, folder: fixtureFolder(id), dtype: 'fp32' });
      try {
        const { missing, rows } = await logitLens(other, [0, 5, 2], 0, 3, never);
        assert.match(missing!, why);
        assert.equal(rows.length, 0);
      } finally {
        await other.dispose();
      }
    }
  });
});
