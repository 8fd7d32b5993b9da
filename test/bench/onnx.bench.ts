/**
 * What attention costs: looking into files of 10, 100 and 500 MB, the memory of files of 0.1, 0.5 and 1.3 GB over a plain
 * session's, running an encoder with all of it fetched, and a causal model whose residual stream can be asked for.
 */
import { readFile } from 'node:fs/promises';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writevSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  addAttention,
  findAttention,
  findResidualStreams,
  readModel,
  readModelFile,
  streamPlaces,
  type AttentionRequest,
  type ExtendedModel,
  type OnnxModel,
} from '../../core/onnx';
import { concat, type Pieces } from '../../core/onnx/read/wireWriter';
import { AttentionSession } from '../../inference/models/attentionSession';
import { modelFile } from '../../inference/models/modelFile';
import { syntheticEncoder } from './onnx/syntheticEncoder';
import { inOwnProcess, plainFeeds } from './real/realModel';

const folder = process.argv[2] === 'peak' ? '' : mkdtempSync(path.join(os.tmpdir(), 'headlight-bench-onnx-'));

function write(file: string, pieces: Pieces): void {
  const to = openSync(file, 'w');
  for (const piece of pieces) writevSync(to, [piece]);
  closeSync(to);
}

function extend(model: OnnxModel): ExtendedModel {
  return addAttention(model, findAttention(model));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Writes an encoder of a size: about the depth that models of these sizes have, what is left of the size are embeddings. */
function writeEncoder(megabytes: number): { file: string; layers: number } {
  const [layers, heads, width] =
    megabytes < 50 ? [2, 4, 256] : megabytes < 200 ? [6, 12, 384] : megabytes < 1000 ? [12, 12, 768] : [24, 16, 1024];
  const inLayers = layers * (12 * width * width + 13 * width) * 4;
  const file = path.join(folder, `${megabytes}.onnx`);
  write(
    file,
    syntheticEncoder({ layers, heads, width, vocabulary: Math.round((megabytes * 1e6 - inLayers) / (4 * width)) }),
  );
  return { file, layers };
}

/** Looking into a file and adding attention against reading the file, turn by turn. */
async function reading(megabytes: number): Promise<void> {
  const { file, layers } = writeEncoder(megabytes);
  const [plain, own]: [number[], number[]] = [[], []];
  let memory = 0;
  let size = 0;
  for (let turn = 0; turn < 25; turn++) {
    let start = performance.now();
    let bytes: Uint8Array | undefined = await readFile(file);
    plain.push(performance.now() - start);
    size = bytes.length;
    bytes = undefined;
    globalThis.gc?.();
    const before = process.memoryUsage();
    start = performance.now();
    const extended = extend(readModelFile(modelFile(file)));
    own.push(performance.now() - start);
    const after = process.memoryUsage();
    memory = Math.max(memory, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers);
    if (extended.outputs.length === 0) throw new Error('No attention was found in the encoder.');
  }
  const [a, b] = [median(plain), median(own)];
  console.log(
    `${(size / 1e6).toFixed(0)} MB, ${layers} layers: fs.readFile ${a.toFixed(1)} ms; looked into and attention added ${b.toFixed(1)} ms, with at most ${(memory / 1e6).toFixed(1)} MB of JavaScript's memory (at most 20)`,
  );
}

const tokensHeld = 64;

/** The peak of a process that opens a file and runs it on some tokens, in bytes. */
async function peakOf(way: 'plain' | 'panel' | 'command', file: string): Promise<void> {
  const ids = Array.from({ length: tokensHeld }, (_, i) => (i * 37) % 1000);
  const feeds = { input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, tokensHeld]) };
  process.on('exit', () => console.log(`\n${JSON.stringify(process.resourceUsage().maxRSS * 1024)}`));
  if (way === 'plain') {
    const session = await InferenceSession.create(file, { logSeverityLevel: 3, enableMemPattern: false });
    await session.run(feeds);
  } else if (way === 'panel') {
    const session = await AttentionSession.open(file, { logSeverityLevel: 3 });
    let given = 0;
    session.recording = { wants: (_, what) => what === 'probabilities', onRun: ({ added }) => (given += added.length) };
    await session.run(feeds);
    if (given === 0) throw new Error('No attention was given.');
  } else {
    const inputs = path.join(path.dirname(file), 'inputs.json');
    writeFileSync(inputs, JSON.stringify({ input_ids: { dtype: 'int64', shape: [1, tokensHeld], data: ids } }));
    process.argv.splice(
      2,
      process.argv.length,
      file,
      '--inputs',
      inputs,
      '--out',
      path.join(path.dirname(file), 'out'),
    );
    await import('../../inference/cli/attentionCommand');
  }
}

/** Memory of a model that is looked at over ONNX Runtime's own session, each in a process of its own. */
function memory(megabytes: number): void {
  const { file, layers } = writeEncoder(megabytes);
  const { size } = statSync(file);
  const [plain, panel, command] = ['plain', 'panel', 'command'].map(way =>
    inOwnProcess<number>(__filename, ['peak', way, file]),
  );
  const of = (bytes: number): string =>
    `${(bytes / 1e9).toFixed(2)} GB, ${((bytes - plain) / size).toFixed(2)} times the file over the plain session`;
  console.log(
    `${(size / 1e9).toFixed(2)} GB, ${layers} layers, ${tokensHeld} tokens, peak of the process: plain session ${(plain / 1e9).toFixed(2)} GB; panel's ${of(panel)}; command line ${of(command)} (at most 1.6)`,
  );
}

/** Running with all attention fetched against the same model as it was. */
async function running(): Promise<void> {
  const bytes = concat(syntheticEncoder({ layers: 12, heads: 12, width: 768, vocabulary: 1000 }));
  const extended = extend(readModel(bytes));
  const options: InferenceSession.SessionOptions = {
    logSeverityLevel: 3,
    intraOpNumThreads: Math.max(1, Math.min(4, os.availableParallelism())),
  };
  const plain = await InferenceSession.create(bytes, options);
  const withAttention = await InferenceSession.create(extended.bytes, options);
  const [output] = plain.outputNames;
  for (const [tokens, turns, most] of [
    [128, 15, 1.1],
    [512, 7, 1.25],
  ] as const) {
    const ids = new Tensor(
      'int64',
      BigInt64Array.from({ length: tokens }, (_, i) => BigInt((i * 37) % 1000)),
      [1, tokens],
    );
    const times: number[][] = [[], [], []];
    for (let turn = 0; turn <= turns; turn++) {
      for (const [i, run] of [
        () => plain.run({ input_ids: ids }),
        () => withAttention.run({ input_ids: ids }, [output, ...extended.outputs.map(o => o.name)]),
        () => withAttention.run({ input_ids: ids }, [output]),
      ].entries()) {
        const start = performance.now();
        await run();
        if (turn > 0) times[i].push(performance.now() - start);
      }
    }
    const [a, b, c] = times.map(median);
    console.log(
      `12 layers × 12 heads, ${tokens} tokens: ${a.toFixed(0)} ms as it was, ${b.toFixed(0)} ms with all attention: ${(b / a).toFixed(2)} times (at most ${most}); ` +
        `extended but none fetched ${c.toFixed(0)} ms`,
    );
  }
}

/** What it costs that the residual stream can be asked for, none of it fetched: the built-in causal model, turn by turn. */
async function residuals(): Promise<void> {
  const model = readModel(
    await readFile(path.join('test', 'fixtures', 'models', 'tiny-code-gpt', 'onnx', 'model.onnx')),
  );
  const found = findAttention(model);
  const streams = findResidualStreams(found);
  if (typeof streams === 'string') throw new Error(streams);
  const heads: AttentionRequest = { scores: true, queries: true, keys: true, values: true };
  const sessions = await Promise.all(
    [{ probabilities: false }, heads, { ...heads, residual: true, exposed: streamPlaces(streams) }].map(ask =>
      InferenceSession.create(addAttention(model, found, ask).bytes, { logSeverityLevel: 3 }),
    ),
  );
  const tokens = 256;
  const ids = Array.from({ length: tokens }, (_, i) => (i * 37) % 1000);
  const times: number[][] = sessions.map(() => []);
  for (let turn = 0; turn <= 25; turn++) {
    for (const [i, session] of sessions.entries()) {
      const start = performance.now();
      await session.run(plainFeeds(session, ids), ['logits']);
      if (turn > 0) times[i].push(performance.now() - start);
    }
  }
  const [plain, withHeads, all] = times.map(median);
  console.log(
    `tiny-code-gpt, ${tokens} tokens: ${plain.toFixed(1)} ms as it was, ${withHeads.toFixed(1)} ms with what heads compute, ${all.toFixed(1)} ms with the residual stream too (none fetched): ${(all / withHeads).toFixed(2)} times`,
  );
}

async function main(): Promise<void> {
  for (const megabytes of [10, 100, 500]) await reading(megabytes);
  for (const megabytes of [100, 500, 1300]) memory(megabytes);
  await running();
  await residuals();
}

const [, , what, way, file] = process.argv;
if (what === 'peak') {
  void peakOf(way as 'plain' | 'panel' | 'command', file);
} else {
  void main().finally(() => rmSync(folder, { recursive: true, force: true }));
}
