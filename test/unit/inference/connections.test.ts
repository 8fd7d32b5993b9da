import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc';
import { CaptionRequest } from '../../../core/protocol/captionProtocol';
import { DownloadRequest } from '../../../core/protocol/downloadProtocol';
import { InferenceRequest } from '../../../core/protocol/inferenceProtocol';
import { connect } from '../../../core/protocol/messagePort';
import { childPort } from '../../../extension/inference/childPort';
import { HubServer, repositoryOf } from '../../support/hubServer';

const gpt = 'test/fixtures/models/tiny-code-gpt';

/** Every connection and every name that is looked up is written down by test/support/connectionLog.mjs. */
describe('what the inference process connects to', function () {
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess;
  let connection: MessageConnection;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-connections-'));
    child = fork(path.resolve('dist/process.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--import', pathToFileURL('test/support/connectionLog.mjs').href],
      env: { ...process.env, HEADLIGHT_CONNECTION_LOG: path.join(folder, 'connections.txt') },
    });
    connection = connect(childPort(child));
    connection.listen();
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const connections = () => {
    const file = path.join(folder, 'connections.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };

  it('is nothing while the built-in models explain a text, write one and caption an image', async () => {
    const model = (id: string) => ({
      id,
      folder: path.resolve('media/models', id),
      dtype: id === 'tiny-captioner' ? 'q8' : 'fp16',
      builtIn: true,
    });
    const { tokens } = await connection.sendRequest(InferenceRequest.explain, {
      model: model('tiny-code-gpt'),
      text: 'const answer = 42; // https://example.com/a.png',
      newTokens: 3,
    });
    assert.ok(tokens.length > 5);
    for (const id of ['tiny-code-classifier', 'tiny-dates']) {
      await connection.sendRequest(InferenceRequest.explain, { model: model(id), text: 'March 5, 2024' });
    }
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><image href="https://example.com/a.png" width="64" height="64"/><circle cx="32" cy="32" r="20" fill="red"/></svg>';
    const { text } = await connection.sendRequest(CaptionRequest.captionText, {
      model: model('tiny-captioner'),
      source: { name: 'disc.svg', bytes: Buffer.from(svg), background: [255, 255, 255] },
      prompt: '',
    });
    assert.notEqual(text, '');
    assert.deepEqual(connections(), []);
  });

  it('is the hub alone while a model is downloaded, and nothing while that model explains', async () => {
    const files = [
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'onnx/model_quantized.onnx',
    ];
    const id = 'headlight/gpt';
    const server = await HubServer.start({
      [id]: repositoryOf(Object.fromEntries(files.map(file => [file, path.join(gpt, file)])), {
        task: 'text-generation',
      }),
    });
    try {
      const hub = { address: server.address };
      const model = await connection.sendRequest(DownloadRequest.look, { hub, id });
      const storage = path.join(folder, 'storage');
      await connection.sendRequest(DownloadRequest.download, { hub, model, dtype: 'q8', storage });
      const asked = connections();
      // The hub and its other origin, which large files are redirected to, are of this machine.
      assert.ok(asked.length > 0);
      for (const line of asked) {
        assert.match(line, /^(connect (127\.0\.0\.1|localhost):\d+|lookup (127\.0\.0\.1|localhost))$/);
      }
      const ports = new Set(asked.flatMap(line => /:(\d+)$/.exec(line)?.[1] ?? []));
      assert.ok(ports.has(new URL(server.address).port) && ports.size <= 2, [...ports].join());
      await connection.sendRequest(InferenceRequest.explain, {
        model: { id, folder: path.join(storage, 'models', id, 'q8'), dtype: 'q8' },
        text: 'const answer = 42;',
      });
      assert.deepEqual(connections(), asked);
    } finally {
      await server.stop();
    }
  });
});
