import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encoderAttention, encoderLayers } from '../../../inference/speech/encoderAttention';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { speechModel } from '../../../inference/speech/speechModel';
import { transcribe, spokenWordHeat, type HeardWindow } from '../../../inference/speech/transcribe';
import { spokenReference, spokenTones } from '../../support/spokenTones';

const folder = path.resolve('test/fixtures/speech/tiny-whisper');
const reference = spokenReference();
const { examples } = reference;

describe('transcribing with a Whisper', function () {
  this.timeout(60_000);
  let open: TransformersModel;
  const hear = async (example: (typeof examples)[number], language?: string, start = 0): Promise<HeardWindow> =>
    transcribe(
      open,
      await speechModel(open),
      spokenTones(example),
      { start, end: start + example.seconds, number: 0 },
      language,
      () => false,
    );

  before(async () => {
    open = await openModel({ id: 'tiny-whisper', folder, dtype: 'fp32' });
  });
  after(() => open.dispose());

  for (const example of examples) {
    it(`hears “${example.text}”, guesses ${example.language}, as PyTorch does`, async () => {
      const { transcript } = await hear(example);
      assert.equal(transcript.text, example.text);
      assert.equal(transcript.language, example.language);
      assert.deepEqual(
        transcript.words.map(({ text }) => text),
        example.said,
      );
      assert.equal(transcript.cut, false);
      assert.ok(transcript.confidence > 0.6 && transcript.confidence <= 1, String(transcript.confidence));
      assert.ok(transcript.words.every(({ probability }) => probability > 0.3 && probability <= 1));
    });

    it(`the cross-attention of “${example.text}” is PyTorch’s`, async () => {
      const { cross, frames } = await hear(example, example.language);
      const expected = reference.cross(example);
      const [layers, heads, tokens, columns] = example.shape;
      assert.deepEqual([cross.length, cross[0].heads, cross[0].queries, frames], [layers, heads, tokens, columns]);
      let largest = 0;
      for (let i = 0; i < expected.length; i++) {
        const [row, frame] = [Math.floor(i / columns), i % columns];
        const { data, keys } = cross[Math.floor(row / (heads * tokens))];
        largest = Math.max(largest, Math.abs(data[(row % (heads * tokens)) * keys + frame] - expected[i]));
      }
      // The spectrogram is computed in JavaScript here and in NumPy there.
      assert.ok(largest < 2e-3, `differs by ${largest}`);
    });

    it(`the words of “${example.text}” lie where they sound`, async () => {
      const { words } = (await hear(example, undefined, 100)).transcript;
      for (const [i, [, start, length]] of example.words.entries()) {
        const [from, to] = [100 + start, 100 + start + length];
        assert.ok(
          Math.abs(words[i].start - from) < 0.05,
          `${words[i].text} from ${words[i].start}, sounds from ${from}`,
        );
        assert.ok(Math.abs(words[i].end - to) < 0.05, `${words[i].text} to ${words[i].end}, sounds to ${to}`);
      }
    });
  }

  it('in the encoder each time looks at all times, and the mean of heads is the mean of each alone', async () => {
    const features = await (await speechModel(open)).encoderInputs(spokenTones(examples[0]));
    const layers = encoderLayers(open);
    assert.deepEqual(layers, [
      { layer: 0, heads: 4 },
      { layer: 1, heads: 4 },
    ]);
    const mean = await encoderAttention(open, features, 'all', () => false);
    assert.equal(mean.data.length, mean.frames ** 2);
    for (let row = 0; row < mean.frames; row++) {
      const sum = mean.data
        .subarray(row * mean.frames, (row + 1) * mean.frames)
        .reduce((total, value) => total + value, 0);
      assert.ok(Math.abs(sum - 1) < 1e-4, `row ${row}: ${sum}`);
    }
    const together = new Float64Array(mean.data.length);
    for (const { layer, heads } of layers) {
      for (let head = 0; head < heads; head++) {
        const { data } = await encoderAttention(open, features, { layer, head }, () => false);
        data.forEach((value, i) => {
          together[i] += value / 8;
        });
      }
    }
    assert.ok(mean.data.every((value, i) => Math.abs(value - together[i]) < 1e-5));
    await assert.rejects(
      encoderAttention(open, features, { layer: 7, head: 0 }, () => false),
      /no such layer or head in its encoder/,
    );
  });

  it('heat is that of the heads chosen, and none for a word or head that is not there', async () => {
    const heard = await hear(examples[0]);
    const speech = await speechModel(open);
    const { from, to } = heard.words[1];
    const { data, queries, keys } = heard.cross[1];
    const one = spokenWordHeat(heard, speech, 1, { layer: 1, head: 2 })!;
    const row = (token: number) => data.subarray((2 * queries + heard.firstRow + token) * keys);
    const mean = Array.from({ length: to - from }, (_, i) => row(from + i)[40]).reduce((a, b) => a + b) / (to - from);
    assert.ok(Math.abs(one[40] - mean) < 1e-6);
    const heads = [0, 1, 2, 3].map(head => spokenWordHeat(heard, speech, 1, { layer: 1, head })![40]);
    const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);
    close(spokenWordHeat(heard, speech, 1, { layer: 1, head: 'all' })![40], heads.reduce((a, b) => a + b) / 4);
    // The model names no heads for placing words: those of the upper half of its layers, here the second, do it.
    assert.equal(speech.alignment.stated, false);
    close(spokenWordHeat(heard, speech, 1, 'alignment')![40], heads.reduce((a, b) => a + b) / 4);
    assert.equal(spokenWordHeat(heard, speech, 99, 'all'), undefined);
    assert.equal(spokenWordHeat(heard, speech, 0, { layer: 7, head: 0 }), undefined);
  });

  it('says what is missing, takes stated heads, and turns away what is no Whisper', async () => {
    const changed = async (change: (folder: string) => void, work: (open: TransformersModel) => Promise<void>) => {
      const copy = mkdtempSync(path.join(os.tmpdir(), 'headlight-speech-'));
      try {
        cpSync(folder, copy, { recursive: true });
        change(copy);
        const other = await openModel({ id: 'copy', folder: copy, dtype: 'fp32' });
        await work(other).finally(() => other.dispose());
      } finally {
        rmSync(copy, { recursive: true });
      }
    };
    const edit = (file: string, values: object) => (at: string) =>
      writeFileSync(
        path.join(at, file),
        JSON.stringify({ ...(JSON.parse(readFileSync(path.join(at, file), 'utf8')) as object), ...values }),
      );
    await changed(
      at => rmSync(path.join(at, 'preprocessor_config.json')),
      async other => {
        await assert.rejects(
          speechModel(other),
          /copy has no preprocessor_config\.json that can be read in .*; put the model’s own file there\./,
        );
      },
    );
    await changed(
      edit('generation_config.json', {
        alignment_heads: [
          [0, 1],
          [1, 3],
          [9, 9],
        ],
      }),
      async other => {
        assert.deepEqual((await speechModel(other)).alignment, {
          heads: [
            [0, 1],
            [1, 3],
          ],
          stated: true,
        });
      },
    );
    const dates = await openModel({ id: 'tiny-dates', folder: path.resolve('media/models/tiny-dates'), dtype: 'fp16' });
    await assert.rejects(
      speechModel(dates),
      /tiny-dates \(bart\) is no Whisper model and no encoder of sound that Headlight knows; choose one that transcribes speech/,
    );
    await dates.dispose();
  });
});
