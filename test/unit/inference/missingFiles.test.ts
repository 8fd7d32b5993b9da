import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CancellationToken } from 'vscode-jsonrpc';
import { inputOf, type ModelTask } from '../../../core/models/modelTask';
import { explain } from '../../../inference/answers/explain';
import { caption, prepareImage } from '../../../inference/images/caption';
import { readImage } from '../../../inference/images/decodeImage';
import { explainImage } from '../../../inference/images/explainImage';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { hearingModel } from '../../../inference/speech/hearingModel';
import { transcribe } from '../../../inference/speech/transcribe';
import { transcribeSound } from '../../../inference/speech/transcribeSound';
import { visionCaption } from '../../../inference/vision/visionCaption';
import { visionModel } from '../../../inference/vision/visionModel';
import { spokenReference, spokenTones } from '../../support/spokenTones';

/** What of a fixture's folder belongs to its tests and to no model. */
const ofTests = /^(README\.md|make\.py|(reference|ids|cross|attention|templates)\.(json|bin)|\w+\.png)$/;

const never = { isCancelled: () => false };
const picture = { name: 'disc.svg', path: 'samples/workspace/images/disc.svg', background: [255, 255, 255] as const };
const [spoken] = spokenReference().examples;

/** What a model does, so that it can be said whether it does the same without a file. */
async function does(open: TransformersModel): Promise<unknown> {
  const task = open.info.task as ModelTask;
  if (task === 'image-to-text') {
    return (await caption(open, await prepareImage(open, picture, () => readImage(picture)))).words;
  }
  if (task === 'image-text-to-text') {
    return (await visionCaption(visionModel(open), picture, 'What is it?', CancellationToken.None)).words;
  }
  if (inputOf(task) === 'image') {
    const { explanation, attention } = await explainImage(open, picture, await readImage(picture));
    return [explanation.grid, explanation.answers, explanation.seen, attention.map(({ data }) => [...data])];
  }
  if (inputOf(task) === 'speech') {
    const hearing = await hearingModel(open);
    const window = { start: 0, end: spoken.seconds, number: 0 };
    const samples = spokenTones(spoken);
    if (hearing.writes === 'text') {
      return (await transcribe(open, hearing, samples, window, undefined, () => false)).transcript;
    }
    return transcribeSound(open, hearing, samples, window);
  }
  const languages = open.writing?.languages.map(({ code }) => code) ?? [];
  const writing = languages.length > 1 ? { source: languages[0], target: languages[1] } : {};
  const { explanation } = await explain(open, '3 May 2021', { ...never, writing });
  return [explanation.tokens, explanation.output, explanation.predictions, explanation.classes, explanation.notes];
}

/** Whether two answers are the same, their numbers to 1e-5. */
function isAlike(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) <= 1e-5;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const values = new Map(Object.entries(other));
  const entries = Object.entries(one);
  return entries.length === values.size && entries.every(([key, value]) => isAlike(value, values.get(key)));
}

/** What comes of opening and using a model without one of its files. */
async function outcome(folder: string, name: string, whole: unknown): Promise<string> {
  let open: TransformersModel | undefined;
  try {
    open = await openModel({ id: 'model', folder, dtype: 'fp32' });
    const now = await does(open);
    return isAlike(now, whole) ? 'the same' : `something else: ${JSON.stringify(now).slice(0, 300)}`;
  } catch (error) {
    assert.ok(error instanceof InferenceFault, String(error));
    const says = /^model has no (\S+)( in | that can be read in | or )[^\n;]*; [^\n;]+\.$/.exec(error.message);
    return says?.[1] === name || (says?.[2] === ' or ' && error.message.includes(` or ${name} in `))
      ? 'named'
      : error.message;
  } finally {
    await open?.dispose();
  }
}

describe('a model of which a file is missing', function () {
  this.timeout(120_000);

  const [config, processing, writing] = ['config.json', 'preprocessor_config.json', 'generation_config.json'];
  const text = [config, 'tokenizer.json', 'tokenizer_config.json'];
  const onnx = (...bases: string[]) => bases.map(base => `onnx/${base}.onnx`);

  // The files that are named, and those without which it does the same.
  for (const [folder, needed, spared] of [
    ['models/tiny-code-gpt', [...text, ...onnx('model')], [writing, ...onnx('model_quantized')]],
    ['models/tiny-code-classifier', [...text, ...onnx('model')], []],
    ['models/tiny-dates', [...text, ...onnx('decoder_model_merged', 'encoder_model')], [writing]],
    ['models/tiny-deberta-tags', [...text, ...onnx('model')], [...onnx('model_quantized')]],
    ['models/tiny-modernbert', [...text, ...onnx('model')], [...onnx('model_quantized')]],
    ['models/tiny-chat', [...text, ...onnx('model')], ['chat_template.jinja', writing, ...onnx('model_quantized')]],
    [
      'models/tiny-t5',
      [...text, ...onnx('decoder_model_merged', 'encoder_model')],
      [writing, ...onnx('decoder_model_merged_quantized', 'encoder_model_quantized')],
    ],
    [
      'models/tiny-nllb',
      [...text, ...onnx('decoder_model_merged', 'encoder_model')],
      [writing, ...onnx('decoder_model_merged_quantized', 'encoder_model_quantized')],
    ],
    ['models/tiny-captioner', [...text, processing, ...onnx('decoder_model_merged', 'encoder_model')], [writing]],
    [
      'models/tiny-vit-gpt2',
      [...text, processing, ...onnx('decoder_model_merged', 'encoder_model')],
      [writing, ...onnx('decoder_model_merged_quantized', 'encoder_model_quantized')],
    ],
    [
      'models/tiny-florence-2',
      [...text, processing, ...onnx('decoder_model_merged', 'embed_tokens', 'encoder_model', 'vision_encoder')],
      [
        writing,
        ...onnx(
          'decoder_model_merged_quantized',
          'embed_tokens_quantized',
          'encoder_model_quantized',
          'vision_encoder_quantized',
        ),
      ],
    ],
    ['captioners/donut', [...text, processing, ...onnx('decoder_model_merged', 'encoder_model')], [writing]],
    [
      'models/tiny-smolvlm2',
      [...text, processing, 'processor_config.json', ...onnx('decoder_model_merged', 'embed_tokens', 'vision_encoder')],
      [
        'chat_template.json',
        writing,
        ...onnx('decoder_model_merged_q4f16', 'embed_tokens_q4f16', 'vision_encoder_q4f16'),
      ],
    ],
    [
      'models/tiny-gemma3',
      [
        ...text,
        'chat_template.jinja',
        processing,
        'processor_config.json',
        ...onnx('decoder_model_merged', 'embed_tokens', 'vision_encoder'),
      ],
      [writing, ...onnx('decoder_model_merged_q4f16', 'embed_tokens_q4f16', 'vision_encoder_q4f16')],
    ],
    ['image-models/vit_oblong', [config, processing, ...onnx('model')], []],
    [
      'image-models/clip',
      [config, processing, 'tokenizer_config.json'],
      ['tokenizer.json', ...onnx('model', 'vision_model')],
    ],
    ['image-models/siglip', [...text, processing, ...onnx('model')], []],
    ['image-models/detr', [config, processing, ...onnx('model')], []],
    ['speech/tiny-whisper', [...text, writing, processing, ...onnx('decoder_model_merged', 'encoder_model')], []],
    ['sound-encoders/wav2vec2', [config, processing, 'tokenizer.json', ...onnx('model')], ['tokenizer_config.json']],
    ['sound-encoders/hubert', [config, processing, 'vocab.json', ...onnx('model')], ['tokenizer_config.json']],
    ['sound-encoders/wavlm', [config, processing, 'vocab.json', ...onnx('model')], ['tokenizer_config.json']],
    ['sound-encoders/wav2vec2-base', [config, processing, ...onnx('model')], []],
  ] as readonly (readonly [folder: string, needed: readonly string[], spared: readonly string[]])[]) {
    it(`${folder} says which, one by one`, async () => {
      const scratch = mkdtempSync(path.join(os.tmpdir(), 'headlight-missing-'));
      const home = path.join(scratch, 'model');
      const found: Record<string, string> = {};
      try {
        cpSync(path.join('test/fixtures', folder), home, { recursive: true });
        const open = await openModel({ id: 'model', folder: home, dtype: 'fp32' });
        const whole = await does(open).finally(() => open.dispose());
        const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(
          file => file.isFile() && !ofTests.test(file.name),
        );
        for (const { name, parentPath } of files) {
          const file = path.join(parentPath, name);
          const within = path.relative(home, file).replaceAll('\\', '/');
          renameSync(file, path.join(scratch, name));
          found[within] = await outcome(home, within, whole);
          renameSync(path.join(scratch, name), file);
        }
      } finally {
        rmSync(scratch, { recursive: true });
      }
      assert.deepEqual(found, {
        ...Object.fromEntries(needed.map(file => [file, 'named'])),
        ...Object.fromEntries(spared.map(file => [file, 'the same'])),
      });
    });
  }

  type Config = Record<string, unknown>;
  const untyped = (config: Config): Config => ({ ...config, model_type: undefined });
  const empty = (): Config => ({});
  const unknown = (config: Config): Config => ({ ...config, model_type: 'frob' });
  const noType = /^model cannot be opened: its config\.json names no model_type in /;
  const otherType = /^model is of the type “frob” \(model_type in its config\.json\)/;

  for (const [folder, changed, says] of [
    ['models/tiny-code-gpt', untyped, noType],
    ['models/tiny-dates', untyped, noType],
    ['models/tiny-dates', empty, noType],
    ['models/tiny-smolvlm2', untyped, noType],
    ['image-models/vit_oblong', empty, noType],
    ['models/tiny-code-gpt', unknown, otherType],
    ['models/tiny-captioner', unknown, otherType],
  ] as const) {
    it(`${folder} with its config.json ${changed.name} says so`, async () => {
      const home = mkdtempSync(path.join(os.tmpdir(), 'headlight-missing-'));
      try {
        cpSync(path.join('test/fixtures', folder), home, { recursive: true });
        const file = path.join(home, 'config.json');
        const config = changed(JSON.parse(readFileSync(file, 'utf8')) as Config);
        writeFileSync(file, JSON.stringify(config));
        await assert.rejects(openModel({ id: 'model', folder: home, dtype: 'fp32' }), ({ message }: Error) => {
          assert.match(message, says);
          assert.match(message, /^[^\n]+; [^\n]+\.$/);
          return true;
        });
      } finally {
        rmSync(home, { recursive: true });
      }
    });
  }

  it('says that its graph is missed in onnx/, where no other is there', async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'headlight-missing-'));
    try {
      cpSync('test/fixtures/models/tiny-code-gpt', home, { recursive: true });
      rmSync(path.join(home, 'onnx'), { recursive: true });
      await assert.rejects(
        openModel({ id: 'model', folder: home, dtype: 'fp32' }),
        /^Error: model has no onnx\/model\.onnx in /,
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
