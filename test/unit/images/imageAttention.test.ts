import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { imageHeat } from '../../../core/images/imageHeat';
import { kindAt, objectAt, placeName, queryOf } from '../../../core/images/imagePlace';
import { textHeat } from '../../../core/images/textHeat';
import { heatOf } from '../../../inference/images/imageHeatOf';
import { openModel } from '../../../inference/models/openModel';
import { readArchitecture } from '../../../inference/models/readArchitecture';
import { imageReference, runImageFolder, runImageModel } from '../support/imageModel';
import { largestDifference } from '../onnx/support/referenceModels';

/** Image models of random or hardly trained weights against PyTorch's eager attention, on the same picture. */
describe('attention of image models', function () {
  this.timeout(60_000);

  for (const [model, kind, cells, before] of [
    ['detr', 'cross', 12, 0],
    ['conditional_detr', 'cross', 12, 0],
    ['yolos', 'self', 48, 1],
  ] as const) {
    it(`${model}: its objects are those of transformers, and each query looked where PyTorch’s did`, async () => {
      const { explanation, attention } = await runImageModel(model, 'wide.png');
      const { objects = [], tensor } = imageReference(model);
      assert.ok(objects.length > 1);
      assert.deepEqual(
        explanation.answers.map(({ label }) => label),
        objects.map(({ label }) => label),
      );
      const { rows, columns } = explanation.grid;
      assert.deepEqual([rows * columns, explanation.special], [cells, before]);
      const shown = explanation.layers.filter(layer => layer.kind !== 'encoder');
      assert.ok(shown.length === 2 && shown.every(layer => layer.kind === kind));
      const ofQueries = attention.filter(layer => layer.kind === kind);
      explanation.answers.forEach(({ probability, box, query }, i) => {
        const {
          score,
          box: [left, top, right, bottom],
          query: number,
        } = objects[i];
        assert.ok(Math.abs(probability - score) < 1e-3, `${probability} and ${score}`);
        assert.ok(
          box &&
            largestDifference(
              [box.left * 128, box.top * 96, box.width * 128, box.height * 96],
              [left, top, right - left, bottom - top],
            ) < 0.05,
          JSON.stringify(box),
        );
        const row = kind === 'cross' ? number : before + cells + number;
        assert.equal(query, row);
        for (const layer of [0, 1]) {
          const {
            shape: [, heads, queries, keys],
            data,
          } = tensor(kind, layer);
          for (let head = 0; head < heads; head++) {
            const from = (head * queries + row) * keys + before;
            const heat = imageHeat(ofQueries, { layer, head, query }, explanation.special, explanation.grid)!;
            const difference = largestDifference(heat, data.subarray(from, from + cells));
            assert.ok(difference < 1e-3, `layer ${layer}, head ${head}: ${difference}`);
          }
        }
      });
    });
  }

  for (const [model, encoderLayers, notes] of [
    ['detr', 1, 0],
    ['conditional_detr', 3, 0],
    ['rt_detr', 1, 1],
  ] as const) {
    it(`${model}: from each cell its encoder looks where PyTorch’s does, and the decoder’s queries are no cells`, async () => {
      const made = await runImageModel(model, 'wide.png');
      const { explanation } = made;
      const { tensor } = imageReference(model);
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: 3, columns: 4 }, 0]);
      assert.deepEqual(
        explanation.layers.filter(({ kind }) => kind === 'encoder'),
        Array.from({ length: encoderLayers }, (_, layer) => ({ kind: 'encoder', layer, heads: 4 })),
      );
      assert.ok(explanation.layers.every(({ kind }) => kind !== 'self'));
      for (let layer = 0; layer < encoderLayers; layer++) {
        const { data } = tensor('encoder', layer);
        for (let head = 0; head < 4; head++) {
          for (let cell = 0; cell < 12; cell++) {
            const place = { cell, answer: 0 };
            const kind = kindAt(explanation, place);
            const heat = heatOf(made, { kind, layer, head, query: queryOf(explanation, place) });
            const from = (head * 12 + cell) * 12;
            assert.ok(largestDifference(heat, data.subarray(from, from + 12)) < 1e-4, `${layer}.${head}, cell ${cell}`);
          }
        }
      }
      assert.equal(explanation.notes?.length ?? 0, notes);
    });
  }

  it('rt_detr: its objects are those of transformers, and are looked from by the cell in their middle', async () => {
    const made = await runImageModel('rt_detr', 'wide.png');
    const { explanation } = made;
    const { objects = [] } = imageReference('rt_detr');
    assert.ok(objects.length > 1);
    assert.deepEqual(
      explanation.answers.map(({ label, query }) => [label, query]),
      objects.map(({ label, query }) => [label, query]),
    );
    explanation.answers.forEach(({ probability, box }, i) => {
      const [left, top, right, bottom] = objects[i].box;
      assert.ok(Math.abs(probability - objects[i].score) < 1e-3);
      assert.ok(
        largestDifference(
          [box!.left * 128, box!.top * 96, box!.width * 128, box!.height * 96],
          [left, top, right - left, bottom - top],
        ) < 0.05,
      );
      const [row, column] = [Math.floor((top + bottom) / 64), Math.floor((left + right) / 64)];
      const place = { answer: i };
      assert.equal(kindAt(explanation, place), 'encoder');
      assert.equal(queryOf(explanation, place), row * 4 + column);
      assert.equal(placeName(explanation, place), `row ${row}, column ${column}`);
      assert.equal(objectAt(explanation, place), i);
    });
    assert.match(
      explanation.notes![0],
      /^The decoder’s queries look at a few points .+\(deformable attention\).+ no heat of its own/,
    );
  });

  it('a place of a detector with both is a cell of the encoder, or an object of the decoder; YOLOS has one stack', async () => {
    const { explanation } = await runImageModel('detr', 'wide.png');
    assert.deepEqual(
      [{ answer: 1 }, { answer: 1, cell: 7 }].map(place => [
        kindAt(explanation, place),
        queryOf(explanation, place),
        objectAt(explanation, place),
        placeName(explanation, place),
      ]),
      [
        ['cross', explanation.answers[1].query, 1, `“${explanation.answers[1].label}”`],
        ['encoder', 7, undefined, 'row 1, column 3'],
      ],
    );
    const none = { ...explanation, answers: [] };
    assert.equal(placeName(none, { answer: 0 }), 'the first query');
    // Where the encoder's were not found, no cell is looked from.
    const queriesAlone = { ...explanation, layers: explanation.layers.filter(({ kind }) => kind === 'cross') };
    assert.equal(kindAt(queriesAlone, { answer: 1, cell: 7 }), 'cross');
    assert.equal(placeName(queriesAlone, { answer: 1, cell: 7 }), `“${explanation.answers[1].label}”`);
    const yolos = (await runImageModel('yolos', 'wide.png')).explanation;
    assert.deepEqual(
      [kindAt(yolos, { answer: 0 }), kindAt(yolos, { answer: 0, cell: 7 }), queryOf(yolos, { answer: 0, cell: 7 })],
      ['self', 'self', 8],
    );
  });

  for (const model of ['vit_without_class', 'clip_without_class']) {
    it(`${model}: all positions are cells, as PyTorch’s attention has them`, async () => {
      const { explanation, attention } = await runImageModel(model, 'square.png');
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, 0]);
      const { tensor } = imageReference(model);
      for (const layer of [0, 1]) {
        const { data } = tensor('self', layer);
        for (let head = 0; head < 4; head++) {
          for (const cell of [0, 6, 15]) {
            const query = queryOf(explanation, { cell, answer: 0 });
            const heat = imageHeat(attention, { layer, head, query }, explanation.special, explanation.grid)!;
            const from = (head * 16 + cell) * 16;
            assert.ok(largestDifference(heat, data.subarray(from, from + 16)) < 1e-4);
          }
        }
      }
    });
  }

  it('a ViT whose patches are no squares: rows and columns by their height and width, and PyTorch’s attention', async () => {
    const { explanation, attention } = await runImageModel('vit_oblong', 'oblong.png');
    assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, 1]);
    const { tensor } = imageReference('vit_oblong');
    for (const layer of [0, 1]) {
      const { data } = tensor('self', layer);
      for (let head = 0; head < 4; head++) {
        for (const query of [0, 5, 16]) {
          const heat = imageHeat(attention, { layer, head, query }, explanation.special, explanation.grid)!;
          const from = (head * 17 + query) * 17 + 1;
          assert.ok(largestDifference(heat, data.subarray(from, from + 16)) < 1e-4);
        }
      }
    }
  });

  it('yolos: of an image whose pixels are no multiple of a patch, the cells cover what the patches do', async () => {
    // 100 × 70 pixels become 128 × 89: five rows of patches of 16, nine pixels in none.
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-odd-'));
    try {
      const file = path.join(folder, 'odd.png');
      await sharp('test/fixtures/image-models/wide.png').resize(100, 70, { fit: 'fill' }).png().toFile(file);
      const {
        explanation: { grid, seen },
      } = await runImageModel('yolos', file);
      assert.deepEqual(grid, { rows: 5, columns: 8 });
      assert.equal(seen.width, 1);
      assert.ok(Math.abs(seen.height - 80 / 89) < 1e-6, String(seen.height));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [model, before, picture] of [
    ['clip', 1, 'disc.png'],
    ['siglip', 0, 'disc.png'],
    ['dinov2_with_registers', 5, 'square.png'],
  ] as const) {
    it(`${model}: encodes an image, and its class token and cells look where PyTorch’s do`, async () => {
      const { explanation, attention } = await runImageModel(model, picture);
      assert.equal(explanation.layers.length, 2);
      assert.equal(explanation.model.task, 'image-feature-extraction');
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, before]);
      for (const { layer, heads } of explanation.layers) {
        const {
          shape: [, , queries, keys],
          data,
        } = imageReference(model).tensor('self', layer);
        for (let head = 0; head < heads; head++) {
          for (let query = 0; query < queries; query++) {
            const from = (head * queries + query) * keys + before;
            assert.ok(
              largestDifference(
                imageHeat(attention, { layer, head, query }, before, explanation.grid)!,
                data.subarray(from, from + 16),
              ) < 1e-4,
            );
          }
        }
      }
    });
  }

  for (const model of ['clip', 'siglip']) {
    it(`${model}: the texts that fit an image are those of PyTorch, and each token looks where PyTorch’s does`, async () => {
      const { texts = [], ids = [], probabilities = [], tensor } = imageReference(model);
      const {
        explanation: { compared },
        textAttention,
      } = await runImageModel(model, 'disc.png', texts);
      assert.ok(typeof compared === 'object');
      assert.equal(compared.each, model === 'siglip');
      assert.deepEqual(
        compared.texts.map(({ text, cut }) => [text, cut]),
        texts.map(text => [text, false]),
      );
      assert.ok(
        largestDifference(
          compared.texts.map(({ probability }) => probability),
          probabilities,
        ) < 1e-4,
      );
      assert.ok(probabilities[0] > 0.5);
      assert.equal(compared.layers.length, 2);
      texts.forEach((_, text) => {
        const { tokens } = compared.texts[text];
        // CLIP’s padding, which nothing looks at, is its end of text again and again.
        const length = model === 'siglip' ? ids[text].length : ids[text].indexOf(1) + 1;
        assert.equal(tokens.length, length);
        for (const { layer, heads } of compared.layers) {
          const {
            shape: [, , queries, keys],
            data,
          } = tensor('text', layer);
          for (let head = 0; head < heads; head++) {
            for (let query = 0; query < length; query++) {
              const from = ((text * heads + head) * queries + query) * keys;
              const heat = textHeat(textAttention, { text, layer, head, query }, length)!;
              assert.ok(
                largestDifference(heat, data.subarray(from, from + length)) < 1e-4,
                `${layer}.${head}, token ${query}`,
              );
            }
          }
        }
      });
      assert.equal(textHeat(textAttention, { text: 0, layer: 5, head: 0, query: 0 }, 2), undefined);
      assert.equal(textHeat(textAttention, { text: 9, layer: 0, head: 0, query: 0 }, 2), undefined);
    });
  }

  it('a text that is longer than the model reads is cut, and said to be', async () => {
    const {
      explanation: { compared },
    } = await runImageModel('clip', 'disc.png', ['a disc', 'a disc '.repeat(40)]);
    assert.ok(typeof compared === 'object');
    assert.deepEqual(
      compared.texts.map(({ cut }) => cut),
      [false, true],
    );
  });

  /** SigLIP's files with others as SigLIP 2 has them. */
  function siglip2(files: Readonly<Record<string, object>>): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-siglip2-'));
    cpSync('test/fixtures/image-models/siglip', folder, { recursive: true });
    for (const [name, change] of Object.entries(files)) {
      writeFileSync(
        path.join(folder, name),
        JSON.stringify({ ...(JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as object), ...change }),
      );
    }
    return folder;
  }

  it('SigLIP 2’s texts, of a tokenizer that states no length (Gemma’s), are filled up to what the model reads', async () => {
    const folder = siglip2({ 'tokenizer_config.json': { tokenizer_class: 'GemmaTokenizer', model_max_length: 1e30 } });
    try {
      const { texts = [], probabilities = [], ids = [] } = imageReference('siglip');
      const {
        explanation: { compared },
      } = await runImageFolder(folder, 'siglip2', 'disc.png', texts);
      assert.ok(typeof compared === 'object');
      assert.ok(
        largestDifference(
          compared.texts.map(({ probability }) => probability),
          probabilities,
        ) < 1e-4,
      );
      assert.deepEqual(
        compared.texts.map(({ tokens }) => tokens.length),
        ids.map(({ length }) => length),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('SigLIP 2 with patches of varying number says why it cannot be read', async () => {
    const folder = siglip2({ 'config.json': { model_type: 'siglip2', architectures: ['Siglip2Model'] } });
    try {
      await assert.rejects(
        openModel({ id: 'naflex', folder, dtype: 'fp32' }),
        /^Error: naflex cuts each image into a number of patches of its own \(NaFlex\), which transformers\.js cannot do; choose a SigLIP 2 model/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of CLIP’s image half alone the heat is there, and a sentence about texts', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-half-'));
    try {
      const from = path.resolve('test/fixtures/image-models/clip');
      for (const file of ['config.json', 'preprocessor_config.json', 'onnx/vision_model.onnx']) {
        cpSync(path.join(from, file), path.join(folder, file));
      }
      const {
        explanation: { compared, layers, special },
      } = await runImageFolder(folder, 'half', 'disc.png', ['a disc']);
      assert.ok(typeof compared === 'string');
      assert.match(
        compared,
        /Only the image half of half is there .+; put model\.onnx and tokenizer\.json into its folder, or download it again\./,
      );
      assert.deepEqual([layers.length, special], [2, 1]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [model, picture, cellsAlong] of [
    ['swin', 'small.png', 8],
    ['swinv2', 'forty.png', 10],
  ] as const) {
    it(`${model}: each cell’s window, shifted or not, is put back on the picture, and larger cells are spread over it`, async () => {
      const { explanation, attention } = await runImageModel(model, picture);
      const count = cellsAlong ** 2;
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: cellsAlong, columns: cellsAlong }, 0]);
      assert.deepEqual(
        explanation.layers.map(({ heads }) => heads),
        [2, 2, 4],
      );
      assert.equal(explanation.answers.length, 3);
      for (const { layer, heads } of explanation.layers) {
        const {
          shape: [, , cells],
          data,
        } = imageReference(model).tensor('dense', layer);
        const side = Math.sqrt(cells);
        const scale = cellsAlong / side;
        const larger = (cell: number) =>
          Math.floor(Math.floor(cell / cellsAlong) / scale) * side + Math.floor((cell % cellsAlong) / scale);
        for (let head = 0; head < heads; head++) {
          for (let query = 0; query < count; query++) {
            const expected = Array.from(
              { length: count },
              (_, cell) => data[(head * cells + larger(query)) * cells + larger(cell)] / scale ** 2,
            );
            const difference = largestDifference(
              imageHeat(attention, { layer, head, query }, 0, explanation.grid)!,
              expected,
            );
            assert.ok(difference < 1e-4, `layer ${layer}, head ${head}, cell ${query}: ${difference}`);
          }
        }
      }
      assert.equal(imageHeat(attention, { layer: 0, head: 0, query: count }, 0, explanation.grid), undefined);
    });
  }

  it('a Swin’s architecture lists every block, not the last of each stage alone', async () => {
    const [graph] = await readArchitecture({
      id: 'swin',
      folder: path.resolve('test/fixtures/image-models/swin'),
      dtype: 'fp32',
    });
    assert.deepEqual(
      graph.sites.map(({ layer, heads }) => [layer, heads]),
      [
        [0, 2],
        [1, 2],
        [2, 4],
      ],
    );
  });

  it('a detector that looks at points and not at cells says so', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-detector-'));
    try {
      writeFileSync(
        path.join(folder, 'config.json'),
        JSON.stringify({ model_type: 'deformable_detr', architectures: ['DeformableDetrForObjectDetection'] }),
      );
      await assert.rejects(
        openModel({ id: 'some/deformable-detr', folder, dtype: 'fp32' }),
        /some\/deformable-detr is a detector whose encoder and decoder look at a few points .+; choose a DETR, RT-DETR or YOLOS model\./,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
