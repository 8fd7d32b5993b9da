import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openModel } from '../../../inference/models/openModel';
import { conversationPrompt } from '../../../inference/vision/conversationPrompt';
import { visionModel } from '../../../inference/vision/visionModel';
import { asked } from './support/visionFixture';

describe('the files of a vision-language model', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-vision-'));
  after(() => rmSync(folder, { recursive: true }));
  let count = 0;

  /** A copy of a fixture with something about it changed. */
  const changed = (name: string, change: (of: string) => void): string => {
    const copy = path.join(folder, `${name}-${count++}`);
    cpSync(path.resolve('test/fixtures/models', name), copy, { recursive: true });
    change(copy);
    return copy;
  };
  const edit = (file: string, change: (json: Record<string, unknown>) => void): void => {
    const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    change(json);
    writeFileSync(file, JSON.stringify(json));
  };

  for (const [name, file, dtype] of [
    ['tiny-smolvlm', 'preprocessor_config.json', 'fp32'],
    ['tiny-smolvlm', 'processor_config.json', 'fp32'],
    ['tiny-gemma3', 'processor_config.json', 'fp32'],
    ['tiny-moondream', 'preprocessor_config.json', 'fp32'],
    ['tiny-llava-onevision', 'onnx/embed_tokens.onnx', 'fp32'],
    ['tiny-qwen2-vl', 'onnx/vision_encoder_q4f16.onnx', 'q4f16'],
    ['tiny-paligemma', 'onnx/decoder_model_merged.onnx', 'fp32'],
  ]) {
    it(`where ${file} of ${name} is missing, it is named`, async () => {
      const copy = changed(name, of => rmSync(path.join(of, file)));
      await assert.rejects(openModel({ id: name, folder: copy, dtype }), ({ message }: Error) => {
        assert.ok(message.startsWith(`${name} has no ${file} in ${copy}; `), message);
        assert.match(message, /; (it is there in (fp32|q4f16): choose that, or )?put the file back/);
        return true;
      });
    });
  }

  it('one that is cut short is named, too', async () => {
    const copy = changed('tiny-smolvlm', of => writeFileSync(path.join(of, 'preprocessor_config.json'), '{"im'));
    await assert.rejects(
      openModel({ id: 'tiny-smolvlm', folder: copy, dtype: 'fp32' }),
      /^Error: tiny-smolvlm: preprocessor_config\.json is not valid JSON; put the original file back/,
    );
  });

  it('a template without a place for the picture is told of', async () => {
    const copy = changed('tiny-smolvlm', of =>
      edit(path.join(of, 'config.json'), config => {
        config.image_token_id = 5;
      }),
    );
    const open = visionModel(await openModel({ id: 'tiny-smolvlm', folder: copy, dtype: 'fp32' }));
    try {
      assert.throws(
        () => conversationPrompt(open, asked('What is it?')),
        /The chat template of tiny-smolvlm has no place for a picture; download the model again/,
      );
    } finally {
      await open.dispose();
    }
  });

  it('a context that Google’s configurations leave out is that of their decoder', async () => {
    for (const [name, context] of [
      ['tiny-paligemma', 8192],
      ['tiny-gemma3', 131_072],
    ] as const) {
      const copy = changed(name, of => {
        edit(path.join(of, 'config.json'), config => {
          delete (config.text_config as Record<string, unknown>).max_position_embeddings;
        });
        edit(path.join(of, 'tokenizer_config.json'), config => {
          config.model_max_length = 1e30;
        });
      });
      const open = await openModel({ id: name, folder: copy, dtype: 'fp32' });
      assert.equal(open.info.contextLength, context);
      await open.dispose();
    }
  });
});
