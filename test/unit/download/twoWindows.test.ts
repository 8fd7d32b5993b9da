import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import 'vscode-jsonrpc/node';
import { CancellationTokenSource, type MessageConnection } from 'vscode-jsonrpc';
import {
  downloadProgress,
  DownloadRequest,
  type DownloadProgress,
  type HubModel,
} from '../../../core/protocol/downloadProtocol';
import { InferenceRequest } from '../../../core/protocol/inferenceProtocol';
import { connect } from '../../../core/protocol/messagePort';
import { childPort } from '../../../extension/inference/childPort';
import { HubServer, repositoryOf, sha256 } from '../../support/hubServer';

const gpt = 'test/fixtures/models/tiny-code-gpt';
const weights = 'onnx/model_quantized.onnx';
const small = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const id = 'headlight/gpt';
const dtype = 'q8';

/** A window's process, as the extension host starts it. */
interface WindowProcess {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly progress: DownloadProgress[];
}

/** Each window has a process of its own; both have one storage. The windows' host is this process. */
describe('two windows', function () {
  this.timeout(60_000);
  let server: HubServer;
  let model: HubModel;
  let storage: string;
  let started: WindowProcess[];
  /** Whose processes ask: those of this window, or of one that started none of them. */
  const [thisWindow, another] = [process.pid, 1];

  before(async () => {
    const files = Object.fromEntries([...small, weights].map(file => [file, path.join(gpt, file)]));
    server = await HubServer.start({ [id]: repositoryOf(files, { task: 'text-generation' }) });
    const { connection, child } = start();
    model = await connection.sendRequest(DownloadRequest.look, { hub: { address: server.address }, id });
    child.kill();
  });
  beforeEach(() => {
    storage = mkdtempSync(path.join(os.tmpdir(), 'headlight-windows-'));
    started = [];
  });
  afterEach(() => {
    for (const { child } of started) child.kill('SIGKILL');
    server.calm();
    rmSync(storage, { recursive: true });
  });
  after(() => server.stop());

  function start(): WindowProcess {
    const child = fork(path.resolve('dist/process.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const connection = connect(childPort(child));
    const progress: DownloadProgress[] = [];
    connection.onNotification(downloadProgress, told => void progress.push(told));
    connection.listen();
    const one = { child, connection, progress };
    started?.push(one);
    return one;
  }

  const download = ({ connection }: WindowProcess, token?: CancellationTokenSource['token']) =>
    connection.sendRequest<unknown>(
      DownloadRequest.download.method,
      { hub: { address: server.address }, model, dtype, storage },
      ...(token ? [token] : []),
    );
  const clear = ({ connection }: WindowProcess, window: number) =>
    connection.sendRequest(DownloadRequest.clear, { storage, window });
  const discard = ({ connection }: WindowProcess, window: number) =>
    connection.sendRequest(DownloadRequest.remove, { storage, name: { id, dtype }, what: 'download', window });

  const folder = () => path.join(storage, 'models', id, dtype);
  const unfinished = () => path.join(storage, 'downloads', id);
  const part = () => path.join(unfinished(), `${dtype}@${model.revision}`, `${weights}.part`);
  const ranges = () => server.requests.filter(({ host }) => host === 'cdn').map(({ range }) => range);

  /** A model that is there, as a download leaves it. */
  function downloaded(name: string): string {
    const target = path.join(storage, 'models/headlight', name, dtype);
    cpSync(gpt, target, { recursive: true });
    writeFileSync(path.join(target, 'headlight.json'), JSON.stringify({ id: `headlight/${name}`, dtype, files: [] }));
    return target;
  }
  const load = ({ connection }: WindowProcess, target: string) =>
    connection.sendRequest(InferenceRequest.load, { model: { id: 'gpt', folder: target, dtype } });

  async function until(what: () => boolean): Promise<void> {
    for (const end = Date.now() + 20_000; !what(); await delay(10)) assert.ok(Date.now() < end, what.toString());
  }
  const begun = () => until(() => existsSync(part()) && statSync(part()).size > 200_000);

  function assertWhole(): void {
    const bytes = (where: string) => sha256(readFileSync(path.join(where, weights)));
    assert.equal(bytes(folder()), bytes(gpt));
    assert.ok(existsSync(path.join(folder(), 'headlight.json')));
    assert.deepEqual(readdirSync(unfinished()), []);
  }

  it('one downloads, the other shows the same progress: both have the model, and every byte came once', async () => {
    server.trouble({ path: /\.onnx/, slow: 10 });
    const [first, second] = [start(), start()];
    const whole = download(first);
    await begun();
    await Promise.all([whole, download(second)]);
    assertWhole();
    assert.deepEqual(ranges(), [undefined]);
    assert.ok(first.progress.every(({ elsewhere }) => !elsewhere));
    const seen = second.progress;
    assert.ok(seen.length > 2 && seen.every(({ elsewhere }) => elsewhere));
    const done = seen.map(one => one.done);
    assert.ok(done[0] > 200_000, 'begins with what is there');
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal(done.at(-1), seen[0].total);
  });

  it('both begin at once: one fetches, the other waits', async () => {
    // So that the one whose process starts first is not done before the other begins.
    server.trouble({ path: /\.onnx/, slow: 10 });
    const both = [start(), start()];
    await Promise.all(both.map(one => download(one)));
    assertWhole();
    assert.equal(ranges().length, 1);
  });

  it('the one that waits goes on where a killed one ended', async () => {
    server.trouble({ path: /\.onnx/, slow: 10 });
    const [first, second] = [start(), start()];
    const lost = download(first).then(
      () => assert.fail('It was to be killed.'),
      () => undefined,
    );
    await begun();
    const whole = download(second);
    await until(() => second.progress.length > 0);
    first.child.kill('SIGKILL');
    first.connection.dispose();
    server.calm();
    await Promise.all([whole, lost]);
    assertWhole();
    assert.equal(ranges().length, 1);
    assert.ok(Number(/^bytes=(\d+)-$/.exec(ranges()[0] ?? '')?.[1]) > 200_000, ranges().join());
    assert.equal(second.progress.at(-1)?.elsewhere, false);
  });

  it('the one that waits goes on where the other is cancelled, and stops waiting where it is cancelled itself', async () => {
    server.trouble({ path: /\.onnx/, slow: 10 });
    const [first, second, third] = [start(), start(), start()];
    const [cancelFirst, cancelThird] = [new CancellationTokenSource(), new CancellationTokenSource()];
    const cancelled = assert.rejects(download(first, cancelFirst.token));
    await begun();
    const whole = download(second);
    const given = assert.rejects(download(third, cancelThird.token));
    await until(() => second.progress.length > 0 && third.progress.length > 0);
    cancelThird.cancel();
    await given;
    assert.ok(existsSync(part()), 'the download of another window was touched');
    cancelFirst.cancel();
    server.calm();
    await Promise.all([whole, cancelled]);
    assertWhole();
  });

  it('an unfinished download is discarded in its own window, not in another', async () => {
    server.trouble({ path: /\.onnx/, slow: 10 });
    const [first, second] = [start(), start()];
    const cancel = new CancellationTokenSource();
    const ended = assert.rejects(download(first, cancel.token));
    await begun();
    await assert.rejects(
      discard(second, another),
      /headlight\/gpt \(q8\) is being downloaded in another window; cancel it there first\./,
    );
    assert.ok(existsSync(part()));
    cancel.cancel();
    await discard(first, thisWindow);
    await ended;
    assert.deepEqual(readdirSync(unfinished()), []);
  });

  it('Clear Cache leaves the model that another window has open, which goes on, and clears the others', async () => {
    const [used, other] = [downloaded('used'), downloaded('other')];
    const [first, second] = [start(), start()];
    await load(first, used);
    await assert.rejects(
      second.connection.sendRequest(DownloadRequest.remove, {
        storage,
        name: { id: 'headlight/used', dtype },
        what: 'model',
        window: another,
      }),
      /headlight\/used \(q8\) is in use in another window; close what shows it there/,
    );
    assert.deepEqual(await clear(second, another), [{ id: 'headlight/used', dtype, why: 'used' }]);
    assert.ok(!existsSync(other));
    const { tokens } = await first.connection.sendRequest(InferenceRequest.explain, {
      model: { id: 'gpt', folder: used, dtype },
      text: 'const a = 1;',
    });
    assert.ok(tokens.length > 2);
    // The window's own use does not count.
    assert.deepEqual(await clear(second, thisWindow), []);
    assert.ok(!existsSync(used));
  });

  it('a model is not in use by a window that was killed', async () => {
    const used = downloaded('used');
    const [first, second] = [start(), start()];
    await load(first, used);
    assert.equal((await clear(second, another)).length, 1);
    first.child.kill('SIGKILL');
    await until(() => first.child.signalCode !== null);
    assert.deepEqual(await clear(second, another), []);
    assert.deepEqual(readdirSync(path.join(storage, 'models/headlight/used')), []);
  });

  it('Clear Cache leaves what another window downloads, which becomes whole', async () => {
    server.trouble({ path: /\.onnx/, slow: 10 });
    downloaded('other');
    const [first, second] = [start(), start()];
    const whole = download(first);
    await begun();
    assert.deepEqual(await clear(second, another), [{ id, dtype, why: 'downloaded' }]);
    assert.ok(!existsSync(path.join(storage, 'models/headlight/other', dtype)));
    server.calm();
    await whole;
    assertWhole();
  });
});
