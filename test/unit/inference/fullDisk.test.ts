import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc';
import { DownloadRequest } from '../../../core/protocol/downloadProtocol';
import { toProcess } from '../../../core/protocol/askType';
import { InferenceRequest } from '../../../core/protocol/inferenceProtocol';
import { connect } from '../../../core/protocol/messagePort';
import { RunRequest } from '../../../core/protocol/runProtocol';
import { childPort } from '../../../extension/inference/childPort';

const dtype = 'q8';

/** The system lets the process put no byte into any file, whatever of it writes: its own code, the runtime, a child. */
describe('a process that can write nothing', function () {
  this.timeout(60_000);
  let storage: string;
  let child: ChildProcess | undefined;
  let connection: MessageConnection;
  before(function () {
    // There is no such limit.
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    storage = mkdtempSync(path.join(os.tmpdir(), 'headlight-full-'));
    const limited = path.join(storage, 'node');
    writeFileSync(limited, `#!/bin/sh\nulimit -f 0\nexec ${JSON.stringify(process.execPath)} "$@"\n`);
    chmodSync(limited, 0o755);
    child = fork(path.resolve('dist/process.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execPath: limited,
      execArgv: [],
      env: { ...process.env, TMPDIR: path.join(storage, 'tmp'), NODE_COMPILE_CACHE: path.join(storage, 'compiled') },
    });
    mkdirSync(path.join(storage, 'tmp'));
    connection = connect(childPort(child));
    connection.listen();
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(storage, { recursive: true });
  });

  /** A model that is there, as a download leaves it. */
  const downloaded = (name: string) => {
    const folder = path.join(storage, 'models/headlight', name, dtype);
    cpSync('test/fixtures/models/tiny-code-gpt', folder, { recursive: true });
    writeFileSync(path.join(folder, 'headlight.json'), JSON.stringify({ id: `headlight/${name}`, dtype, files: [] }));
    return { id: name, folder, dtype };
  };
  const names = (...parts: string[]) => readdirSync(path.join(storage, ...parts));

  it('opens a model, adds its attention and explains all the same, and leaves no file, empty or half', async () => {
    const model = downloaded('gpt');
    const text = 'const a = 1;';
    const explanation = await connection.sendRequest(InferenceRequest.explain, { model, text, newTokens: 3 });
    assert.ok(explanation.groups[0].layers.length > 0);
    // The model is extended once more, by all that a first look does not ask for.
    const effect = await connection.sendRequest(toProcess(RunRequest.switchOff), {
      of: { run: explanation.run, model, text, newTokens: 3 },
      wish: { heads: [{ kind: 'self', layer: 0, head: 0 }], position: 2 },
    });
    assert.ok(effect.candidates.length > 0);
    assert.deepEqual(names('models/headlight/gpt'), [dtype]);
    assert.deepEqual(names('tmp'), []);
  });

  it('deletes models and what downloads left, since that makes room', async () => {
    downloaded('gpt');
    mkdirSync(path.join(storage, 'downloads/headlight/other', `${dtype}@main`), { recursive: true });
    const kept = await connection.sendRequest(DownloadRequest.clear, { storage, window: process.pid });
    assert.deepEqual(kept, []);
    assert.deepEqual(names('models/headlight/gpt'), []);
    assert.deepEqual(names('downloads/headlight/other'), []);
  });
});
