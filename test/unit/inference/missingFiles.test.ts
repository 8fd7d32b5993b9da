import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { openModel } from '../../../inference/models/openModel';

/** Files without which a model opens as well: what they say is said elsewhere, or not needed. */
const spared =
  /^(generation_config|special_tokens_map|added_tokens|vocab|merges|chat_template|processor_config|README|reference|ids|pair|pic|cross)\b|\.(txt|md|bin|py|png|npz|model)$/;

describe('a model of which a file is missing', function () {
  this.timeout(120_000);

  for (const [folder, dtype] of [
    ['models/tiny-code-gpt', 'fp32'],
    ['models/tiny-code-classifier', 'fp32'],
    ['models/tiny-dates', 'fp32'],
    ['models/tiny-deberta-tags', 'fp32'],
    ['models/tiny-modernbert', 'fp32'],
    ['models/tiny-captioner', 'fp32'],
    ['models/tiny-florence-2', 'fp32'],
    ['models/tiny-smolvlm2', 'fp32'],
    ['captioners/donut', 'fp32'],
    ['image-models/vit_oblong', 'fp32'],
    ['image-models/clip', 'fp32'],
    ['image-models/detr', 'fp32'],
  ] as const) {
    it(`${folder} says which, one by one`, async () => {
      const home = mkdtempSync(path.join(os.tmpdir(), 'headlight-missing-'));
      const silent: string[] = [];
      let named = 0;
      try {
        cpSync(path.join('test/fixtures', folder), home, { recursive: true });
        const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(
          file => file.isFile() && !spared.test(file.name),
        );
        for (const { name, parentPath } of files) {
          const file = path.join(parentPath, name);
          renameSync(file, `${file}.gone`);
          try {
            await openModel({ id: 'model', folder: home, dtype }).then(open => open.dispose());
          } catch (error) {
            assert.ok(error instanceof InferenceFault, String(error));
            if (error.message.includes(name) && /^[^\n]+; [^\n]+\.$/.test(error.message)) named++;
            else silent.push(`${name}: ${error.message}`);
          }
          renameSync(`${file}.gone`, file);
        }
      } finally {
        rmSync(home, { recursive: true });
      }
      assert.deepEqual(silent, []);
      assert.ok(named >= 2, `${named} files are named`);
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
