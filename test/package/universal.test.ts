import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { MessageConnection } from 'vscode-jsonrpc';
import 'vscode-jsonrpc/node';
import { toProcess } from '../../core/protocol/askType';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import { ImageRequest } from '../../core/protocol/imageProtocol';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import { connect } from '../../core/protocol/messagePort';
import { RunRequest, type ShownRun } from '../../core/protocol/runProtocol';
import { childPort } from '../../extension/inference/childPort';
import { packageFor } from '../support/packageExtension.mjs';
import { readVsix } from '../unit/support/readVsix';

/** The inference process of the universal package and of this machine's own, asked the same. */
describe('the universal package', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-universal-'));
  const children: ChildProcess[] = [];
  let wasm: MessageConnection;
  let native: MessageConnection;

  function start(entry: string): MessageConnection {
    const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    const connection = connect(childPort(child));
    connection.listen();
    return connection;
  }

  before(async () => {
    const file = path.join(folder, 'universal.vsix');
    await packageFor('universal', file);
    for (const [name, packed] of readVsix(file)) {
      const target = path.join(folder, name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, packed.read());
    }
    wasm = start(path.join(folder, 'extension/dist/process.js'));
    native = start(path.resolve('dist/process.js'));
  });
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('has no native part, names no target, and is at most 30 MB', () => {
    const file = path.join(folder, 'universal.vsix');
    assert.ok(readFileSync(file).length <= 30e6, `${readFileSync(file).length} bytes`);
    const files = readVsix(file);
    assert.doesNotMatch(files.get('extension.vsixmanifest')!.read().toString(), /TargetPlatform/);
    for (const name of files.keys()) assert.doesNotMatch(name, /\.(node|dll|dylib)$|\.so(\.|$)/);
  });

  const builtIn = (id: string, dtype: string) => ({
    id,
    folder: path.resolve('media/models', id),
    dtype,
    builtIn: true,
  });
  const both = async <Answer>(ask: (connection: MessageConnection) => Promise<Answer>): Promise<[Answer, Answer]> => [
    await ask(wasm),
    await ask(native),
  ];
  function assertAlike(one: ArrayLike<number>, other: ArrayLike<number>, most = 1e-5): void {
    assert.equal(one.length, other.length);
    assert.ok(one.length > 0);
    for (let i = 0; i < one.length; i++) assert.ok(Math.abs(one[i] - other[i]) <= most, `${i}: ${one[i]} ${other[i]}`);
  }

  it('explains a text with the same numbers: attention, predictions, what a head and a cut do, parts of a logit', async () => {
    const model = builtIn('tiny-code-gpt', 'fp16');
    const text = 'for (const item of items) {\n  console.log(';
    const [one, other] = await both(async connection => {
      const explanation = await connection.sendRequest(InferenceRequest.explain, { model, text, newTokens: 4 });
      const of: ShownRun = { model, text, newTokens: 4, run: explanation.run };
      const ask = <Wish, Answer>(type: Parameters<typeof toProcess<ShownRun, Wish, Answer>>[0], wish: Wish) =>
        connection.sendRequest(toProcess(type), { of, wish });
      const head = { kind: 'self', layer: 1, head: 1 } as const;
      const all = Array.from({ length: 24 }, (_, i) => ({ layer: Math.floor(i / 6), head: i % 6 }));
      const place = { first: 3, last: 3 };
      return {
        explanation,
        attention: await ask(RunRequest.attention, { kind: 'self' }),
        effects: await ask(RunRequest.effects, { heads: [head], position: 8 }),
        cut: await ask(RunRequest.cut, {
          cuts: [{ kind: 'self', heads: all, queries: { first: 8, last: 8 }, keys: place, form: 'scores' }],
          position: 8,
        }),
        parts: await ask(RunRequest.logitParts, { position: 8 }),
      };
    });
    assert.equal(one.explanation.text, other.explanation.text);
    assert.deepEqual(one.attention.shape, other.attention.shape);
    assertAlike(one.attention.data, other.attention.data);
    const said = ({ explanation }: typeof one) => explanation.predictions.flatMap(list => list.map(({ id }) => id));
    assert.deepEqual(said(one), said(other));
    const sure = ({ explanation }: typeof one) =>
      explanation.predictions.flatMap(list => list.map(({ probability }) => probability));
    assertAlike(sure(one), sure(other));
    assertAlike(one.effects, other.effects, 1e-4);
    assertAlike([one.cut.effect.divergence], [other.cut.effect.divergence], 1e-4);
    assert.ok('sum' in one.parts && 'sum' in other.parts);
    assertAlike([one.parts.sum], [other.parts.sum], 1e-3);
  });

  it('says in a sentence that it cannot time operators', async () => {
    const model = builtIn('tiny-code-gpt', 'fp16');
    const text = 'for (const item of items) {';
    const { run } = await wasm.sendRequest(InferenceRequest.explain, { model, text });
    await assert.rejects(
      wasm.sendRequest(toProcess(RunRequest.cost), { of: { model, text, run }, wish: { length: 16 } }),
      /Headlight runs on WebAssembly here, which times no single operators\.$/,
    );
  });

  const imageOf = (file: string) => ({
    name: path.basename(file),
    path: path.resolve(file),
    background: [255, 255, 255] as const,
  });

  for (const file of ['test/fixtures/captions/photos/coffee.jpg', 'test/fixtures/captions/screenshots/login.png']) {
    // Of an image that it is less sure of, the words may be others: 8-bit kernels round differently on each kind of processor.
    it(`decodes ${path.basename(file)} to nearly the same pixels, and captions it in the same words`, async () => {
      const [one, other] = await both(connection =>
        connection.sendRequest(ImageRequest.preview, { source: imageOf(file), size: 64 }),
      );
      assert.deepEqual(one.image, other.image);
      const [pixels, otherPixels] = await Promise.all([one, other].map(({ png }) => sharp(png).raw().toBuffer()));
      assert.equal(pixels.length, otherPixels.length);
      // Decoders and resizing round, by other instructions.
      assert.ok(pixels.every((value, i) => Math.abs(value - otherPixels[i]) <= 3));
      const model = builtIn('tiny-captioner', 'q8');
      const [said, otherSaid] = await both(connection =>
        connection.sendRequest(CaptionRequest.captionText, { model, source: imageOf(file), prompt: '' }),
      );
      assert.ok(said.text.length > 5);
      assert.equal(said.text, otherSaid.text);
    });
  }

  it('draws SVG, by another library', async () => {
    const source = imageOf('samples/workspace/images/stock.svg');
    const [one, other] = await both(connection => connection.sendRequest(ImageRequest.preview, { source, size: 256 }));
    assert.deepEqual(one.image, other.image);
    const [pixels, otherPixels] = await Promise.all([one, other].map(({ png }) => sharp(png).raw().toBuffer()));
    const apart = pixels.reduce((sum, value, i) => sum + Math.abs(value - otherPixels[i]), 0) / pixels.length;
    assert.ok(apart < 4, `${apart} of 255 on average`);
  });
});
