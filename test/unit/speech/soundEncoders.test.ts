import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inputOf, modelTask, taskWords } from '../../../core/models/modelTask';
import { ctcWords } from '../../../core/speech/ctcWords';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { encoderAttention, encoderLayers } from '../../../inference/speech/encoderAttention';
import { hearingModel } from '../../../inference/speech/hearingModel';
import { soundModel } from '../../../inference/speech/soundModel';
import { transcribeSound } from '../../../inference/speech/transcribeSound';
import { largestDifference } from '../support/referenceAttention';

const fixtures = path.resolve('test/fixtures/sound-encoders');

interface Reference {
  readonly shape: readonly [number, number, number, number];
  readonly ids?: readonly number[];
  readonly text?: string;
  readonly probabilities?: readonly number[];
}

function referenceOf(model: string): Reference & { readonly attention: Float32Array } {
  const read = (file: string) => readFileSync(path.join(fixtures, model, file));
  return {
    ...(JSON.parse(read('reference.json').toString()) as Reference),
    attention: new Float32Array(new Uint8Array(read('attention.bin')).buffer),
  };
}

/** The samples as the reference read them: a decoder scales those below zero otherwise. */
function tones(): Float32Array {
  const bytes = new Uint8Array(readFileSync(path.join(fixtures, 'tones.wav'))).slice(44);
  return Float32Array.from(new Int16Array(bytes.buffer), value => value / 32768);
}

async function withModel(folder: string, work: (open: TransformersModel) => Promise<void>): Promise<void> {
  const open = await openModel({ id: path.basename(folder), folder, dtype: 'fp32' });
  try {
    await work(open);
  } finally {
    await open.dispose();
  }
}

/** A copy of a model's folder, changed. */
async function withCopy(model: string, change: (folder: string) => void, work: (folder: string) => Promise<void>) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-sound-'));
  try {
    cpSync(path.join(fixtures, model), folder, { recursive: true });
    change(folder);
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('encoders of sound', function () {
  this.timeout(60_000);

  it('read sound, never text, whatever stands on top of them', () => {
    for (const [model_type, architecture, task] of [
      ['wav2vec2', 'Wav2Vec2ForCTC', 'automatic-speech-recognition'],
      ['hubert', 'HubertForCTC', 'automatic-speech-recognition'],
      ['wavlm', 'WavLMForXVector', 'audio-feature-extraction'],
      ['wav2vec2', 'Wav2Vec2Model', 'audio-feature-extraction'],
      ['hubert', 'HubertForSequenceClassification', 'audio-feature-extraction'],
      ['unispeech-sat', 'UniSpeechSatForAudioFrameClassification', 'audio-feature-extraction'],
      ['audio-spectrogram-transformer', 'ASTForAudioClassification', 'audio-feature-extraction'],
      ['somebodys-own', 'SomebodysForCTC', 'automatic-speech-recognition'],
    ] as const) {
      assert.equal(modelTask({ model_type, architectures: [architecture] }), task);
      assert.equal(inputOf(task), 'speech');
      assert.ok(taskWords[task]);
    }
  });

  for (const model of ['hubert', 'wavlm', 'wav2vec2-base']) {
    it(`${model}: each frame looks where PyTorch’s does, layer by layer and head by head`, () =>
      withModel(path.join(fixtures, model), async open => {
        const { shape, attention } = referenceOf(model);
        const [layers, heads, frames] = shape;
        const hearing = await hearingModel(open);
        assert.equal(hearing.framesPerSecond, 50);
        assert.deepEqual(
          encoderLayers(open),
          Array.from({ length: layers }, (_, layer) => ({ layer, heads })),
        );
        const inputs = await hearing.encoderInputs(tones());
        for (let layer = 0; layer < layers; layer++) {
          for (let head = 0; head < heads; head++) {
            // What transformers gives of a WavLM is the mean of its heads, for each of them.
            const chosen = { layer, head: model === 'wavlm' ? ('all' as const) : head };
            const own = await encoderAttention(open, inputs, chosen, () => false);
            assert.equal(own.frames, frames);
            const from = (layer * heads + head) * frames * frames;
            const away = largestDifference(own.data, attention.subarray(from, from + frames * frames));
            assert.ok(away < 1e-4, `layer ${layer}, head ${head}: ${away}`);
          }
        }
      }));
  }

  for (const model of ['hubert', 'wavlm']) {
    it(`${model}: writes PyTorch’s symbols, each in the frames in which it is the likeliest`, () =>
      withModel(path.join(fixtures, model), async open => {
        const { ids = [], text = '', probabilities = [] } = referenceOf(model);
        const samples = tones();
        const sound = await soundModel(open);
        const heard = await transcribeSound(open, sound, samples, { start: 10, end: 11.25, number: 3 });
        assert.equal(heard.text, text.split('|').filter(Boolean).join(' '));
        // Frame by frame, from the words: what each says, and nothing between.
        const said = new Array<string>(ids.length).fill('');
        for (const { symbols = [], start, end, window, text: word } of heard.words) {
          assert.equal(window, 3);
          assert.equal(symbols.map(symbol => symbol.text).join(''), word);
          assert.deepEqual([start, end], [symbols[0].start, symbols.at(-1)!.end]);
          for (const symbol of symbols) {
            const [from, to] = [symbol.start, symbol.end].map(time => Math.round(((time - 10) * ids.length) / 1.25));
            for (let frame = from; frame < to; frame++) said[frame] = symbol.text;
            const most = Math.max(...probabilities.slice(from, to));
            assert.ok(Math.abs(symbol.probability - most) < 1e-3, `${symbol.probability}, ${most}`);
          }
        }
        const vocabulary = sound.vocabulary!.symbols;
        assert.deepEqual(
          said,
          ids.map(id => (id < 5 ? '' : vocabulary[id])),
        );
      }));
  }

  it('the fault’s wav2vec 2.0 opens, with frames of its own length', () =>
    withModel(path.join(fixtures, 'wav2vec2'), async open => {
      assert.equal(open.info.task, 'automatic-speech-recognition');
      const sound = await soundModel(open);
      assert.deepEqual([sound.writes, sound.framesPerSecond], ['symbols', 250]);
      const samples = tones();
      const { frames, data } = await encoderAttention(open, await sound.encoderInputs(samples), 'all', () => false);
      assert.ok(Math.abs(frames - 1.25 * 250) <= 1, String(frames));
      for (let row = 0; row < frames; row++) {
        const sum = data.subarray(row * frames, (row + 1) * frames).reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - 1) < 1e-4);
      }
      await transcribeSound(open, sound, samples, { start: 0, end: 1.25, number: 0 });
    }));

  it('one without a head writes nothing', () =>
    withModel(path.join(fixtures, 'wav2vec2-base'), async open => {
      assert.equal(open.info.task, 'audio-feature-extraction');
      const sound = await soundModel(open);
      assert.equal(sound.writes, 'nothing');
      const heard = await transcribeSound(open, sound, tones(), { start: 0, end: 1.25, number: 0 });
      assert.deepEqual([heard.text, heard.words], ['', []]);
    }));

  const change = (file: string, content: (old: Record<string, unknown>) => object) => (folder: string) => {
    const name = path.join(folder, file);
    writeFileSync(name, JSON.stringify(content(JSON.parse(readFileSync(name, 'utf8')) as Record<string, unknown>)));
  };
  for (const [what, changed, sentence] of [
    [
      'its vocabulary',
      (folder: string) => rmSync(path.join(folder, 'vocab.json')),
      / has no tokenizer\.json or vocab\.json in .* that says what its numbers stand for; put the model’s own file there\.$/,
    ],
    [
      'preprocessor_config.json',
      (folder: string) => rmSync(path.join(folder, 'preprocessor_config.json')),
      / has no preprocessor_config\.json that can be read in .*; put the model’s own file there\.$/,
    ],
    [
      'frames in time',
      change('config.json', config => ({ ...config, conv_stride: undefined })),
      / reads sound, but not as frames in time that Headlight knows; choose a Whisper, wav2vec 2\.0, HuBERT or WavLM model\.$/,
    ],
  ] as const) {
    it(`says that ${what} is not there`, () =>
      withCopy('hubert', changed, folder =>
        withModel(folder, open => assert.rejects(hearingModel(open), { message: sentence })),
      ));
  }

  it('one whose type nobody knows is told by its graph, not run on a text', () =>
    withCopy(
      'wav2vec2-base',
      folder => {
        change('config.json', config => ({ ...config, model_type: 'bert', architectures: ['BertModel'] }))(folder);
        for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
          cpSync(path.join('test/fixtures/models/tiny-minilm', file), path.join(folder, file));
        }
      },
      folder =>
        assert.rejects(openModel({ id: 'own', folder, dtype: 'fp32' }), {
          message: /^own: own reads sound, not text \(its graph takes input_values\)/,
        }),
    ));
});

describe('symbols of frames', () => {
  const vocabulary = { symbols: ['', '|', 'a', 'b', '<s>'], blank: 0, delimiter: '|', silent: new Set(['<s>']) };
  /** Logits that give a number half of the probability or more. */
  const logits = (ids: readonly number[]) =>
    Float32Array.from(ids.flatMap(id => vocabulary.symbols.map((_, i) => (i === id ? 3 : 0))));
  const words = (...ids: number[]) =>
    ctcWords(logits(ids), vocabulary, 5).map(({ text, symbols }) => [
      text,
      ...symbols.map(({ from, to }) => [from, to]),
    ]);

  it('are one where they follow each other, two where nothing lies between them', () => {
    assert.deepEqual(words(2, 2, 0, 2, 3), [['aab', [0, 2], [3, 4], [4, 5]]]);
    assert.deepEqual(words(0, 0), []);
  });

  it('make words at delimiters, however many; what stands for no text is left out', () => {
    assert.deepEqual(words(1, 4, 2, 1, 1, 0, 1, 3, 4, 3), [
      ['a', [2, 3]],
      ['bb', [7, 8], [9, 10]],
    ]);
  });
});
