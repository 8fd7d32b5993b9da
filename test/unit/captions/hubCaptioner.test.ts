import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { caption, captionText, prepareImage, type PreparedImage } from '../../../extension/inference/process/caption';
import { readImage } from '../../../extension/inference/process/decodeImage';
import { openModel, type OpenModel } from '../../../extension/inference/process/openModel';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';

interface Reference {
  readonly text: string;
  readonly probabilities: readonly number[];
  readonly attentions: readonly { readonly kind: 'encoder' | 'cross'; readonly layer: number; readonly shape: readonly number[]; readonly offset: number }[];
}

const folder = fixtureFolder('tiny-vit-gpt2');
const side = 64;
const classTokens = 1;
const cells = 16;

/** A model in the files of `Xenova/vit-gpt2-image-captioning` (Optimum's export, a merged decoder), against PyTorch's eager attention. */
describe('a captioner of the hub: ViT and GPT-2', function () {
  this.timeout(60_000);
  const reference = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Reference;
  let fp32: OpenModel;
  let int8: OpenModel;
  let image: PreparedImage;

  before(async () => {
    fp32 = await openModel({ id: 'tiny-vit-gpt2', folder, dtype: 'fp32' });
    int8 = await openModel({ id: 'tiny-vit-gpt2', folder, dtype: 'q8' });
    const source = { name: 'disc.svg', path: 'samples/workspace/images/disc.svg', background: [255, 255, 255] as const };
    const prepared = await prepareImage(fp32, source, () => readImage(source));
    image = { ...prepared, pixels: { side, data: blueSquare() } };
  });
  after(async () => {
    await fp32.dispose();
    await int8.dispose();
  });

  it('writes PyTorch’s caption, and looks where PyTorch’s does, layer by layer and head by head', async () => {
    const result = await caption(fp32, image);
    assert.equal(result.text, reference.text);
    assert.deepEqual(result.grid, { rows: 4, columns: 4 });
    assert.equal(result.words.length, reference.text.split(' ').length);
    const cross = reference.attentions.filter(({ kind }) => kind === 'cross');
    assert.deepEqual(result.cross.shape, [cross.length, 4, result.words.length, cells]);
    const expected = cross.flatMap(layer => Array.from({ length: 4 }, (_, head) => result.words.flatMap(({ from, to }) => {
      const rows = Array.from({ length: to - from }, (_each, i) => row(layer, head, from + i));
      return Array.from({ length: cells }, (_each, cell) => rows.reduce((sum, values) => sum + values[classTokens + cell], 0) / rows.length);
    })).flat());
    assert.ok(largestDifference(result.cross.data, Float32Array.from(expected)) < 1e-5);
    const encoder = reference.attentions.filter(({ kind }) => kind === 'encoder')
      .flatMap(layer => Array.from({ length: 4 }, (_, head) => Array.from({ length: cells }, (_each, cell) => [...row(layer, head, classTokens + cell).subarray(classTokens)]).flat()).flat());
    assert.ok(largestDifference(result.encoder.data, Float32Array.from(encoder)) < 1e-5);
    for (const { from, to, probability } of result.words) {
      const expectedProbability = reference.probabilities.slice(from, to).reduce((product, value) => product * value, 1);
      assert.ok(Math.abs(probability - expectedProbability) < 1e-4);
    }
  });

  it('says the same in int8, the hub’s default, with attention or without, but for the place', async () => {
    const whole = await caption(int8, image);
    assert.match(whole.text, /^a blue square at the \w+$/);
    assert.deepEqual((await captionText(int8, image)).words, whole.words);
  });

  it('does not say “blue” where the square is covered', async () => {
    const covered = await caption(fp32, image, [{ left: 0.2, top: 0.2, width: 0.6, height: 0.6 }]);
    assert.notEqual(covered.text, '');
    assert.doesNotMatch(covered.text, /blue/);
  });

  const bytes = readFileSync(path.join(folder, 'reference.bin'));
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

  /** A query's weights over the class token and the cells. */
  function row({ shape: [, , queries, keys], offset }: Reference['attentions'][number], head: number, query: number): Float32Array {
    const from = offset + (head * queries + query) * keys;
    return floats.subarray(from, from + keys);
  }
});

/** The picture that the reference is of: a blue square in the middle of white, [row][column][channel]. */
function blueSquare(): Uint8Array {
  const data = new Uint8Array(side * side * 3).fill(255);
  for (let y = 18; y < 46; y++) for (let x = 18; x < 46; x++) data.fill(0, (y * side + x) * 3, (y * side + x) * 3 + 2);
  return data;
}
