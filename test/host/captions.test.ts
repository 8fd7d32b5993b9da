import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import type { CatalogueEntry } from '../../extension/models/modelCatalogue';
import type { Services } from '../../extension/services/services';
import type { BatchEnd } from '../../extension/captions/captionQueue';
import { CaptionStore } from '../../extension/captions/captionStore';
import { headlight, workspaceFile } from './support/headlight';
import * as vscode from 'vscode';

const disc = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="5" fill="${color}"/></svg>`;

describe('captions of the workspace’s images', function () {
  this.timeout(120_000);
  let services: Services;
  let model: CatalogueEntry;
  const folder = () => workspaceFile('batch');
  const at = (name: string) => vscode.Uri.joinPath(folder(), name);
  const write = (name: string, text: string) => vscode.workspace.fs.writeFile(at(name), new TextEncoder().encode(text));
  const run = (...names: string[]): Promise<BatchEnd> => services.captionQueue.add(names.map(at), model);
  const state = (name: string) => services.captionStore.state(at(name));

  before(async () => {
    services = await (await headlight()).exports.services();
    model = await services.catalogue.captioner();
    await write('red.svg', disc('red'));
    await write('blue.svg', disc('blue'));
    await write('broken.png', 'no picture');
    await write('empty.jpg', '');
    await write('hidden/secret.svg', disc('red'));
    await write('.gitignore', 'hidden/\n');
  });
  after(() => vscode.workspace.fs.delete(folder(), { recursive: true }));

  it('broken files tell what is wrong with them, the rest is captioned', async () => {
    const end = await run('broken.png', 'red.svg', 'empty.jpg', 'missing.png', 'blue.svg');
    assert.deepEqual(end, { done: 2, failed: 3, total: 5, cancelled: false, stopped: undefined });
    const red = await state('red.svg');
    assert.equal(red.phase === 'done' && red.caption.text, 'a red circle');
    const confidence = red.phase === 'done' ? red.caption.record?.confidence : undefined;
    assert.ok(confidence !== undefined && confidence > 0 && confidence <= 1, `${confidence}`);
    const broken = await state('broken.png');
    assert.match(broken.phase === 'failed' ? broken.reason : broken.phase, /broken\.png is not a PNG file/);
    const empty = await state('empty.jpg');
    assert.match(empty.phase === 'failed' ? empty.reason : empty.phase, /empty\.jpg is empty/);
    // As after a reload of the window: the reason is kept until the file changes.
    await services.captionStore.flush();
    const again = new CaptionStore(services.storageUri, () => Promise.resolve(model), services.log);
    assert.deepEqual(await again.state(at('broken.png')), broken);
    await write('broken.png', 'no picture either');
    assert.equal((await again.state(at('broken.png'))).phase, 'none');
    await write('broken.png', 'no picture');
    again.dispose();
  });

  it('a moved or renamed image keeps its caption, a changed one is stale until it is captioned again', async () => {
    await vscode.workspace.fs.rename(at('red.svg'), at('deeper/renamed.svg'));
    const moved = await state('deeper/renamed.svg');
    assert.equal(moved.phase === 'done' && moved.caption.text, 'a red circle');
    await write('deeper/renamed.svg', `${disc('red')}<!-- changed -->`);
    const changed = await state('deeper/renamed.svg');
    assert.equal(changed.phase === 'stale' && changed.caption.text, 'a red circle');
    assert.equal((await run('deeper/renamed.svg')).done, 1);
    assert.equal((await state('deeper/renamed.svg')).phase, 'done');
  });

  it('the user’s words go before the model’s, also after another caption', async () => {
    await services.captionStore.edit(at('blue.svg'), 'our button');
    await run('blue.svg');
    const edited = await state('blue.svg');
    assert.equal(edited.phase === 'edited' && edited.caption.text, 'our button');
    await services.captionStore.remove(at('blue.svg'));
    assert.equal((await state('blue.svg')).phase, 'none');
  });

  it('lists the images that files.exclude and .gitignore leave in, and no larger ones than the setting says', async () => {
    const paths = async () =>
      (await services.images.all()).map(({ path }) => path).filter(path => path.startsWith('batch/'));
    await eventually(async () =>
      assert.deepEqual(await paths(), [
        'batch/blue.svg',
        'batch/broken.png',
        'batch/deeper/renamed.svg',
        'batch/empty.jpg',
      ]),
    );
    const settings = vscode.workspace.getConfiguration();
    await settings.update('files.exclude', { '**/deeper': true }, vscode.ConfigurationTarget.Workspace);
    await eventually(async () =>
      assert.deepEqual(await paths(), ['batch/blue.svg', 'batch/broken.png', 'batch/empty.jpg']),
    );
    await settings.update('files.exclude', undefined, vscode.ConfigurationTarget.Workspace);
    await settings.update('headlight.captions.maximumFileSize', 20 / 2 ** 20, vscode.ConfigurationTarget.Workspace);
    await eventually(async () => assert.deepEqual(await paths(), ['batch/broken.png', 'batch/empty.jpg']));
    assert.ok(services.images.tooLarge >= 2);
    await settings.update('headlight.captions.maximumFileSize', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('a cancelled batch ends at once; what waited is as it was before', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `many/${i}.svg`);
    for (const [i, name] of names.entries()) await write(name, `${disc('green')}<!-- ${i} -->`);
    const progress = new Promise<void>(resolve => {
      const listening = services.captionQueue.onDidProgress(({ done }) => {
        if (done < 2) return;
        listening.dispose();
        resolve();
      });
    });
    const batch = run(...names);
    assert.equal(services.captionQueue.phase(at('many/29.svg'))?.phase, 'queued');
    await progress;
    services.captionQueue.cancel();
    const end = await batch;
    assert.ok(end.cancelled && end.done >= 2 && end.done < 30, JSON.stringify(end));
    assert.equal(services.captionQueue.phase(at('many/29.svg')), undefined);
    assert.equal((await state('many/29.svg')).phase, 'none');
    assert.equal((await run('many/29.svg')).done, 1);
  });

  it('“Caption Images” takes folders and selections; “Caption Image” on a link in a document takes what it shows', async () => {
    await write('chosen/deep/a.svg', `${disc('orange')}<!-- a -->`);
    await write('chosen/b.svg', `${disc('orange')}<!-- b -->`);
    await write('beside.svg', `${disc('orange')}<!-- c -->`);
    await write('page.md', 'Text ![](chosen/b.svg)');
    await eventually(async () => {
      const listed = (await services.images.all()).map(({ path }) => path);
      assert.ok(['chosen/deep/a.svg', 'chosen/b.svg', 'beside.svg'].every(name => listed.includes(`batch/${name}`)));
    });
    await vscode.commands.executeCommand('headlight.captionImages', at('chosen'), [at('chosen')]);
    assert.deepEqual(
      [
        (await state('chosen/deep/a.svg')).phase,
        (await state('chosen/b.svg')).phase,
        (await state('beside.svg')).phase,
      ],
      ['done', 'done', 'none'],
    );
    await vscode.commands.executeCommand('headlight.captionImages', at('beside.svg'), [
      at('beside.svg'),
      at('broken.png'),
    ]);
    assert.equal((await state('beside.svg')).phase, 'done');
    await services.captionStore.remove(at('chosen/b.svg'));
    const editor = await vscode.window.showTextDocument(at('page.md'));
    editor.selection = new vscode.Selection(0, 8, 0, 8);
    await vscode.commands.executeCommand('headlight.captionImage');
    assert.equal((await state('chosen/b.svg')).phase, 'done');
    // Closing unsaved documents of other tests would ask.
    await vscode.window.tabGroups.close(
      vscode.window.tabGroups.all.flatMap(group => group.tabs).filter(tab => !tab.isDirty),
    );
  });

  it('images of one content share a caption, wherever it is changed', async () => {
    await write('twins/one.svg', `${disc('purple')}<!-- twins -->`);
    await write('twins/two.svg', `${disc('purple')}<!-- twins -->`);
    const shown = async (name: string) => {
      const image = (await services.images.all()).find(({ path }) => path === `batch/twins/${name}`);
      return image && services.images.state(image);
    };
    await eventually(async () => assert.equal((await shown('two.svg'))?.phase, 'none'));
    await run('twins/one.svg');
    await eventually(async () => assert.equal((await shown('two.svg'))?.phase, 'done'));
    await services.captionStore.edit(at('twins/two.svg'), 'a purple disc');
    await eventually(async () => {
      const one = await shown('one.svg');
      assert.equal(one?.phase === 'edited' && one.caption.text, 'a purple disc');
    });
    await services.captionStore.remove(at('twins/one.svg'));
    await eventually(async () => assert.equal((await shown('two.svg'))?.phase, 'none'));
  });

  it('an image in the place of one that was renamed is not its change', async () => {
    // Of what is written into a folder that is new the system may tell nothing: then it is written once more.
    await eventually(async () => {
      await write('place/a.svg', `${disc('navy')}<!-- a -->`);
      await new Promise(resolve => setTimeout(resolve, 500));
      assert.ok((await services.images.all()).some(({ path }) => path === 'batch/place/a.svg'));
    });
    await run('place/a.svg');
    await vscode.workspace.fs.rename(at('place/a.svg'), at('place/b.svg'));
    await eventually(async () =>
      assert.ok((await services.images.all()).some(({ path }) => path === 'batch/place/b.svg')),
    );
    await write('place/a.svg', `${disc('teal')}<!-- another -->`);
    assert.equal((await state('place/a.svg')).phase, 'none');
    assert.equal((await state('place/b.svg')).phase, 'done');
  });

  it('moves and changes while no window is open are seen afterwards, and an older version of the model', async () => {
    for (const name of ['moved', 'changed', 'swapped', 'other']) {
      await write(`closed/${name}.svg`, `${disc('gold')}<!-- ${name} -->`);
    }
    await run('closed/moved.svg', 'closed/changed.svg', 'closed/swapped.svg', 'closed/other.svg');
    await services.captionStore.edit(at('closed/swapped.svg'), 'swapped words');
    await services.captionStore.flush();
    const storage = vscode.Uri.joinPath(services.storageUri!, 'another-window');
    const kept = vscode.Uri.joinPath(services.storageUri!, 'captions.json');
    await vscode.workspace.fs.createDirectory(storage);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(kept));
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(storage, 'captions.json'), new TextEncoder().encode(text));
    renameSync(at('closed/moved.svg').fsPath, at('elsewhere.svg').fsPath);
    writeFileSync(at('closed/changed.svg').fsPath, disc('silver'));
    renameSync(at('closed/swapped.svg').fsPath, at('closed/third.svg').fsPath);
    renameSync(at('closed/other.svg').fsPath, at('closed/swapped.svg').fsPath);
    renameSync(at('closed/third.svg').fsPath, at('closed/other.svg').fsPath);
    const store = new CaptionStore(storage, () => Promise.resolve(model), services.log);
    try {
      assert.equal((await store.state(at('elsewhere.svg'))).phase, 'done');
      assert.equal((await store.state(at('closed/changed.svg'))).phase, 'stale');
      assert.equal((await store.state(at('closed/swapped.svg'))).phase, 'done');
      const other = await store.state(at('closed/other.svg'));
      assert.equal(other.phase === 'edited' && other.caption.text, 'swapped words');
      await assert.rejects(async () => store.state(at('closed/moved.svg')));
    } finally {
      store.dispose();
      await store.flush();
    }
    const older = text.replaceAll(/"version":"[0-9a-f]+"/g, '"version":"000000000000"');
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(storage, 'captions.json'), new TextEncoder().encode(older));
    const reader = new CaptionStore(storage, () => Promise.resolve(model), services.log);
    const stale = await reader.state(at('elsewhere.svg'));
    reader.dispose();
    await reader.flush();
    assert.match(
      stale.phase === 'stale' ? stale.reason : stale.phase,
      /An older version of tiny-captioner wrote this caption/,
    );
    const before = text.replaceAll(/"confidence":[^,]+,/g, '');
    assert.notEqual(before, text);
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(storage, 'captions.json'),
      new TextEncoder().encode(before),
    );
    const third = new CaptionStore(storage, () => Promise.resolve(model), services.log);
    const unmeasured = await third.state(at('elsewhere.svg'));
    third.dispose();
    await third.flush();
    assert.match(
      unmeasured.phase === 'stale' ? unmeasured.reason : unmeasured.phase,
      /before Headlight kept how sure the model was/,
    );
    await vscode.workspace.fs.delete(storage, { recursive: true });
  });

  it('changes that come while others are written are written, too', async () => {
    const { captionStore } = services;
    const flushes: Promise<void>[] = [];
    for (let i = 0; i < 10; i++) {
      await captionStore.edit(at('beside.svg'), `words ${i}`);
      flushes.push(captionStore.flush());
    }
    await Promise.all(flushes);
    const file = vscode.Uri.joinPath(services.storageUri!, 'captions.json');
    assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), /words 9/);
  });

  it('captions outlive the window: they lie in the workspace’s storage', async () => {
    await services.captionStore.flush();
    const file = vscode.Uri.joinPath(services.storageUri!, 'captions.json');
    const kept = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file))) as {
      records: { text: string; version: string }[];
    };
    const record = kept.records.find(({ text }) => text === 'a red circle');
    assert.match(record?.version ?? '', /^[0-9a-f]{12}$/);
  });
});

/** Until the check passes, or for ten seconds: the search for images follows changes of files and settings in its time. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + 10_000; ;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}
