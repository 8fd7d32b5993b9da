import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explain } from '../../../inference/answers/explain';
import { graphsOf } from '../../../inference/models/expectedMemory';
import { openModel } from '../../../inference/models/openModel';

/** Folders as exporters wrote them before the hub's models had their graphs in `onnx/`. */
describe('older file layouts', function () {
  this.timeout(60_000);

  /** Copies a model's folder, where its graphs lie elsewhere or are called otherwise. */
  function arranged(
    model: string,
    arrange: (file: string) => string | undefined,
    beside: readonly string[] = [],
  ): string {
    const home = mkdtempSync(path.join(os.tmpdir(), 'headlight-layout-'));
    cpSync(path.join('test/fixtures/models', model), home, { recursive: true });
    for (const file of readdirSync(path.join(home, 'onnx'))) {
      const to = arrange(file);
      if (to === undefined) rmSync(path.join(home, 'onnx', file));
      else renameSync(path.join(home, 'onnx', file), path.join(home, to));
    }
    for (const file of beside) cpSync(file, path.join(home, path.basename(file)));
    if (readdirSync(path.join(home, 'onnx')).length === 0) rmSync(path.join(home, 'onnx'), { recursive: true });
    return home;
  }

  const only = (ending: string) => (file: string) => (file.endsWith(ending) ? file : undefined);
  const without = (part: string) => (file: string) => (file.includes(part) ? undefined : file);
  const called = (name: string) => (file: string) => file.replace('model', name);
  const decoders = ['decoder_model.onnx', 'decoder_with_past_model.onnx'].map(file =>
    path.join('test/fixtures/decoders/tiny-t5', file),
  );

  for (const [what, model, dtype, arrange, beside] of [
    ['graphs at the root', 'tiny-code-gpt', 'fp32', (file: string) => file, []],
    ['a quantized graph beside the other at the root', 'tiny-code-gpt', 'q8', (file: string) => file, []],
    ['a quantized graph alone at the root', 'tiny-code-gpt', 'q8', only('_quantized.onnx'), []],
    ['a decoder without a merged one', 'tiny-code-gpt', 'fp32', called('decoder_model'), []],
    ['a quantized decoder without a merged one', 'tiny-code-gpt', 'q8', called('decoder_model'), []],
    [
      'a decoder beside the one that reads on with a cache',
      'tiny-code-gpt',
      'fp32',
      called('decoder_model'),
      decoders.slice(1),
    ],
    ['a merged decoder alone', 'tiny-code-gpt', 'fp32', called('decoder_model_merged'), []],
    ['encoder and decoder at the root', 'tiny-dates', 'fp32', (file: string) => file, []],
    ['quantized encoder and decoder alone at the root', 'tiny-t5', 'q8', only('_quantized.onnx'), []],
    ['an encoder with the decoder without a cache', 'tiny-t5', 'fp32', without('merged'), decoders.slice(0, 1)],
    ['an encoder with the decoders with and without a cache', 'tiny-t5', 'fp32', without('merged'), decoders],
    ['a merged decoder beside those with and without a cache', 'tiny-t5', 'fp32', (file: string) => file, decoders],
  ] as const) {
    it(`${what}: opens, and says what it says in the new one`, async () => {
      const says = async (folder: string) => {
        const open = await openModel({ id: model, folder, dtype });
        try {
          const { explanation } = await explain(open, '3 May 2021', { isCancelled: () => false });
          const likeliest = explanation.predictions.map(of => of.map(({ id }) => id));
          return [
            explanation.output?.text,
            likeliest,
            explanation.groups.map(({ kind, layers }) => [kind, layers.length]),
          ];
        } finally {
          await open.dispose();
        }
      };
      const home = arranged(model, arrange, beside);
      try {
        assert.deepEqual(await says(home), await says(path.resolve('test/fixtures/models', model)));
      } finally {
        rmSync(home, { recursive: true });
      }
    });
  }

  it('what reads on with a cache alone is no decoder: the one that is missing is named', async () => {
    const home = arranged('tiny-t5', without('decoder'), decoders.slice(1));
    try {
      await assert.rejects(
        openModel({ id: 'model', folder: home, dtype: 'fp32' }),
        /^Error: model has no decoder_model_merged\.onnx in \S+; put the file back/,
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it('weigh only the graphs that are opened', () => {
    assert.deepEqual(graphsOf(['encoder_model.onnx', 'decoder_model.onnx', 'decoder_with_past_model.onnx'], 'fp32'), [
      'encoder_model.onnx',
      'decoder_model.onnx',
    ]);
    assert.deepEqual(graphsOf(['decoder_model_merged.onnx', 'decoder_model.onnx', 'encoder_model.onnx'], 'fp32'), [
      'decoder_model_merged.onnx',
      'encoder_model.onnx',
    ]);
  });
});
