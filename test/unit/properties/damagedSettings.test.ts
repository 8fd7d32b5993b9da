import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explain } from '../../../inference/answers/explain';
import { caption, prepareImage } from '../../../inference/images/caption';
import { readImage } from '../../../inference/images/decodeImage';
import { explainImage } from '../../../inference/images/explainImage';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { changedJson } from '../support/changedJson';
import { randomNumbers } from '../support/randomNumbers';

/** Changes of each model; `npm run soak` makes more of them. */
const times = Number(process.env.HEADLIGHT_MUTATIONS ?? 15);

const settings = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer_config.json',
  'tokenizer.json',
];
const picture = {
  name: 'wide.png',
  path: path.resolve('test/fixtures/image-models/wide.png'),
  background: [255, 255, 255] as const,
};

const readText = (open: TransformersModel) => explain(open, 'const a = 1;', { newTokens: 2, isCancelled: () => false });
const captionPicture = async (open: TransformersModel) =>
  caption(open, await prepareImage(open, picture, () => readImage(picture)));
const explainPicture = async (open: TransformersModel) => explainImage(open, picture, await readImage(picture), ['a']);

describe('a model one of whose settings is something else', function () {
  this.timeout(60_000 + times * 10_000);
  let folder: string;
  // transformers.js writes what it gave a model that failed.
  const { error: writeError } = console;
  before(() => {
    console.error = () => undefined;
  });
  after(() => {
    console.error = writeError;
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [name, use] of [
    ['models/tiny-code-gpt', readText],
    ['models/tiny-minilm', readText],
    ['models/tiny-marian', readText],
    ['models/tiny-chat', readText],
    ['models/tiny-captioner', captionPicture],
    ['image-models/swin', explainPicture],
    ['image-models/detr', explainPicture],
    ['image-models/clip', explainPicture],
  ] as const) {
    it(`${path.basename(name)} works, or says in a sentence what is wrong`, async () => {
      const next = randomNumbers(5);
      const original = path.resolve('test/fixtures', name);
      cpSync(original, folder, { recursive: true });
      const files = settings.filter(file => existsSync(path.join(original, file)));
      const dtype = existsSync(path.join(original, 'onnx', 'model_quantized.onnx')) ? 'q8' : 'fp32';
      const work = async () => {
        const open = await openModel({ id: 'tiny', folder, dtype });
        try {
          await use(open);
        } finally {
          await open.dispose();
        }
      };
      await work();
      let worked = 0;
      for (let i = 0; i < times; i++) {
        const file = files[i % files.length];
        const text = readFileSync(path.join(original, file), 'utf8');
        const { json, what } = changedJson(JSON.parse(text), next);
        writeFileSync(path.join(folder, file), JSON.stringify(json));
        try {
          await work();
          worked++;
        } catch (error) {
          assert.ok(error instanceof InferenceFault, `${file}, ${what}: ${(error as Error).stack}`);
          assert.match(error.message, /^[^\n]*\btiny\b[^\n]*; (see|put|choose|download|select|explain)[^\n]*\.$/);
          assert.doesNotMatch(error.message, /undefined|is not a |is not iterable|NaN|\[object/, `${file}, ${what}`);
        }
        writeFileSync(path.join(folder, file), text);
      }
      assert.ok(worked > times / 3, `${worked}`);
    });
  }
});
