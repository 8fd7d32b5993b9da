import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { detections } from '../../../core/images/detections';
import { imageHeat } from '../../../core/images/imageHeat';
import { imageMatrix } from '../../../core/images/imageMatrix';
import { gridCell, gridCellAt, patchedRegion, seenRegion } from '../../../core/images/seenRegion';
import { readImage } from '../../../inference/images/decodeImage';
import { explainImage } from '../../../inference/images/explainImage';
import { layersOverCells, scoresEach } from '../../../core/models/modelTask';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { modelFolder } from '../support/modelFolder';

const source = { name: 'disc.svg', path: 'samples/workspace/images/disc.svg', background: [255, 255, 255] as const };
const preprocessor = JSON.stringify({
  image_processor_type: 'ViTImageProcessor',
  do_normalize: true,
  do_resize: true,
  do_rescale: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
  size: { height: 32, width: 32 },
});

describe('image models', function () {
  this.timeout(30_000);

  async function withModel(
    reference: string,
    architecture: string,
    files: Record<string, string>,
    work: (open: TransformersModel) => Promise<void>,
  ): Promise<void> {
    const config = { architectures: [architecture], id2label: { 0: 'disc', 1: 'square' } };
    const folder = modelFolder({ reference, graphs: { 'model.onnx': 'model_eager.onnx' }, config, files });
    try {
      const open = await openModel({ id: reference, folder, dtype: 'fp32' });
      await work(open);
      await open.dispose();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('a ViT says its classes, and its class token and every cell look at all cells', () =>
    withModel('vit', 'ViTForImageClassification', { 'preprocessor_config.json': preprocessor }, async open => {
      const { explanation, attention } = await explainImage(open, source, await readImage(source));
      assert.equal(explanation.model.task, 'image-classification');
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, 1]);
      assert.deepEqual(explanation.layers, [
        { kind: 'self', layer: 0, heads: 4 },
        { kind: 'self', layer: 1, heads: 4 },
      ]);
      assert.ok(
        explanation.answers.length > 1 &&
          explanation.answers.every(({ probability }, i, all) => i === 0 || probability <= all[i - 1].probability),
      );
      assert.ok(explanation.answers.every(({ label }) => /^(disc|square|class \d+)$/.test(label)));
      for (const query of [0, 1, 16]) {
        const heat = imageHeat(attention, { layer: 1, head: 2, query }, 1, explanation.grid)!;
        const { keys, data } = attention[1];
        const onClassToken = data[(2 * keys + query) * keys];
        assert.ok(Math.abs(heat.reduce((sum, value) => sum + value, onClassToken) - 1) < 1e-5);
      }
    }));

  it('an encoder without a head gives heat and no classes', () =>
    withModel('vit', 'ViTModel', { 'preprocessor_config.json': preprocessor }, async open => {
      const { explanation } = await explainImage(open, source, await readImage(source));
      assert.equal(explanation.model.task, 'image-feature-extraction');
      assert.deepEqual(explanation.answers, []);
    }));

  it('says what is missing, and what lies over no grid of cells', async () => {
    await withModel('vit', 'ViTForImageClassification', {}, async open => {
      await assert.rejects(
        explainImage(open, source, await readImage(source)),
        /no preprocessor_config\.json that can be read/,
      );
    });
    const otherCells = JSON.stringify({
      model_type: 'vit',
      architectures: ['ViTForImageClassification'],
      patch_size: 4,
    });
    await withModel(
      'vit',
      'ViTForImageClassification',
      { 'preprocessor_config.json': preprocessor, 'config.json': otherCells },
      async open => {
        await assert.rejects(
          explainImage(open, source, await readImage(source)),
          /does not attend over one grid of cells/,
        );
      },
    );
  });

  it('heat is the mean of the heads chosen', () => {
    const layer = (number: number, value: number) => ({
      layer: number,
      heads: 2,
      queries: 2,
      keys: 3,
      data: Float32Array.from({ length: 12 }, (_, i) => value + i),
    });
    const pair = { rows: 1, columns: 2 };
    assert.deepEqual(
      imageHeat([layer(0, 0), layer(1, 100)], { layer: 0, head: 1, query: 1 }, 1, pair),
      Float32Array.from([10, 11]),
    );
    assert.deepEqual(
      imageHeat([layer(0, 0), layer(1, 100)], { layer: 'all', head: 0, query: 0 }, 1, pair),
      Float32Array.from([51, 52]),
    );
    assert.equal(imageHeat([layer(0, 0)], { layer: 0, head: 0, query: 2 }, 1, pair), undefined);
  });

  it('a layer over larger cells than those shown is spread over them, alone and in a mean', () => {
    const one = { heads: 1, queries: 2, keys: 2, data: Float32Array.of(0.25, 0.75, 1, 0) };
    const larger = {
      ...one,
      layer: 1,
      windows: { rows: 1, columns: 2, cells: Int32Array.of(0, 1), size: 2 },
    };
    const shown = { layer: 0, heads: 1, queries: 8, keys: 8, data: new Float32Array(64).fill(1 / 8) };
    const grid = { rows: 2, columns: 4 };
    const spread = imageHeat([shown, larger], { layer: 1, head: 0, query: 5 }, 0, grid)!;
    assert.deepEqual(
      [...spread],
      [1, 1, 3, 3, 1, 1, 3, 3].map(part => part / 16),
    );
    const mean = imageHeat([shown, larger], { layer: 'all', head: 'all', query: 5 }, 0, grid)!;
    assert.deepEqual(
      [...mean],
      [...spread].map(value => (value + 1 / 8) / 2),
    );
    const { queries, keys, data } = imageMatrix([shown, larger], { layer: 1, head: 0 }, grid)!;
    assert.deepEqual([queries, keys, data[2 * 8], data[2 * 8 + 2]], [8, 8, 1 / 4, 0]);
  });

  it('a detector’s boxes come with their query, nothing left out but “nothing”', () => {
    const sure = [9, 0, 0];
    const nothing = [0, 0, 9];
    const less = [0, 1.5, 0];
    const found = detections(
      Float32Array.from([...nothing, ...less, ...sure]),
      Float32Array.from([0, 0, 0, 0, 0.5, 0.5, 0.2, 0.4, 0.25, 0.5, 0.5, 1]),
      3,
      0.3,
    );
    assert.deepEqual(
      found.map(({ id, query }) => [id, query]),
      [
        [0, 2],
        [1, 1],
      ],
    );
    assert.deepEqual(found[0].box, { left: 0, top: 0, width: 0.5, height: 1 });
    assert.ok(Math.abs(found[1].probability - Math.exp(1.5) / (Math.exp(1.5) + 2)) < 1e-6);
  });

  it('where each class holds by itself, a query is of all that are likely enough, and none is “nothing”', () => {
    const found = detections(
      Float32Array.from([-2, 1, 0, -2, -2, 3]),
      Float32Array.from([0.5, 0.5, 0.2, 0.4, 0.25, 0.5, 0.5, 1]),
      2,
      0.3,
      true,
    );
    assert.deepEqual(
      found.map(({ id, query }) => [id, query]),
      [
        [2, 1],
        [1, 0],
        [2, 0],
      ],
    );
    assert.ok(Math.abs(found[1].probability - 1 / (1 + Math.exp(-1))) < 1e-6);
    assert.equal(scoresEach({ model_type: 'detr', id2label: { 0: 'a', 1: 'b' } }, 3), false);
    assert.equal(scoresEach({ model_type: 'rt_detr_v2', id2label: { 0: 'a', 1: 'b' } }, 2), true);
    assert.equal(scoresEach({ model_type: 'other', id2label: { 0: 'a', 1: 'b' } }, 3), false);
    assert.equal(scoresEach({ model_type: 'other', id2label: { 0: 'a', 1: 'b' } }, 2), true);
    assert.equal(layersOverCells({ model_type: 'd_fine' }), 1);
    assert.equal(layersOverCells({ model_type: 'rt_detr', encoder_layers: 2, encode_proj_layers: [1, 2] }), 4);
    assert.equal(layersOverCells({ model_type: 'detr', encoder_layers: 6 }), undefined);
  });

  it('cells lie where the model saw them: over the whole image, or its middle', () => {
    const grid = { rows: 2, columns: 2 };
    const whole = seenRegion({ size: { height: 32, width: 32 } }, 400, 200);
    assert.deepEqual(gridCell(3, grid, whole), { left: 0.5, top: 0.5, width: 0.5, height: 0.5 });
    const middle = seenRegion(
      { do_center_crop: true, crop_size: { height: 100, width: 100 }, size: { shortest_edge: 100 } },
      400,
      200,
    );
    assert.deepEqual(middle, { left: 0.25, top: 0, width: 0.5, height: 1 });
    assert.equal(gridCellAt(0.3, 0.9, grid, middle), 2);
    assert.equal(gridCellAt(0.1, 0.5, grid, middle), undefined);
    // Patches of 16 on 100 × 70 pixels: four pixels at the right and six at the bottom are in none.
    const patched = patchedRegion(
      whole,
      { rows: 4, columns: 6 },
      { height: 16, width: 16 },
      { width: 100, height: 70 },
    );
    assert.deepEqual(
      [patched.left, patched.top, patched.width.toFixed(6), patched.height.toFixed(6)],
      [0, 0, '0.960000', '0.914286'],
    );
  });
});
