import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { InferenceErrorCode, InferenceRequest } from '../../core/protocol/inferenceProtocol';
import { workLimits, type WorkPhase } from '../../core/protocol/workLimits';
import { InferenceClient } from '../../extension/inference/inferenceClient';
import type { InferenceError } from '../../extension/inference/inferenceError';
import { InferenceStatus } from '../../extension/inference/inferenceStatus';

/** Milliseconds within which all of a wait has to end: the limits of these tests are some seconds. */
const soon = 20_000;

describe('an inference process that is held', function () {
  this.timeout(120_000);
  let folder: string;
  let client: InferenceClient | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-held-'));
  });
  afterEach(() => {
    client?.dispose();
    client = undefined;
    rmSync(folder, { recursive: true });
  });

  /** A client of its own, for which some phases may last only so long. */
  const start = (phases: Partial<Record<WorkPhase, number>> = {}): InferenceClient => {
    const { extensionPath } = vscode.extensions.getExtension('headlight.headlight')!;
    const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
    const { times } = workLimits;
    return (client = new InferenceClient(
      path.join(extensionPath, 'dist', 'process.js'),
      vscode.Uri.file(path.join(folder, 'compiled')),
      new InferenceStatus(),
      log as unknown as vscode.LogOutputChannel,
      undefined,
      { ...times, look: 250, grace: 500, phases: { ...times.phases, ...phases } },
    ));
  };

  /** A model that writes chats, with files changed. */
  const model = (name: string, change: (target: string) => void = () => {}) => {
    const target = path.join(folder, name);
    cpSync(fixture('tiny-chat'), target, { recursive: true });
    change(target);
    return { id: name, folder: target, dtype: 'q8' };
  };
  const looping = () =>
    model('looping', target =>
      writeFileSync(
        path.join(target, 'chat_template.jinja'),
        '{% for i in range(1000) %}'.repeat(5) + '{% endfor %}'.repeat(5),
      ),
    );
  const backtracking = () =>
    model('backtracking', target => {
      const file = path.join(target, 'tokenizer.json');
      const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      const split = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false };
      json.pre_tokenizer = { type: 'Sequence', pretokenizers: [split, json.pre_tokenizer] };
      writeFileSync(file, JSON.stringify(json));
    });
  const text = `${'a'.repeat(60)}b`;

  /** What a request is rejected with, and how long that took. */
  const failure = async (request: Promise<unknown>) => {
    const started = performance.now();
    const error = await request.then(
      () => assert.fail('It was answered.'),
      (reason: unknown) => reason as InferenceError,
    );
    assert.ok(performance.now() - started < soon, `it took ${performance.now() - started} ms`);
    return error;
  };
  /** The process is gone, and another answers. */
  const another = async (held: number) => {
    await gone(held);
    const explanation = await client!.request(InferenceRequest.explain, { model: model('whole'), text: 'Hello.' });
    assert.ok(explanation.tokens.length > 0);
    assert.ok(client!.processId !== undefined && client!.processId !== held);
  };

  it('by (a+)+$ in a tokenizer is ended, says so in a sentence, and another one answers', async () => {
    const client = start({ tokenizing: 1000 });
    await client.request(InferenceRequest.load, { model: backtracking() });
    const held = client.processId!;
    const { message, code } = await failure(client.request(InferenceRequest.explain, { model: backtracking(), text }));
    assert.equal(
      message,
      'The tokenizer of backtracking took longer than 1 seconds for this text, so it was stopped; select less, or choose another model.',
    );
    assert.equal(code, InferenceErrorCode.model);
    await another(held);
  });

  it('by a loop in a chat template is ended, says so in a sentence, and another one answers', async () => {
    const client = start({ template: 1000 });
    await client.request(InferenceRequest.load, { model: looping() });
    const held = client.processId!;
    const { message, code } = await failure(
      client.request(InferenceRequest.explain, { model: looping(), text: 'Hello.', chat: true }),
    );
    assert.match(message, /^The chat template of looping took longer than 1 seconds, so it was stopped; .+\.$/);
    assert.equal(code, InferenceErrorCode.template);
    await another(held);
  });

  it('by SIGSTOP is found by its silence and killed, and another one answers', async () => {
    const client = start({ answering: 5000 });
    await client.request(InferenceRequest.load, { model: model('whole') });
    const held = client.processId!;
    process.kill(held, 'SIGSTOP');
    const { message } = await failure(
      client.request(InferenceRequest.explain, { model: model('whole'), text: 'Hello.' }),
    );
    assert.equal(
      message,
      'The inference process did not answer for 5 seconds, so it was ended; try again, and see the log if that happens again.',
    );
    await another(held);
  });

  it('in a loop ends when the user cancels, with the wait', async () => {
    const client = start();
    await client.request(InferenceRequest.load, { model: backtracking() });
    const held = client.processId!;
    const source = new vscode.CancellationTokenSource();
    const waits = failure(client.request(InferenceRequest.explain, { model: backtracking(), text }, source.token));
    await begun(client, 'tokenizing');
    source.cancel();
    client.userCancelled();
    assert.equal((await waits).code, InferenceErrorCode.cancelled);
    await another(held);
  });

  it('stays where the user cancels and another request waits; the cancelled one waits no longer', async () => {
    const client = start();
    await client.request(InferenceRequest.load, { model: model('whole') });
    const held = client.processId!;
    process.kill(held, 'SIGSTOP');
    const source = new vscode.CancellationTokenSource();
    const request = { model: model('whole'), text: 'Hello.' };
    const waits = failure(client.request(InferenceRequest.explain, request, source.token));
    const other = client.request(InferenceRequest.explain, request);
    source.cancel();
    client.userCancelled();
    assert.equal((await waits).code, InferenceErrorCode.cancelled);
    process.kill(held, 'SIGCONT');
    assert.ok((await other).tokens.length > 0);
    assert.equal(client.processId, held);
  });

  it('in a loop ends with Stop, which rejects what waits', async () => {
    const client = start();
    await client.request(InferenceRequest.load, { model: backtracking() });
    const held = client.processId!;
    const waits = failure(client.request(InferenceRequest.explain, { model: backtracking(), text }));
    await begun(client, 'tokenizing');
    client.stop();
    assert.match((await waits).message, /^The inference process stopped before it answered; .+/);
    await another(held);
  });

  it('by SIGSTOP ends with Stop', async () => {
    const client = start();
    await client.request(InferenceRequest.load, { model: model('whole') });
    const held = client.processId!;
    process.kill(held, 'SIGSTOP');
    client.stop();
    await another(held);
  });

  it('says what it is at before it begins', async () => {
    const client = start();
    const heard: string[] = [];
    client.onDidBegin(({ phase, model }) => heard.push(`${phase} ${model}`));
    await client.request(InferenceRequest.explain, { model: model('whole'), text: 'Hello.', chat: true });
    const first = ['opening', 'template', 'tokenizing'].map(phase => heard.indexOf(`${phase} whole`));
    assert.ok(
      first.every((at, i) => at >= 0 && at >= (first[i - 1] ?? 0)),
      heard.join(', '),
    );
    assert.equal(heard.at(-1), 'running whole');
  });

  it('outlives a cancelled run that it hears of', async () => {
    const client = start();
    await client.request(InferenceRequest.load, { model: model('whole') });
    const held = client.processId!;
    const source = new vscode.CancellationTokenSource();
    const request = { model: model('whole'), text: 'Hello.', newTokens: 200 };
    const waits = client.request(InferenceRequest.explain, request, source.token).catch(() => undefined);
    source.cancel();
    client.userCancelled();
    await waits;
    await new Promise(resolve => setTimeout(resolve, workLimits.times.cancelled + 500));
    assert.equal(client.processId, held);
  });
});

function fixture(name: string): string {
  // The tests lie in out/test/host, the fixtures where the sources are.
  return path.join(__dirname, '../../../test/fixtures/models', name);
}

/** The process says that it begins with a phase, and does. */
async function begun(client: InferenceClient, phase: WorkPhase): Promise<void> {
  for (const end = performance.now() + 20_000; client.work?.phase !== phase;) {
    assert.ok(performance.now() < end, `it never began with ${phase}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await new Promise(resolve => setTimeout(resolve, 300));
}

/** A process ends within three seconds. */
async function gone(pid: number): Promise<void> {
  const started = performance.now();
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    assert.ok(performance.now() - started < 4000, 'it lives on');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
