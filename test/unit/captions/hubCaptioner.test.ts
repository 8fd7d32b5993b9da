import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  caption,
  captionText,
  coveredCaption,
  occlusion,
  prepareImage,
  type PreparedImage,
} from '../../../inference/images/caption';
import { readImage } from '../../../inference/images/decodeImage';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';

interface Reference {
  readonly text: string;
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
  readonly attentions: readonly {
    readonly kind: 'encoder' | 'cross';
    readonly layer: number;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/**
 * Small captioners in the files of `Xenova/vit-gpt2-image-captioning` and `onnx-community/Florence-2-base-ft`: how the
 * reference's square lies on the image, and how many special tokens the model writes before the first word.
 */
const captioners = [
  { name: 'ViT and GPT-2', model: 'tiny-vit-gpt2', side: 64, square: [18, 46], special: 0 },
  { name: 'Florence-2', model: 'tiny-florence-2', side: 128, square: [36, 92], special: 1 },
] as const;

/** Both look at four rows of four cells, after one position that stands for the whole image. */
const cells = 16;
const wholeImage = 1;
const heads = 4;

for (const { name, model, side, square, special } of captioners) {
  describe(`a captioner of the hub: ${name}`, function () {
    this.timeout(60_000);
    const folder = fixtureFolder(model);
    const reference = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Reference;
    const bytes = readFileSync(path.join(folder, 'reference.bin'));
    const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    let fp32: TransformersModel;
    let int8: TransformersModel;
    let image: PreparedImage;

    before(async () => {
      fp32 = await openModel({ id: model, folder, dtype: 'fp32' });
      int8 = await openModel({ id: model, folder, dtype: 'q8' });
      const source = {
        name: 'disc.svg',
        path: 'samples/workspace/images/disc.svg',
        background: [255, 255, 255] as const,
      };
      image = {
        ...(await prepareImage(fp32, source, () => readImage(source))),
        pixels: { width: side, height: side, data: blueSquare(), background: [255, 255, 255] },
      };
    });
    after(async () => {
      await fp32.dispose();
      await int8.dispose();
    });

    it('writes PyTorch’s caption, and looks where PyTorch’s does, layer by layer and head by head', async () => {
      const result = await caption(fp32, image);
      assert.equal(result.text, reference.text);
      assert.equal(result.words.length, reference.text.split(' ').length);
      assert.equal(result.words[0].from, special);
      assert.deepEqual(result.grid, { rows: 4, columns: 4 });
      const cross = reference.attentions.filter(({ kind }) => kind === 'cross');
      assert.deepEqual(result.cross.shape, [cross.length, heads, result.words.length, cells]);
      const expected = cross.flatMap(layer =>
        Array.from({ length: heads }, (_, head) =>
          result.words.flatMap(({ from, to }) => {
            const rows = Array.from({ length: to - from }, (_each, i) => row(layer, head, from + i));
            return Array.from(
              { length: cells },
              (_each, cell) => rows.reduce((sum, values) => sum + values[cell], 0) / rows.length,
            );
          }),
        ).flat(),
      );
      assert.ok(largestDifference(result.cross.data, Float32Array.from(expected)) < 1e-5);
      const encoder = reference.attentions
        .filter(({ kind }) => kind === 'encoder')
        .flatMap(layer =>
          Array.from({ length: heads }, (_, head) =>
            Array.from({ length: cells }, (_each, cell) => [...row(layer, head, wholeImage + cell)]).flat(),
          ).flat(),
        );
      assert.ok(largestDifference(result.encoder.data, Float32Array.from(encoder)) < 1e-5);
      for (const { from, to, probability } of result.words) {
        const product = reference.probabilities.slice(from, to).reduce((all, value) => all * value, 1);
        assert.ok(Math.abs(probability - product) < 1e-4);
      }
    });

    it('captions in int8, the hub’s default, with attention or without', async () => {
      const whole = await caption(int8, image);
      assert.match(whole.text, /^a \w+ (square|circle)/);
      assert.deepEqual((await captionText(int8, image)).words, whole.words);
    });

    it('is less sure of what it said where the square is covered; occlusion tells how far each word’s probability falls', async () => {
      const plain = await caption(fp32, image);
      const cover = { left: 0.2, top: 0.2, width: 0.6, height: 0.6 };
      const covered = await caption(fp32, image, [cover]);
      const colour = plain.words[1];
      assert.ok(
        covered.words[1].text !== colour.text || covered.words[1].probability < colour.probability,
        `${colour.probability} ${covered.words[1].probability}`,
      );
      const cell = 5;
      const falls = await occlusion(fp32, image, [cell], () => false);
      assert.equal(falls.length, plain.words.length);
      // The first word that the model writes reads nothing but the image and the start.
      const after = await caption(fp32, image, [{ left: 0.25, top: 0.25, width: 0.25, height: 0.25 }]);
      assert.equal(after.words[0].text, plain.words[0].text);
      assert.ok(Math.abs(falls[0] - Math.log(plain.words[0].probability / after.words[0].probability)) < 1e-4);
    });

    it('tells of a cover what the image is said to show then, and how each word of the first caption fares', async () => {
      const region = { left: 0.25, top: 0.25, width: 0.25, height: 0.25 };
      const { caption: after, changes } = await coveredCaption(fp32, image, [region]);
      assert.equal(after.text, (await caption(fp32, image, [region])).text);
      const falls = await occlusion(fp32, image, [5], () => false);
      assert.equal(changes.length, falls.length);
      changes.forEach((change, word) => assert.ok(Math.abs(change + falls[word]) < 1e-4, `word ${word}`));
      const { changes: all } = await coveredCaption(fp32, image, [{ left: 0, top: 0, width: 1, height: 1 }]);
      assert.ok(Math.min(...all) < -0.1, all.join());
    });

    /** A query's weights over the cells. */
    function row(
      { shape: [, , queries, keys], offset }: Reference['attentions'][number],
      head: number,
      query: number,
    ): Float32Array {
      const from = offset + (head * queries + query) * keys + wholeImage;
      return floats.subarray(from, from + cells);
    }

    /** The picture that the reference is of: a blue square on white, [row][column][channel]. */
    function blueSquare(): Uint8Array {
      const data = new Uint8Array(side * side * 3).fill(255);
      const [from, to] = square;
      for (let y = from; y < to; y++) {
        for (let x = from; x < to; x++) data.fill(0, (y * side + x) * 3, (y * side + x) * 3 + 2);
      }
      return data;
    }
  });
}
