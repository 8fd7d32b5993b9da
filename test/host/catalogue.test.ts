import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Services } from '../../extension/services/services';
import { goodToken, HubServer, repositoryOfFolder } from '../support/hubServer';
import { everything, explain, headlight, untitled, workspaceFile } from './support/headlight';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

/** Waits until a condition holds. */
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  assert.fail(`not in time: ${what}`);
}

describe('the catalogue of models', () => {
  let services: Services;
  let builtIn: string;

  before(async () => {
    services = await (await headlight()).exports.services();
    builtIn = path.dirname((await services.catalogue.used()).folder);
  });
  afterEach(() => services.catalogue.use('tiny-code-gpt'));

  const keys = async () => (await services.catalogue.entries()).map(({ key }) => key);

  it('has a model of the workspace, which explains, in the precision that is chosen', async () => {
    const folder = workspaceFile('models/mine').fsPath;
    cpSync(path.join(builtIn, 'tiny-code-gpt'), folder, { recursive: true });
    try {
      const entry = (await services.catalogue.inWorkspace())[0];
      assert.deepEqual(
        [entry.key, entry.id, entry.dtype, entry.task, entry.size],
        ['./models/mine', 'mine', 'fp16', 'text-generation', '4 layers × 6 heads'],
      );
      await vscode.commands.executeCommand('headlight.useModel', { id: './models/mine' });
      const document = await untitled('const a = 1;');
      assert.equal((await explain(document, everything(document)))?.explanation.model.id, 'mine');
      // What it takes is told of one precision, whatever else lies there.
      writeFileSync(path.join(folder, 'onnx/model.onnx'), Buffer.alloc(1000));
      assert.equal((await services.catalogue.inWorkspace())[0].bytes, entry.bytes);
      rmSync(path.join(folder, 'onnx/model.onnx'));
      renameSync(path.join(folder, 'onnx/model_fp16.onnx'), path.join(folder, 'onnx/model_uint8.onnx'));
      await services.catalogue.use('./models/mine:uint8');
      assert.equal((await explain(document, everything(document)))?.explanation.model.dtype, 'uint8');
      assert.ok(services.catalogue.isUsed((await services.catalogue.inWorkspace())[0]));
      await services.catalogue.use('./models/mine:q4');
      await assert.rejects(
        services.catalogue.used(),
        /^Error: “\.\/models\/mine” is not there in q4, but in uint8; choose with “Headlight: Choose Model…”\.$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads Optimum’s layout, with the ONNX file beside config.json', async () => {
    const folder = workspaceFile('models/flat').fsPath;
    cpSync(path.join(builtIn, 'tiny-code-gpt'), folder, { recursive: true });
    renameSync(path.join(folder, 'onnx/model_fp16.onnx'), path.join(folder, 'model_fp16.onnx'));
    rmSync(path.join(folder, 'onnx'), { recursive: true });
    try {
      await services.catalogue.use('./models/flat');
      const document = await untitled('const a = 1;');
      assert.equal((await explain(document, everything(document)))?.explanation.model.id, 'flat');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes folders that the user adds, says what is wrong with others, and forgets them', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-folder-'));
    try {
      await assert.rejects(
        services.catalogue.addFolder(vscode.Uri.file(folder)),
        /has no config\.json; choose a folder/,
      );
      writeFileSync(path.join(folder, 'config.json'), '{}');
      await assert.rejects(
        services.catalogue.addFolder(vscode.Uri.file(folder)),
        /holds no ONNX files; export the model/,
      );
      writeFileSync(path.join(folder, 'config.json'), '{');
      await assert.rejects(services.catalogue.addFolder(vscode.Uri.file(folder)), /not valid JSON/);
      cpSync(path.join(builtIn, 'tiny-code-classifier'), folder, { recursive: true });
      await services.catalogue.addFolder(vscode.Uri.file(folder));
      assert.ok((await keys()).includes(folder));
      await services.catalogue.use(folder);
      assert.equal((await services.catalogue.used()).task, 'text-classification');
      await services.catalogue.removeFolder(folder);
      assert.ok(!(await keys()).includes(folder));
      assert.equal(
        (await services.catalogue.used()).id,
        'tiny-code-gpt',
        'what was taken off the list is still named by the settings',
      );
      await services.catalogue.choice.use(folder, 'text');
      await assert.rejects(services.catalogue.used(), /There is no model “.+”; choose one/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('opens nothing outside the workspace by a workspace’s name', async () => {
    for (const key of ['./../../etc', '/etc', 'a/../../b:fp16']) {
      assert.equal(await services.catalogue.find(key), undefined, key);
    }
    mkdirSync(workspaceFile('models').fsPath, { recursive: true });
    const link = workspaceFile('models/link').fsPath;
    symlinkSync('/etc', link);
    try {
      assert.equal(await services.catalogue.find('./models/link'), undefined);
    } finally {
      rmSync(link);
    }
  });

  it('remembers a model for images apart from that for text', async () => {
    await services.catalogue.use('tiny-captioner');
    assert.equal(services.catalogue.usedId, 'tiny-code-gpt');
    assert.equal((await services.catalogue.used('image')).id, 'tiny-captioner');
  });

  it('remembers a model for this workspace alone where wished', async () => {
    const configuration = () => vscode.workspace.getConfiguration('headlight').inspect<string>('model');
    await vscode.commands.executeCommand('headlight.useModelInWorkspace', { id: 'tiny-dates' });
    assert.equal(configuration()?.workspaceValue, 'tiny-dates');
    assert.notEqual(configuration()?.globalValue, 'tiny-dates');
    await vscode.workspace
      .getConfiguration('headlight')
      .update('model', undefined, vscode.ConfigurationTarget.Workspace);
  });
});

describe('a model’s architecture', () => {
  it('is shown as a document: layers, heads, widths, vocabulary, and each attention found', async () => {
    await vscode.commands.executeCommand('headlight.showArchitecture', { id: 'tiny-code-gpt' });
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.from({ scheme: 'headlight-model', path: '/tiny-code-gpt (fp16).md' }),
    );
    const text = document.getText();
    for (const row of [/\| Layers \| 4 \|/, /\| Heads \| 6 \|/, /\| Width \| 192 \|/, /\| Vocabulary \| [\d,]+ \|/]) {
      assert.match(text, row);
    }
    assert.equal(text.match(/^\| self \| \d \| 6 \| 32 \| yes \|/gm)?.length, 4);
    // The preview alone: other tests' documents are unsaved, and closing them would ask.
    await vscode.window.tabGroups.close(vscode.window.tabGroups.activeTabGroup.activeTab!);
  });
});

describe('downloads from a hub', () => {
  let services: Services;
  let server: HubServer;

  before(async () => {
    services = await (await headlight()).exports.services();
    const folder = (await services.catalogue.used()).folder;
    const repository = repositoryOfFolder(folder, { task: 'text-generation', licence: 'mit' });
    server = await HubServer.start({ 'headlight/gpt': repository, 'headlight/gated': { ...repository, gated: true } });
    await setting('hub', server.address);
  });
  after(async () => {
    await setting('hub', undefined);
    await services.catalogue.use('tiny-code-gpt');
    await server.stop();
    rmSync(services.storage.fsPath, { recursive: true, force: true });
  });
  afterEach(() => server.calm());

  const setting = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('headlight').update(name, value, vscode.ConfigurationTarget.Global);
  const downloaded = async () => (await services.catalogue.downloaded()).map(({ key }) => key);

  it('end in the catalogue, from where the model explains', async () => {
    const { catalogue, downloads } = services;
    const model = await downloads.look('headlight/gpt');
    const seen: number[] = [];
    const subscription = downloads.onDidProgress(({ done }) => seen.push(done));
    assert.equal(await downloads.start(model, 'fp16'), true);
    subscription.dispose();
    assert.deepEqual(seen.at(-1), model.precisions[0].bytes);
    assert.deepEqual(await downloaded(), ['headlight/gpt:fp16']);
    assert.deepEqual(downloads.all, []);
    assert.ok(existsSync(path.join(services.storage.fsPath, 'models/headlight/gpt/fp16/headlight.json')));
    await catalogue.use('headlight/gpt');
    const document = await untitled('const a = 1;');
    assert.equal((await explain(document, everything(document)))?.explanation.model.id, 'headlight/gpt');
  });

  it('can be cancelled, are remembered as stopped, go on, and can be thrown away', async () => {
    const { downloads } = services;
    rmSync(services.storage.fsPath, { recursive: true, force: true });
    const model = await downloads.look('headlight/gpt');
    server.trouble({ path: /\.onnx\?/, slow: 20 });
    const running = downloads.start(model, 'fp16');
    await until(() => downloads.all.some(({ done }) => done > 400_000), 'some bytes');
    downloads.cancel({ id: 'headlight/gpt', dtype: 'fp16' });
    assert.equal(await running, false);
    const [stopped] = downloads.all;
    assert.deepEqual([stopped.state, stopped.failure], ['stopped', undefined]);
    assert.ok(stopped.done > 400_000);
    assert.deepEqual(await downloaded(), []);
    server.calm();
    assert.equal(await downloads.start(stopped.model, 'fp16'), true);
    assert.ok(
      server.requests.some(({ host, range }) => host === 'cdn' && range),
      'started from the beginning',
    );
    assert.deepEqual(await downloaded(), ['headlight/gpt:fp16']);
    server.trouble({ path: /\.onnx\?/, wrong: true });
    await assert.rejects(downloads.start(model, 'fp16'), /arrived twice with other bytes/);
    assert.match(downloads.all[0].failure ?? '', /arrived twice/);
    assert.deepEqual(await downloaded(), ['headlight/gpt:fp16'], 'the whole model was lost to a broken download');
    await downloads.discard({ id: 'headlight/gpt', dtype: 'fp16' });
    assert.deepEqual(downloads.all, []);
  });

  it('of another window are waited for, not discarded, and gone on with once it lets go', async () => {
    const { downloads } = services;
    const name = { id: 'headlight/gpt', dtype: 'fp16' };
    rmSync(services.storage.fsPath, { recursive: true, force: true });
    const model = await downloads.look(name.id);
    const lock = path.join(services.storage.fsPath, 'downloads', name.id, 'fp16.lock');
    mkdirSync(path.join(path.dirname(lock), `fp16@${model.revision}`), { recursive: true });
    const another = JSON.stringify({ pid: process.pid, window: 1, host: os.hostname(), id: 'of another window' });
    writeFileSync(lock, another);
    const waiting = downloads.start(model, 'fp16');
    await until(() => downloads.all.some(({ elsewhere }) => elsewhere), 'that it waits');
    await assert.rejects(downloads.discard(name), /is being downloaded in another window; cancel it there first/);
    assert.equal(await waiting, false);
    const again = downloads.start(model, 'fp16');
    await until(() => downloads.all.some(({ elsewhere }) => elsewhere), 'that it waits');
    rmSync(lock);
    assert.equal(await again, true);
    assert.deepEqual(await downloaded(), ['headlight/gpt:fp16']);

    // What another window has open is not cleared.
    const mark = path.join(services.storage.fsPath, 'models', name.id, 'fp16.in-use-by-another');
    writeFileSync(mark, another);
    assert.deepEqual(await downloads.clear(), [{ ...name, why: 'used' }]);
    await assert.rejects(downloads.removeModel(name), /is in use in another window/);
    assert.deepEqual(await downloaded(), ['headlight/gpt:fp16']);
    rmSync(mark);
    assert.deepEqual(await downloads.clear(), []);
    assert.deepEqual(await downloaded(), []);
  });

  it('send the token of the secret store, and say what to do without one', async () => {
    const { downloads, hub } = services;
    const model = await downloads.look('headlight/gpt');
    const gated = { ...model, id: 'headlight/gated', revision: 'main' };
    await assert.rejects(downloads.look('headlight/gated'), /gated; accept the model’s terms/);
    await hub.setToken(goodToken);
    assert.equal((await downloads.look('headlight/gated')).gated, true);
    await hub.setToken(undefined);
    await assert.rejects(downloads.start(gated, 'fp16'), /Set Hub Token/);
    await downloads.discard({ id: 'headlight/gated', dtype: 'fp16' });
  });

  it('ask nothing of the network while Headlight is offline', async () => {
    await setting('offline', true);
    await assert.rejects(
      services.downloads.look('headlight/gpt'),
      /Headlight is offline, by the setting headlight\.offline/,
    );
    assert.deepEqual(server.requests, []);
    await setting('offline', undefined);
  });
});

describe('an ONNX file of the workspace', () => {
  it('is explained on inputs that lie beside it, and comes back by its name', async () => {
    const { panels, catalogue } = await (await headlight()).exports.services();
    const { history } = (await headlight()).exports;
    const graph = workspaceFile('graph/items.onnx');
    mkdirSync(workspaceFile('graph').fsPath, { recursive: true });
    cpSync(path.join((await catalogue.used()).folder, 'onnx/model_fp16.onnx'), graph.fsPath);
    writeFileSync(
      workspaceFile('graph/items.inputs.json').fsPath,
      JSON.stringify({ input_ids: [11, 12, 13, 12], vocabulary: { 11: 'bread', 12: 'milk' } }),
    );
    try {
      await vscode.commands.executeCommand('headlight.explainGraph', graph);
      const [run] = history.all;
      assert.deepEqual(
        run.explanation.tokens.map(({ text }) => text.trim()),
        ['bread', 'milk', '13', 'milk'],
      );
      assert.equal(run.explanation.model.id, 'items.onnx');
      assert.equal(run.source.title, 'items.onnx, items.inputs.json');
      assert.ok(run.model.key);
      assert.deepEqual((await catalogue.named(run.model.key)).graph, run.model.graph);
      panels.show(run);
    } finally {
      rmSync(workspaceFile('graph').fsPath, { recursive: true });
    }
  });
});
