import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explain } from '../../../inference/answers/explain';
import { openModel } from '../../../inference/models/openModel';

/** Folders as exporters wrote them before the hub's models had their graphs in `onnx/`. */
describe('older file layouts', function () {
  this.timeout(60_000);

  for (const [what, model, dtype, arrange] of [
    ['graphs at the root', 'tiny-code-gpt', 'fp32', (file: string) => file],
    ['a quantized graph at the root', 'tiny-code-gpt', 'q8', (file: string) => file],
    [
      'a decoder without a merged one',
      'tiny-code-gpt',
      'fp32',
      (file: string) => file.replace('model', 'decoder_model'),
    ],
    [
      'a merged decoder alone',
      'tiny-code-gpt',
      'fp32',
      (file: string) => file.replace('model', 'decoder_model_merged'),
    ],
    ['encoder and decoder at the root', 'tiny-dates', 'fp32', (file: string) => file],
  ] as const) {
    it(`${what}: opens, and says what it says in the new one`, async () => {
      const home = mkdtempSync(path.join(os.tmpdir(), 'headlight-layout-'));
      const from = path.resolve('test/fixtures/models', model);
      const says = async (folder: string) => {
        const open = await openModel({ id: model, folder, dtype });
        try {
          const { explanation } = await explain(open, '3 May 2021', { isCancelled: () => false });
          return [explanation.model.found, explanation.output?.text, explanation.predictions];
        } finally {
          await open.dispose();
        }
      };
      try {
        cpSync(from, home, { recursive: true });
        for (const file of readdirSync(path.join(home, 'onnx'))) {
          renameSync(path.join(home, 'onnx', file), path.join(home, arrange(file)));
        }
        assert.deepEqual(await says(home), await says(from));
      } finally {
        rmSync(home, { recursive: true });
      }
    });
  }
});
