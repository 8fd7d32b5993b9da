import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { float16Bits } from '../../../core/export/float16';
import { readModel } from '../../../core/onnx';
import { ModelEdit } from '../../../core/onnx/add/modelEdit';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { concat } from '../../../core/onnx/read/wireWriter';
import { floatNumbers } from '../../../inference/models/floatNumbers';
import { logitLens } from '../../../inference/answers/logitLens';
import { openModel } from '../../../inference/models/openModel';
import { runOnce } from '../../../inference/runs/runModel';
import { llamaTokenizer, modelFolder } from '../support/modelFolder';

describe('the numbers of a float tensor', function () {
  this.timeout(30_000);

  it('are widened where they are of half precision', () => {
    const numbers = [0, 1, -2, 2 ** -24, 65504, Infinity, -Infinity, 0.333251953125];
    assert.deepEqual([...floatNumbers(new Tensor('float16', Uint16Array.from(numbers, float16Bits), [8]))!], numbers);
    assert.ok(Number.isNaN(floatNumbers({ type: 'float16', data: Uint16Array.of(0x7e00) })![0]));
    assert.deepEqual([...floatNumbers({ type: 'float16', data: Float32Array.of(0.5, 3) as never })!], [0.5, 3]);
    const same = Float32Array.of(1, 2);
    assert.equal(floatNumbers(new Tensor('float32', same, [2])), same);
    assert.equal(floatNumbers(new Tensor('int64', BigInt64Array.of(1n), [1])), undefined);
  });

  it('are those of a model whose logits are of half precision: it predicts, and has a logit lens', async () => {
    const gpt2 = (bytes?: Uint8Array) => {
      const folder = modelFolder({
        reference: 'gpt2',
        graphs: { 'model.onnx': 'model_eager.onnx' },
        config: { architectures: ['GPT2LMHeadModel'] },
        tokenizer: llamaTokenizer,
      });
      if (bytes) writeFileSync(path.join(folder, 'onnx', 'model.onnx'), bytes);
      return folder;
    };
    const model = readModel(readFileSync('test/fixtures/reference-models/gpt2/model_eager.onnx'));
    const edit = new ModelEdit(model);
    edit.addNode(model.graph, {
      type: 'Cast',
      inputs: ['output'],
      outputs: ['logits'],
      attributes: { to: { int: DataType.float16 } },
    });
    edit.addOutput(model.graph, 'logits', undefined, DataType.float16);
    const ids = [5, 40, 77, 12];
    const [exact, half] = await Promise.all(
      [gpt2(), gpt2(concat(edit.pieces()))].map(async folder => {
        const open = await openModel({ id: 'gpt2', folder, dtype: 'fp32' });
        const logits = (await runOnce(open, ids, undefined, { wants: () => false })).logits();
        const lens = await logitLens(open, ids, 0, ids.length, () => false);
        await open.dispose();
        rmSync(folder, { recursive: true });
        return { logits, lens };
      }),
    );
    assert.ok(exact.logits && half.logits, 'no logits');
    assert.equal(half.logits.columns, exact.logits.columns);
    half.logits.data.forEach((logit, i) =>
      assert.ok(Math.abs(logit - exact.logits!.data[i]) <= 1e-3 * Math.max(1, Math.abs(logit))),
    );
    assert.equal(half.lens.missing, undefined);
    assert.equal(half.lens.rows.length, exact.lens.rows.length);
    half.lens.rows
      .flat(2)
      .forEach(({ probability }, i) =>
        assert.ok(Math.abs(probability - exact.lens.rows.flat(2)[i].probability) < 1e-3),
      );
  });
});
