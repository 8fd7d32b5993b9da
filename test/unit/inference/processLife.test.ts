import assert from 'node:assert/strict';
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc';
import { InferenceEvent, InferenceRequest } from '../../../core/protocol/inferenceProtocol';
import { connect } from '../../../core/protocol/messagePort';
import { childPort } from '../../../extension/inference/childPort';

const entry = path.resolve('dist/process.js');

describe('the inference process', function () {
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess | undefined;
  let connection: MessageConnection;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-life-'));
    start();
  });
  /** @param execArgv what Node is started with. */
  const start = (execArgv: readonly string[] = []) => {
    child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [...execArgv],
    });
    connection = connect(childPort(child));
    connection.listen();
  };
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const model = (name: string, change: (config: Record<string, unknown>) => void = () => {}) => {
    const target = path.join(folder, name);
    cpSync(`test/fixtures/models/${name}`, target, { recursive: true });
    const file = path.join(target, 'config.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    change(config);
    writeFileSync(file, JSON.stringify(config));
    return { id: name, folder: target, dtype: 'q8' };
  };

  it('says which weights are named and missing, and goes on with another model', async () => {
    const broken = model('tiny-chat', config => {
      config['transformers.js_config'] = { use_external_data_format: { 'model_quantized.onnx': 2 } };
    });
    await assert.rejects(
      connection.sendRequest(InferenceRequest.load, { model: broken }),
      /tiny-chat keeps weights in model_quantized\.onnx_data, which is not in .+; download the model again/,
    );
    await connection.sendRequest(InferenceRequest.load, { model: model('tiny-minilm') });
    assert.equal(child!.exitCode, null);
  });

  it('outlives a rejection that nobody waits for, and logs it', async () => {
    child?.kill('SIGKILL');
    const script = path.join(folder, 'reject.cjs');
    writeFileSync(script, "setTimeout(() => void Promise.reject(new Error('left alone')), 300);");
    start(['--require', script]);
    const logged = await new Promise<string>(resolve =>
      connection.onNotification(InferenceEvent.log, ({ message }) => resolve(message)),
    );
    assert.match(logged, /^Nobody waited for this: Error: left alone/);
    await connection.sendRequest(InferenceRequest.load, { model: model('tiny-minilm') });
  });

  it('ends itself within five seconds after its host was killed, also in a loop', async () => {
    // A pattern that tries every way to cut a word.
    const looping = model('tiny-chat');
    const file = path.join(looping.folder, 'tokenizer.json');
    const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    tokenizer.normalizer = { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' };
    writeFileSync(file, JSON.stringify(tokenizer));
    const request = {
      jsonrpc: '2.0',
      id: 1,
      method: InferenceRequest.explain.method,
      params: { model: looping, text: `${'a'.repeat(60)}b`, newTokens: 0 },
    };
    const host = execFile(process.execPath, [
      '-e',
      `const child = require('node:child_process').fork(${JSON.stringify(entry)}, [], { serialization: 'advanced', execArgv: [] });
       child.send(${JSON.stringify(request)});
       console.log(child.pid);
       setInterval(() => {}, 1000);`,
    ]);
    const pid = await new Promise<number>(resolve =>
      host.stdout!.once('data', (text: Buffer) => resolve(Number(String(text)))),
    );
    // It is in its loop: it used its processor for some seconds on end, as far as others left it to it.
    const busy = () => {
      const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).map(Number);
      return user + system;
    };
    let before = busy();
    let seconds = 0;
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      await new Promise(resolve => setTimeout(resolve, 1000));
      const now = busy();
      seconds = now - before > 15 ? seconds + 1 : 0;
      if (seconds === 3) break;
      before = now;
    }
    host.kill('SIGKILL');
    const gone = () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    const killed = Date.now();
    while (!gone() && Date.now() - killed < 10_000) await new Promise(resolve => setTimeout(resolve, 50));
    const took = Date.now() - killed;
    if (!gone()) process.kill(pid, 'SIGKILL');
    assert.ok(took < 5000, `it lived on for ${took} ms`);
  });
});
