import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { toProcess } from '../../core/protocol/askType';
import { CaptionedRequest } from '../../core/protocol/captionProtocol';
import { InferenceErrorCode, InferenceRequest } from '../../core/protocol/inferenceProtocol';
import { CaptionStore } from '../../extension/captions/captionStore';
import { imageSource } from '../../extension/captions/imageSource';
import { goneWords } from '../../extension/files/extensionFiles';
import { InferenceClient } from '../../extension/inference/inferenceClient';
import type { InferenceError } from '../../extension/inference/inferenceError';
import { InferenceStatus } from '../../extension/inference/inferenceStatus';
import type { CatalogueEntry } from '../../extension/models/modelCatalogue';
import type { Services } from '../../extension/services/services';
import { headlight, workspaceFile } from './support/headlight';

const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} } as unknown as vscode.LogOutputChannel;

describe('faults', () => {
  let services: Services;
  let folder: string;
  before(async () => {
    services = await (await headlight()).exports.services();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-faults-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('an inference process that is killed while it writes', function () {
    this.timeout(60_000);

    /** Asks, kills the process when it has begun with the model's own work for the `nth` time, and asks again. */
    async function killed<Answer>(nth: number, ask: (client: InferenceClient) => Promise<Answer>): Promise<Answer> {
      const { client } = services;
      const pid = client.processId;
      let count = 0;
      const begun = client.onDidBegin(({ phase }) => {
        if (phase === 'running' && ++count === nth) setTimeout(() => process.kill(client.processId!, 'SIGKILL'), 50);
      });
      const failures = client.failures.all.length;
      const error = await ask(client).then(
        () => assert.fail('It was answered.'),
        (reason: unknown) => reason,
      );
      begun.dispose();
      assert.equal((error as InferenceError).code, InferenceErrorCode.process);
      assert.equal(
        (error as InferenceError).message,
        'The inference process stopped before it answered; try again, and see the log if it stops again.',
      );
      assert.equal(client.failures.all.length, Math.min(20, failures + 1));
      assert.equal(services.status.current.phase, 'stopped');
      const answer = await ask(client);
      assert.notEqual(client.processId, pid);
      return answer;
    }

    it('a text is one sentence, and the next wish writes all of it', async () => {
      const model = await services.catalogue.named('tiny-code-gpt');
      await services.client.request(InferenceRequest.load, { model });
      // It runs before the text is cut into tokens, and after.
      const explanation = await killed(2, client =>
        client.request(InferenceRequest.explain, { model, text: 'const total = 1;\n', newTokens: 200 }),
      );
      assert.ok(explanation.tokens.length > 200);
    });

    it('a caption is one sentence, and the next wish writes it', async () => {
      const model = await services.catalogue.captioner();
      const source = await imageSource(workspaceFile('images/disc.svg'));
      await services.client.request(InferenceRequest.load, { model });
      const caption = await killed(1, client =>
        client.request(toProcess(CaptionedRequest.caption), { of: { model, source }, wish: {} }),
      );
      assert.equal(caption.text, 'a red circle');
    });
  });

  describe('Headlight’s files that are gone while it runs', function () {
    this.timeout(60_000);

    it('are one sentence for what needs them, before and after the process ended; it starts again where they are back', async () => {
      const { extensionPath } = vscode.extensions.getExtension('headlight.headlight')!;
      const [here, gone] = [path.join(folder, 'dist'), path.join(folder, 'gone')];
      cpSync(path.join(extensionPath, 'dist'), here, { recursive: true });
      const model = await services.catalogue.named('tiny-code-gpt');
      const client = new InferenceClient(
        path.join(here, 'process.js'),
        vscode.Uri.file(path.join(folder, 'compiled')),
        new InferenceStatus(),
        log,
      );
      const explain = (text: string) => client.request(InferenceRequest.explain, { model, text });
      const says = { code: InferenceErrorCode.process, message: goneWords };
      try {
        renameSync(here, gone);
        for (let tries = 0; tries < 5; tries++) await assert.rejects(explain('Hello.'), says);
        assert.equal(client.processId, undefined);
        renameSync(gone, here);
        assert.ok((await explain('Hello.')).tokens.length > 0);
        renameSync(here, gone);
        // What is in memory goes on; a drawing needs a script that is gone.
        assert.ok((await explain('Hello again.')).tokens.length > 0);
        const source = await imageSource(workspaceFile('images/disc.svg'));
        const captioner = await services.catalogue.captioner();
        const caption = { of: { model: captioner, source }, wish: {} };
        await assert.rejects(client.request(toProcess(CaptionedRequest.caption), caption), says);
        process.kill(client.processId!, 'SIGKILL');
        await assert.rejects(explain('Hello.'), says);
      } finally {
        client.dispose();
      }
    });
  });

  describe('the workspace’s storage that is removed', function () {
    this.timeout(60_000);
    let told: string[];
    let model: CatalogueEntry;
    const stores: CaptionStore[] = [];
    before(async () => {
      model = await services.catalogue.captioner();
    });
    beforeEach(() => {
      told = [];
    });
    afterEach(() => {
      for (const store of stores.splice(0)) store.dispose();
    });

    const open = (at: string) => {
      const store = new CaptionStore(
        vscode.Uri.file(at),
        () => Promise.resolve(model),
        log,
        message => told.push(message),
      );
      stores.push(store);
      return store;
    };
    const image = (name: string) => workspaceFile(`images/${name}`);

    it('is made again with all captions that the window knows', async () => {
      const storage = path.join(folder, 'storage');
      const store = open(storage);
      await store.edit(image('disc.svg'), 'the first');
      await store.flush();
      rmSync(storage, { recursive: true });
      await store.edit(image('stock.svg'), 'the second');
      await store.flush();
      assert.deepEqual(told, []);
      const again = open(storage);
      for (const [name, text] of [
        ['disc.svg', 'the first'],
        ['stock.svg', 'the second'],
      ]) {
        const state = await again.state(image(name));
        assert.equal(state.phase === 'edited' && state.caption.text, text);
      }
    });

    it('and cannot be made again is told once; captions last, and are written once it can be', async () => {
      const parent = path.join(folder, 'parent');
      writeFileSync(parent, 'A file lies where the folder was.');
      const storage = path.join(parent, 'storage');
      const store = open(storage);
      for (const text of ['one', 'two', 'three']) {
        await store.edit(image('disc.svg'), text);
        await assert.rejects(store.flush());
      }
      assert.deepEqual(told, [
        `Captions cannot be written to ${storage} and last until this window is closed; make room or allow writing there, and the next caption writes all of them.`,
      ]);
      const kept = await store.state(image('disc.svg'));
      assert.equal(kept.phase === 'edited' && kept.caption.text, 'three');
      rmSync(parent);
      mkdirSync(parent);
      await store.edit(image('stock.svg'), 'four');
      await store.flush();
      const state = await open(storage).state(image('disc.svg'));
      assert.equal(state.phase === 'edited' && state.caption.text, 'three');
    });

    it('with its models is no model that there is, and no failure to delete one or to clear', async () => {
      const name = { id: 'headlight/removed', dtype: 'fp16' };
      const models = vscode.Uri.joinPath(services.storage, 'models');
      const there = vscode.Uri.joinPath(models, ...name.id.split('/'), name.dtype).fsPath;
      cpSync((await services.catalogue.named('tiny-code-gpt')).folder, there, { recursive: true });
      writeFileSync(path.join(there, 'headlight.json'), JSON.stringify({ ...name, files: [] }));
      const key = `${name.id}:${name.dtype}`;
      const entry = await services.catalogue.find(key);
      assert.ok(entry);
      await services.client.request(InferenceRequest.load, { model: entry });
      rmSync(models.fsPath, { recursive: true });
      assert.equal(await services.catalogue.find(key), undefined);
      // What is open goes on.
      const { tokens } = await services.client.request(InferenceRequest.explain, { model: entry, text: 'Hello.' });
      assert.ok(tokens.length > 0);
      services.client.stop();
      await assert.rejects(
        services.client.request(InferenceRequest.load, { model: entry }),
        /^InferenceError: headlight\/removed .+; .+\.$/,
      );
      await services.downloads.removeModel(name);
      assert.deepEqual(await services.downloads.clear(), []);
    });
  });
});
