import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { imageHeat } from '../../../core/images/imageHeat';
import type { ImageRun } from '../../../inference/images/explainImage';
import { explainPicture } from '../../../inference/graph/explainPicture';
import { GraphModel } from '../../../inference/graph/graphModel';
import { imageReference, runImageModel } from '../support/imageModel';
import { largestDifference } from '../support/referenceAttention';

const fixtures = path.resolve('test/fixtures');

/** Plain graphs, looked at on the picture that their inputs name. */
describe('a graph on a picture', function () {
  this.timeout(60_000);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'headlight-picture-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** Runs a graph of a folder on inputs that lie beside pictures. */
  async function look(graph: string, picture: string, inputs: object): Promise<ImageRun> {
    const [folder, file] = [path.dirname(graph), path.basename(graph)];
    cpSync(picture, path.join(home, path.basename(picture)));
    writeFileSync(path.join(home, 'in.json'), JSON.stringify(inputs));
    const open = await GraphModel.open(
      { id: file, folder, dtype: 'as stored', graph: { file, inputsFolder: home, pictureInputs: 'in.json' } },
      file,
    );
    try {
      return await explainPicture(open, 'in.json');
    } finally {
      await open.dispose();
    }
  }

  const images = path.join(fixtures, 'image-models');

  it('is scaled as preprocessor_config.json beside the folder says, and gives PyTorch’s attention over oblong patches', async () => {
    const { explanation, attention } = await look(
      path.join(images, 'vit_oblong/onnx/model.onnx'),
      path.join(images, 'oblong.png'),
      { image: 'oblong.png' },
    );
    assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, 1]);
    assert.deepEqual(explanation.notes, [
      '17 positions are taken for 4 × 4 cells behind 1 special token.',
      'oblong.png was read at 64 × 32 pixels, mean 0.5 and deviation 0.5 (as preprocessor_config.json says).',
    ]);
    const { tensor } = imageReference('vit_oblong');
    for (const layer of [0, 1]) {
      const { data } = tensor('self', layer);
      for (const query of [0, 7]) {
        const heat = imageHeat(attention, { layer, head: 1, query }, 1, explanation.grid)!;
        const from = (17 + query) * 17 + 1;
        assert.ok(largestDifference(heat, data.subarray(from, from + 16)) < 1e-4);
      }
    }
  });

  for (const model of ['vit_without_class', 'clip_without_class']) {
    it(`${model}: has cells alone where there is no class token`, async () => {
      const { explanation, attention } = await look(
        path.join(images, model, 'onnx/model.onnx'),
        path.join(images, 'square.png'),
        { image: 'square.png' },
      );
      assert.deepEqual([explanation.grid, explanation.special], [{ rows: 4, columns: 4 }, 0]);
      const { data } = imageReference(model).tensor('self', 1);
      const heat = imageHeat(attention, { layer: 1, head: 2, query: 9 }, 0, explanation.grid)!;
      assert.ok(largestDifference(heat, data.subarray((2 * 16 + 9) * 16, (2 * 16 + 10) * 16)) < 1e-4);
    });
  }

  it('is the same as the model’s own folder gives, with a class token and registers', async () => {
    const picture = path.join(images, 'square.png');
    const own = await runImageModel('dinov2_with_registers', 'square.png');
    const graph = await look(path.join(images, 'dinov2_with_registers/onnx/model.onnx'), picture, {
      image: 'square.png',
    });
    assert.deepEqual([graph.explanation.grid, graph.explanation.special], [own.explanation.grid, 5]);
    graph.attention.forEach(({ data }, i) => assert.ok(largestDifference(data, own.attention[i].data) < 1e-5));
  });

  it('takes mean, deviation and size of the inputs before all others, says what is usual where nothing says', async () => {
    const graph = path.join(home, 'plain.onnx');
    cpSync(path.join(fixtures, 'captioners/oblong.onnx'), graph);
    const picture = path.join(images, 'square.png');
    const stated = await look(graph, picture, { image: 'square.png', mean: 0, std: [1, 1, 2], size: [10, 10] });
    // The graph's own size stands.
    assert.equal(
      stated.explanation.notes?.[1],
      'square.png was read at 64 × 48 pixels, mean 0 and deviation 1, 2 (as the inputs say).',
    );
    assert.deepEqual(stated.explanation.grid, { rows: 6, columns: 4 });
    const usual = await look(graph, picture, { image: 'square.png' });
    assert.match(
      usual.explanation.notes?.[1] ?? '',
      /mean 0\.5 and deviation 0\.5 \(as is usual; write "mean" and "std" beside "image" for others\)/,
    );
    assert.ok(largestDifference(stated.attention[0].data, usual.attention[0].data) > 1e-4);
  });

  it('of a Swin shows the layers that look over the whole picture, and says that others are left out', async () => {
    const { explanation } = await look(path.join(images, 'swin/onnx/model.onnx'), path.join(images, 'small.png'), {
      image: 'small.png',
    });
    const { layers, notes = [] } = explanation;
    assert.equal(layers.length, 1);
    assert.match(
      notes[1],
      /^\d layers? that looks? in windows or over another number of positions (is|are) left out; /,
    );
  });

  for (const [what, graph, inputs, sentence] of [
    [
      'a picture that is not there',
      'captioners/oblong.onnx',
      { image: 'none.png' },
      /^The inputs name none\.png, which is not beside them\.$/,
    ],
    [
      'a picture outside',
      'captioners/oblong.onnx',
      { image: '../cat.png' },
      /^"\.\.\/cat\.png", which the inputs name, .*copy the file beside them\.$/,
    ],
    ['no picture', 'captioners/oblong.onnx', { image: 'in.json' }, /^in\.json is not an image that can be read\.$/],
    [
      'deviations that divide by nothing',
      'captioners/oblong.onnx',
      { image: 'disc.png', std: 0 },
      /^“std” must be a number or three of them, one for each channel\.$/,
    ],
    [
      'a graph that takes none',
      'reference-models/bert/model_eager.onnx',
      { image: 'disc.png' },
      /^“image” names a picture, and no input of this model takes one: it takes input_ids/,
    ],
  ] as const) {
    it(`says in a sentence what is wrong with ${what}`, () =>
      assert.rejects(look(path.join(fixtures, graph), path.join(images, 'disc.png'), inputs), { message: sentence }));
  }
});
