import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { gridCell } from '../../../core/images/seenRegion';
import { addAttention, findAttention, readModel } from '../../../core/onnx';
import { caption, captionText, occlusion, prepareImage, type PreparedImage } from '../../../inference/images/caption';
import { readImage } from '../../../inference/images/decodeImage';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { fixtureFolder, largestDifference, readReference } from '../support/referenceAttention';
import { openFixture, useModels } from '../support/useModel';

const flag =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="5" fill="red"/></svg>';
const source = { name: 'flag.svg', bytes: new TextEncoder().encode(flag), background: [255, 255, 255] as const };

/** Of pictures that a rule describes, PyTorch's caption and cross-attention. */
interface Reference {
  readonly picture: string;
  readonly caption: string;
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
  readonly shape: number[];
  readonly offset: number;
}
const { examples, tensor } = readReference('tiny-captioner');
const references = examples as unknown as readonly Reference[];

const white = [255, 255, 255] as const;
/** The rules, by what the references call them: the colour at column x of row y. */
const colours: Readonly<Record<string, (x: number, y: number) => readonly number[]>> = {
  'black disc on white': (x, y) => ((x - 48) ** 2 + (y - 48) ** 2 < 900 ? [0, 0, 0] : white),
  'red left half, white right half': x => (x < 48 ? [200, 0, 0] : white),
  'columns: blue where floor(x / 12) is even and y > 24': (x, y) =>
    Math.floor(x / 12) % 2 === 0 && y > 24 ? [0, 0, 200] : white,
};

/** The pixels of a rule, 96 × 96: [row][column][red, green, blue]. */
function drawn(colour: (x: number, y: number) => readonly number[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: 96 * 96 }, (_, i) => colour(i % 96, Math.floor(i / 96))).flat());
}

/** tiny-captioner, run by transformers.js with our outputs, against the fp32 files run by hand in one pass without a cache. */
describe('captioning', function () {
  this.timeout(60_000);
  const shipped = { id: 'tiny-captioner', folder: path.resolve('media/models/tiny-captioner'), dtype: 'q8' };
  let [fp32, int8]: TransformersModel[] = [];
  useModels(async () => ([fp32, int8] = [await openFixture('tiny-captioner'), await openModel(shipped)]));
  let image: PreparedImage;
  before(async () => {
    image = await prepareImage(fp32, source, () => readImage(source));
  });

  it('gives the caption, and the cross-attention [layer][head][word][cell] that a run by hand gives', async () => {
    const result = await caption(fp32, image);
    const byHand = await direct(image);
    assert.equal(result.text, 'a red circle');
    assert.equal(byHand.text, ' a red circle');
    assert.deepEqual(result.cross.shape, [3, 5, 3, 64]);
    assert.deepEqual(result.encoder.shape, [4, 5, 64, 64]);
    // Every word of this caption is one token: rows 0 to 2 of the decoder's four.
    const expected = Float32Array.from(
      byHand.cross.flatMap(layer =>
        Array.from({ length: 5 }, (_, head) => [...layer.subarray(head * 4 * 64, head * 4 * 64 + 3 * 64)]).flat(),
      ),
    );
    assert.ok(
      largestDifference(result.cross.data, expected) <= 1e-5,
      `${largestDifference(result.cross.data, expected)}`,
    );
    assert.ok(
      largestDifference(result.encoder.data, Float32Array.from(byHand.encoder.flatMap(layer => [...layer]))) <= 1e-5,
    );
    result.words.forEach(({ probability }, i) => assert.ok(Math.abs(probability - byHand.probabilities[i]) < 1e-5));
  });

  it('looks where PyTorch’s cross-attention of the fp32 weights does, to 1e-5, and says the same of the same pictures', async () => {
    for (const { picture, ids, probabilities, ...reference } of references) {
      const result = await caption(fp32, {
        ...image,
        pixels: { width: 96, height: 96, data: drawn(colours[picture]), background: [255, 255, 255] },
      });
      assert.equal(result.text, reference.caption);
      assert.equal(result.words.at(-1)?.to, ids.length - 1);
      result.words.forEach(({ from, to, probability }) => {
        const expected = probabilities.slice(from, to).reduce((product, each) => product * each, 1);
        assert.ok(Math.abs(probability - expected) <= 1e-4, `${picture}: ${probability}, ${expected}`);
      });
      const { shape, data } = tensor(reference);
      const [layers, heads, queries, cells] = shape;
      const row = (layer: number, head: number, query: number) => {
        const start = ((layer * heads + head) * queries + query) * cells;
        return data.subarray(start, start + cells);
      };
      const expected = Array.from({ length: layers * heads }, (_, i) =>
        result.words.map(({ from, to }) => {
          const rows = Array.from({ length: to - from }, (_each, token) =>
            row(Math.floor(i / heads), i % heads, from + token),
          );
          return [...rows[0]].map((_each, cell) => rows.reduce((sum, each) => sum + each[cell], 0) / rows.length);
        }),
      ).flat(2);
      assert.deepEqual(result.cross.shape, [layers, heads, result.words.length, cells]);
      const away = largestDifference(result.cross.data, Float32Array.from(expected));
      assert.ok(away <= 1e-5, `${picture}: ${away}`);
    }
  });

  it('the shipped int8 files say the same of it, with attention or without', async () => {
    const whole = await caption(int8, image);
    assert.equal(whole.text, 'a red circle');
    const text = await captionText(int8, image);
    assert.deepEqual(text.words, whole.words);
  });

  it('the shipped int8 files caption the samples as the fp32 files do, the chart as a bar chart whose bars they count otherwise', async () => {
    for (const [name, expected] of [
      ['disc.svg', /^a red circle$/],
      ['stock.svg', /^a bar chart\b/],
      ['shopping.svg', /./],
    ] as const) {
      const sample = { name, path: `samples/workspace/images/${name}`, background: white };
      const prepared = await prepareImage(fp32, sample, () => readImage(sample));
      const [full, small] = [await captionText(fp32, prepared), await captionText(int8, prepared)];
      assert.match(full.text, expected);
      // Of four bars (it has four) and five both are as likely to the model: each file takes another, at 0.45.
      const uncounted = (text: string) => text.replace(/\b(?:four|five)\b/, 'some');
      assert.equal(uncounted(small.text), uncounted(full.text));
      small.words.forEach(({ probability }, i) =>
        assert.ok(Math.abs(probability - full.words[i].probability) <= 0.05, `${name}: ${small.words[i].text}`),
      );
    }
  });

  it('captions otherwise where all is covered; as far as the caption stays, occlusion tells how its words’ log-probabilities fell', async () => {
    const plain = await caption(int8, image);
    assert.notEqual((await caption(int8, image, [{ left: 0, top: 0, width: 1, height: 1 }])).text, plain.text);
    const cells = Array.from({ length: 22 }, (_, i) => i * 3);
    const falls = await occlusion(int8, image, cells, () => false);
    let same = 0;
    for (const [i, cell] of cells.entries()) {
      const covered = await caption(int8, image, [gridCell(cell, plain.grid, plain.seen)]);
      // Up to the first word that differs, the decoder read the same words before it.
      for (const [word, { text, probability }] of plain.words.entries()) {
        if (covered.words[word]?.text !== text) break;
        same++;
        const expected = Math.log(probability) - Math.log(covered.words[word].probability);
        assert.ok(Math.abs(falls[i * plain.words.length + word] - expected) < 0.05, `cell ${cell}, word ${word}`);
      }
    }
    assert.ok(same > 0);
  });
});

/** Greedy decoding with plain sessions: every step reads all tokens again; then the attention of one last run. */
async function direct(image: PreparedImage) {
  const folder = path.join(fixtureFolder('tiny-captioner'), 'onnx');
  const open = async (file: string) => {
    const model = readModel(readFileSync(path.join(folder, file)));
    const extended = addAttention(model, findAttention(model, {}));
    return { session: await InferenceSession.create(extended.bytes), outputs: extended.outputs };
  };
  const encoder = await open('encoder_model.onnx');
  const decoder = await open('decoder_model_merged.onnx');
  const { width: side, data } = image.pixels;
  const pixels = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < side * side; i++) pixels[c * side * side + i] = (data[i * 3 + c] / 255 - 0.5) / 0.5;
  }
  const encoded = await encoder.session.run({ pixel_values: new Tensor('float32', pixels, [1, 3, side, side]) });
  const run = (ids: number[]) =>
    decoder.session.run({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      encoder_hidden_states: encoded.last_hidden_state,
      ...Object.fromEntries(
        [0, 1, 2].flatMap(layer =>
          ['key', 'value'].map(part => [
            `past_key_values.${layer}.${part}`,
            new Tensor('float32', new Float32Array(0), [1, 5, 0, 32]),
          ]),
        ),
      ),
    });
  const ids = [0];
  const probabilities: number[] = [];
  for (;;) {
    const { logits } = await run(ids);
    const row = (logits.data as Float32Array).subarray(-2048);
    const best = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    if (best === 0) break;
    probabilities.push(1 / row.reduce((sum, logit) => sum + Math.exp(logit - row[best]), 0));
    ids.push(best);
  }
  const last = await run(ids);
  const { vocab } = (
    JSON.parse(readFileSync(path.join(folder, '../tokenizer.json'), 'utf8')) as {
      model: { vocab: Record<string, number> };
    }
  ).model;
  const names = Object.fromEntries(Object.entries(vocab).map(([token, id]) => [id, token]));
  const result = {
    text: ids
      .slice(1)
      .map(id => names[id])
      .join('')
      .replaceAll('Ġ', ' '),
    probabilities,
    cross: decoder.outputs
      .filter(({ site }) => site.kind === 'cross')
      .map(({ name }) => last[name].data as Float32Array),
    encoder: encoder.outputs.map(({ name }) => encoded[name].data as Float32Array),
  };
  await encoder.session.release();
  await decoder.session.release();
  return result;
}
