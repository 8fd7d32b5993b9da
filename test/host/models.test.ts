import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { InferenceErrorCode, InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { InferenceError } from '../../extension/inference/inferenceError';
import { everything, explain, headlight, untitled } from './support/headlight';

describe('the built-in models', () => {
  const texts: Record<string, { text: string; kinds: string[]; writes?: string }> = {
    'tiny-code-gpt': { text: 'def total(items):\n    return sum(items)', kinds: ['self'] },
    'tiny-code-classifier': { text: 'def total(items):\n    return sum(items)', kinds: ['self'] },
    'tiny-dates': { text: 'the 3rd of march, 2021', kinds: ['encoder', 'decoder', 'cross'], writes: '2021-03-03' },
  };

  after(async () => (await (await headlight()).exports.services()).catalogue.use('tiny-code-gpt'));

  for (const [id, { text, kinds, writes }] of Object.entries(texts)) {
    it(`${id} can be chosen, opens, and shows its attention`, async () => {
      const { catalogue } = await (await headlight()).exports.services();
      await vscode.commands.executeCommand('headlight.useModel', { id });
      assert.equal(catalogue.usedId, id);
      const document = await untitled(text);
      const run = await explain(document, everything(document));
      assert.ok(run);
      assert.equal(run.explanation.model.id, id);
      assert.deepEqual(
        run.explanation.groups.map(group => group.kind),
        kinds,
      );
      assert.equal(run.explanation.output?.text, writes);
    });
  }
});

describe('a model that is broken', () => {
  let folder: string;
  let model: ModelReference;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-model-'));
    const { catalogue } = await (await headlight()).exports.services();
    const builtIn = (await catalogue.entries())[0];
    cpSync(builtIn.folder, folder, { recursive: true });
    model = { id: 'broken', folder, dtype: 'fp16' };
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const onnx = () => path.join(folder, 'onnx/model_fp16.onnx');
  /** What is broken, and what the sentence says of it. */
  const cases: Record<string, readonly [() => void, RegExp]> = {
    'is cut short': [() => truncateSync(onnx(), 100_000), /truncated/],
    'is empty': [() => truncateSync(onnx(), 0), /empty/],
    'is not ONNX': [() => writeFileSync(onnx(), 'Not a model, but a page that says 404.'), /not an ONNX model/],
    'has flipped bytes': [
      () => {
        const bytes = readFileSync(onnx());
        for (let i = 0; i < 4000; i++) bytes[i] ^= 0xff;
        writeFileSync(onnx(), bytes);
      },
      /not an ONNX model/,
    ],
    'has no weights file': [() => rmSync(onnx()), /no onnx\/model_fp16\.onnx in /],
    'has no config.json': [() => rmSync(path.join(folder, 'config.json')), /no config\.json/],
    'has a broken tokenizer.json': [
      () => truncateSync(path.join(folder, 'tokenizer.json'), 100),
      /tokenizer\.json is not valid JSON/,
    ],
  };

  for (const [name, [breakIt, says]] of Object.entries(cases)) {
    it(`that ${name} is one sentence that names it, and the process lives on`, async () => {
      const { client, catalogue } = await (await headlight()).exports.services();
      await client.request(InferenceRequest.load, { model: await referenceOf(catalogue.used()) });
      const before = client.processId;
      breakIt();
      await assert.rejects(
        client.request(InferenceRequest.explain, { model, text: 'const a = 1;' }),
        (error: unknown) => {
          assert.equal((error as InferenceError).code, InferenceErrorCode.model);
          assert.match((error as Error).message, /^broken/);
          assert.match((error as Error).message, says);
          assert.match((error as Error).message, /^[^\n]{20,300}$/);
          return true;
        },
      );
      assert.equal(client.processId, before);
    });
  }

  it('opens once its file is whole again', async () => {
    const { client } = await (await headlight()).exports.services();
    const whole = readFileSync(onnx());
    truncateSync(onnx(), 100_000);
    await assert.rejects(client.request(InferenceRequest.load, { model }));
    writeFileSync(onnx(), whole);
    const info = await client.request(InferenceRequest.load, { model });
    assert.equal(info.architecture, 'gpt2');
  });
});

describe('the inference process', () => {
  it('that is killed while it works fails that request with a sentence, and the next one works', async () => {
    const { client, catalogue } = await (await headlight()).exports.services();
    const model = await referenceOf(catalogue.used());
    await client.request(InferenceRequest.load, { model });
    const killed = client.processId;
    assert.ok(killed);
    process.kill(killed, 'SIGSTOP');
    const failed = client.request(InferenceRequest.explain, { model, text: 'const a = 1;' });
    process.kill(killed, 'SIGKILL');
    await assert.rejects(failed, /^InferenceError: The inference process stopped/);
    const explanation = await client.request(InferenceRequest.explain, { model, text: 'const a = 1;' });
    assert.ok(explanation.tokens.length > 0);
    assert.notEqual(client.processId, killed);
  });

  it('ends on the command and starts again with the next request', async () => {
    const { client } = await (await headlight()).exports.services();
    await vscode.commands.executeCommand('headlight.stopInference');
    assert.equal(client.processId, undefined);
    assert.equal((await headlight()).exports.status.current.phase, 'stopped');
    const document = await untitled('let x = 1;');
    assert.ok(await explain(document, everything(document)));
  });

  it('shares what it works on with nobody who cancelled', async () => {
    const { client, catalogue } = await (await headlight()).exports.services();
    const source = new vscode.CancellationTokenSource();
    const answer = client.request(
      InferenceRequest.explain,
      { model: await referenceOf(catalogue.used()), text: 'const b = 2;\n'.repeat(80) },
      source.token,
    );
    source.cancel();
    await assert.rejects(answer, { code: InferenceErrorCode.cancelled });
  });
});

async function referenceOf(entry: Promise<ModelReference>): Promise<ModelReference> {
  const { id, folder, dtype } = await entry;
  return { id, folder, dtype };
}
