import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { imageHeat } from '../../../core/images/imageHeat';
import { openModel } from '../../../extension/inference/process/openModel';
import { imageReference, runImageModel } from '../support/imageModel';
import { largestDifference } from '../onnx/support/referenceModels';

/** Image models of random or hardly trained weights against PyTorch's eager attention, on the same picture. */
describe('attention of image models', function () {
  this.timeout(60_000);

  for (const [model, kind, cells, before] of [['detr', 'cross', 12, 0], ['yolos', 'self', 48, 1]] as const) {
    it(`${model}: its objects are those of transformers, and each query looked where PyTorch’s did`, async () => {
      const { explanation, attention } = await runImageModel(model, 'wide.png');
      const { objects = [], tensor } = imageReference(model);
      assert.ok(objects.length > 1);
      assert.deepEqual(explanation.answers.map(({ label }) => label), objects.map(({ label }) => label));
      const { rows, columns } = explanation.grid;
      assert.deepEqual([rows * columns, explanation.special], [cells, before]);
      assert.ok(explanation.layers.length === 2 && explanation.layers.every(layer => layer.kind === kind));
      explanation.answers.forEach(({ probability, box, query }, i) => {
        const { score, box: [left, top, right, bottom], query: number } = objects[i];
        assert.ok(Math.abs(probability - score) < 1e-3, `${probability} and ${score}`);
        assert.ok(box && largestDifference(
          [box.left * 128, box.top * 96, box.width * 128, box.height * 96], [left, top, right - left, bottom - top]) < 0.05, JSON.stringify(box));
        const row = kind === 'cross' ? number : before + cells + number;
        assert.equal(query, row);
        for (const layer of [0, 1]) {
          const { shape: [, heads, queries, keys], data } = tensor(kind, layer);
          for (let head = 0; head < heads; head++) {
            const from = (head * queries + row) * keys + before;
            const heat = imageHeat(attention, { layer, head, query }, explanation.special, explanation.grid)!;
            const difference = largestDifference(heat, data.subarray(from, from + cells));
            assert.ok(difference < 1e-3, `layer ${layer}, head ${head}: ${difference}`);
          }
        }
      });
    });
  }

  for (const [model, before] of [['clip', 1], ['dinov2_with_registers', 5]] as const) {
    it(`${model}: encodes an image, and its class token and cells look where PyTorch’s do`, async () => {
      const { explanation, attention } = await runImageModel(model, 'square.png');
      assert.equal(explanation.model.task, 'image-feature-extraction');
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, before]);
      for (const { layer, heads } of explanation.layers) {
        const { shape: [, , queries, keys], data } = imageReference(model).tensor('self', layer);
        for (let head = 0; head < heads; head++) {
          for (let query = 0; query < queries; query++) {
            const from = (head * queries + query) * keys + before;
            assert.ok(largestDifference(imageHeat(attention, { layer, head, query }, before, explanation.grid)!, data.subarray(from, from + 16)) < 1e-4);
          }
        }
      }
    });
  }

  it('swin: each cell’s window, shifted or not, is put back on the picture, and larger cells are spread over it', async () => {
    const { explanation, attention } = await runImageModel('swin', 'small.png');
    assert.deepEqual([explanation.grid, explanation.special], [{ rows: 8, columns: 8 }, 0]);
    assert.deepEqual(explanation.layers.map(({ heads }) => heads), [2, 2, 4]);
    for (const { layer, heads } of explanation.layers) {
      const { shape: [, , cells], data } = imageReference('swin').tensor('dense', layer);
      const side = Math.sqrt(cells);
      const scale = 8 / side;
      const larger = (cell: number) => Math.floor(Math.floor(cell / 8) / scale) * side + Math.floor(cell % 8 / scale);
      for (let head = 0; head < heads; head++) {
        for (let query = 0; query < 64; query++) {
          const expected = Array.from({ length: 64 }, (_, cell) => data[(head * cells + larger(query)) * cells + larger(cell)] / scale ** 2);
          const difference = largestDifference(imageHeat(attention, { layer, head, query }, 0, explanation.grid)!, expected);
          assert.ok(difference < 1e-4, `layer ${layer}, head ${head}, cell ${query}: ${difference}`);
        }
      }
    }
    assert.equal(imageHeat(attention, { layer: 0, head: 0, query: 64 }, 0, explanation.grid), undefined);
  });

  it('a detector that looks at points and not at cells says so', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-detector-'));
    try {
      writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ model_type: 'rt_detr_v2', architectures: ['RTDetrV2ForObjectDetection'] }));
      await assert.rejects(openModel({ id: 'some/rt-detr', folder, dtype: 'fp32' }), /some\/rt-detr is a detector whose queries look at a few points .+; choose a DETR or YOLOS model\./);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
