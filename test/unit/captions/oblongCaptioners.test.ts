import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AttentionTensor } from '../../../core/run/explanation';
import { caption, occlusion, prepareImage, type PreparedImage } from '../../../inference/images/caption';
import { readImage } from '../../../inference/images/decodeImage';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { largestDifference } from '../support/referenceAttention';

const fixtures = path.resolve('test/fixtures/captioners');
const white = [255, 255, 255] as const;
const picture = { name: 'pic.png', path: path.join(fixtures, 'donut/pic.png'), background: white };

function floats(file: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(path.join(fixtures, file))).buffer);
}

/** Donut's folder with some of its settings changed, or another encoder. */
function changed(settings: {
  readonly encoder?: object;
  readonly decoder?: object;
  readonly preprocessor?: object;
  readonly graph?: string;
}): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-captioner-'));
  cpSync(path.join(fixtures, 'donut'), folder, { recursive: true });
  const rewrite = (file: string, change: (content: Record<string, object>) => object) =>
    writeFileSync(
      path.join(folder, file),
      JSON.stringify(change(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, object>)),
    );
  rewrite('config.json', config => ({
    ...config,
    encoder: settings.encoder ?? config.encoder,
    decoder: { ...config.decoder, ...settings.decoder },
  }));
  if (settings.preprocessor) rewrite('preprocessor_config.json', () => settings.preprocessor!);
  if (settings.graph) cpSync(path.join(fixtures, settings.graph), path.join(folder, 'onnx/encoder_model.onnx'));
  return folder;
}

async function withCaptioner(
  settings: Parameters<typeof changed>[0],
  work: (open: TransformersModel, image: PreparedImage) => Promise<void>,
): Promise<void> {
  const folder = changed(settings);
  try {
    const open = await openModel({ id: 'captioner', folder, dtype: 'fp32' });
    await work(open, await prepareImage(open, picture, () => readImage(picture)));
    await open.dispose();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** [row of the tensor] sums to one? */
function rowsSumToOne({ shape, data }: AttentionTensor): boolean {
  const columns = shape[3];
  return Array.from({ length: data.length / columns }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value, 0),
  ).every(sum => Math.abs(sum - 1) < 1e-4);
}

describe('captioners of pictures that are no squares', function () {
  this.timeout(60_000);

  it('a Donut: its grid, words and cross-attention are PyTorch’s', async () => {
    const ids = JSON.parse(readFileSync(path.join(fixtures, 'donut/ids.json'), 'utf8')) as number[];
    const expected = floats('donut/cross.bin');
    const [heads, tokens, cells] = [4, ids.length, 96];
    // It writes as many tokens as the reference did.
    await withCaptioner({ decoder: { max_position_embeddings: tokens } }, async (open, image) => {
      const result = await caption(open, image);
      assert.deepEqual(result.grid, { rows: 8, columns: 12 });
      assert.deepEqual(result.seen, { left: 0, top: 0, width: 1, height: 1 });
      assert.deepEqual(result.cross.shape, [2, heads, result.words.length, cells]);
      assert.deepEqual(ids, [0, ...Array<number>(tokens - 1).fill(218)]);
      assert.equal(
        result.text,
        open
          .predictionText(218, ids)
          .repeat(tokens - 1)
          .trim(),
      );
      // All tokens are one word.
      const mean = Array.from({ length: 2 * heads }, (_, head) =>
        Array.from({ length: cells }, (_each, cell) =>
          result.words[0].to === tokens - 1
            ? Array.from(
                { length: tokens - 1 },
                (_row, token) => expected[(head * tokens + token) * cells + cell],
              ).reduce((sum, value) => sum + value / (tokens - 1), 0)
            : NaN,
        ),
      ).flat();
      assert.ok(largestDifference(result.cross.data, Float32Array.from(mean)) < 1e-5);
    });
  });

  it('a Donut: what each cell looks at in the encoder’s windows, of each stage the mean of its heads', () =>
    withCaptioner({}, async (open, image) => {
      const { encoder } = await caption(open, image);
      assert.deepEqual(encoder.shape, [2, 1, 96, 96]);
      assert.ok(rowsSumToOne(encoder));
      // Windows of four cells a side: those of the second stage are the grid's, the first's are half as large there.
      for (const [layer, side] of [
        [0, 2],
        [1, 4],
      ]) {
        for (let cell = 0; cell < 96; cell++) {
          for (let key = 0; key < 96; key++) {
            const window = (at: number) =>
              [Math.floor(Math.floor(at / 12) / side), Math.floor((at % 12) / side)].join();
            const weight = encoder.data[(layer * 96 + cell) * 96 + key];
            assert.equal(weight > 0, window(cell) === window(key), `layer ${layer}, cell ${cell}, key ${key}`);
          }
        }
      }
    }));

  it('a Donut: covering a cell changes what it says, by how much is measured cell by cell', () =>
    withCaptioner({ decoder: { max_position_embeddings: 9 } }, async (open, image) => {
      const falls = await occlusion(open, image, [0, 50, 95], () => false);
      assert.equal(falls.length, 3);
      assert.ok(falls.every(fall => Number.isFinite(fall) && fall !== 0));
    }));

  it('pads a picture of other proportions with black, as Donut’s processor does, and lays the grid beyond it', async () => {
    await withCaptioner({}, async open => {
      const sharp = (await import('sharp')).default;
      const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#ff0000' } })
        .png()
        .toBuffer();
      const source = { name: 'square.png', bytes, background: white };
      const { pixels, seen } = await prepareImage(open, source, () => readImage(source));
      assert.deepEqual([pixels.width, pixels.height], [96, 64]);
      const at = (x: number) => [...pixels.data.subarray((32 * 96 + x) * 3, (32 * 96 + x) * 3 + 3)];
      assert.deepEqual(
        [at(15), at(16), at(79), at(80)],
        [
          [0, 0, 0],
          [255, 0, 0],
          [255, 0, 0],
          [0, 0, 0],
        ],
      );
      assert.deepEqual(seen, { left: -0.25, top: 0, width: 1.5, height: 1 });
    });
  });

  for (const [graph, patch_size, grid, before] of [
    ['oblong', [8, 16], { rows: 6, columns: 4 }, 1],
    ['distilled', 8, { rows: 6, columns: 8 }, 2],
  ] as const) {
    it(`${graph}: rows and columns by the patch’s height and width, and PyTorch’s attention in the encoder`, () =>
      withCaptioner(
        { graph: `${graph}.onnx`, encoder: { model_type: 'vit', image_size: [48, 64], patch_size } },
        async (open, image) => {
          assert.deepEqual([image.pixels.width, image.pixels.height], [64, 48]);
          // What the reference saw: the left half (1, 0, 0), the right half 0, behind mean and deviation of one half.
          const exact = { mean: [0, 0, 0], deviation: [1, 1, 1] };
          const data = Uint8Array.from({ length: 48 * 64 * 3 }, (_, i) => (i % 3 === 0 && (i / 3) % 64 < 32 ? 255 : 0));
          const result = await caption(open, {
            ...image,
            input: { ...image.input, ...exact },
            pixels: { ...image.pixels, data },
          });
          assert.deepEqual(result.grid, grid);
          const cells = grid.rows * grid.columns;
          const positions = cells + before;
          const expected = floats(`${graph}.bin`);
          assert.deepEqual(result.encoder.shape, [2, 4, cells, cells]);
          const own = Float32Array.from(result.encoder.data, (_, i) => {
            const [head, row, key] = [Math.floor(i / cells / cells), Math.floor(i / cells) % cells, i % cells];
            return expected[(head * positions + before + row) * positions + before + key];
          });
          assert.ok(largestDifference(result.encoder.data, own) < 1e-4);
        },
      ));
  }

  for (const [what, preprocessor, seen] of [
    ['a list', { size: [64, 96] }, [0, 0, 1, 1]],
    ['names', { size: { height: 64, width: 96 } }, [0, 0, 1, 1]],
    ['the longest edge', { size: { longest_edge: 96 } }, [0, -0.25, 1, 1.5]],
    [
      'the shortest edge and a crop',
      { size: { shortest_edge: 128 }, do_center_crop: true, crop_size: { height: 64, width: 96 } },
      [0.25, 0.25, 0.5, 0.5],
    ],
  ] as const) {
    it(`reads a size that is given as ${what}`, () =>
      withCaptioner({ encoder: { model_type: 'donut-swin', patch_size: 4 }, preprocessor }, (_, image) => {
        const { left, top, width, height } = image.seen;
        assert.deepEqual([left, top, width, height], seen);
        assert.deepEqual([image.pixels.width, image.pixels.height], [96, what === 'the longest edge' ? 96 : 64]);
        return Promise.resolve();
      }));
  }
});
