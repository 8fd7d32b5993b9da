/**
 * What attention costs: reading and extending files of 10, 100 and 500 MB, running an encoder with all of it fetched, and a
 * causal model whose residual stream can be asked for.
 */
import { readFile } from 'node:fs/promises';
import { closeSync, mkdtempSync, openSync, rmSync, writevSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  addAttention,
  findAttention,
  findResidualStreams,
  readModel,
  streamPlaces,
  type AttentionRequest,
  type ExtendedModel,
} from '../../core/onnx';
import { concat, type Pieces } from '../../core/onnx/read/wireWriter';
import { syntheticEncoder } from './onnx/syntheticEncoder';

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-bench-onnx-'));

function write(file: string, pieces: Pieces): void {
  const to = openSync(file, 'w');
  for (const piece of pieces) writevSync(to, [piece]);
  closeSync(to);
}

function extend(bytes: Uint8Array): ExtendedModel {
  const model = readModel(bytes);
  return addAttention(model, findAttention(model));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Reading and extending against reading alone, turn by turn. */
async function reading(megabytes: number): Promise<void> {
  // About the depth that models of these sizes have; what is left of the size are embeddings.
  const [layers, heads, width] = megabytes < 50 ? [2, 4, 256] : megabytes < 200 ? [6, 12, 384] : [12, 12, 768];
  const inLayers = layers * (12 * width * width + 13 * width) * 4;
  const file = path.join(folder, `${megabytes}.onnx`);
  write(
    file,
    syntheticEncoder({ layers, heads, width, vocabulary: Math.round((megabytes * 1e6 - inLayers) / (4 * width)) }),
  );
  const [plain, whole, own]: [number[], number[], number[]] = [[], [], []];
  let memory = 0;
  let size = 0;
  for (let turn = 0; turn < 25; turn++) {
    let start = performance.now();
    let bytes: Uint8Array | undefined = await readFile(file);
    plain.push(performance.now() - start);
    size = bytes.length;
    bytes = undefined;
    globalThis.gc?.();
    start = performance.now();
    bytes = await readFile(file);
    const before = process.memoryUsage();
    const middle = performance.now();
    const extended = extend(bytes);
    own.push(performance.now() - middle);
    whole.push(performance.now() - start);
    const after = process.memoryUsage();
    memory = Math.max(memory, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers);
    if (extended.outputs.length === 0) throw new Error('No attention was found in the encoder.');
  }
  const [a, b] = [median(plain), median(whole)];
  console.log(
    `${(size / 1e6).toFixed(0)} MB, ${layers} layers: fs.readFile ${a.toFixed(1)} ms, with attention added ${b.toFixed(1)} ms (of which ours ${median(own).toFixed(2)} ms): ` +
      `${(b / a).toFixed(2)} times (at most 1.2); memory beyond the file at most ${(memory / 1e6).toFixed(1)} MB (at most 20)`,
  );
}

/** Running with all attention fetched against the same model as it was. */
async function running(): Promise<void> {
  const bytes = concat(syntheticEncoder({ layers: 12, heads: 12, width: 768, vocabulary: 1000 }));
  const extended = extend(bytes);
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
  const ids = new Tensor(
    'int64',
    BigInt64Array.from({ length: tokens }, (_, i) => BigInt((i * 37) % 1000)),
    [1, tokens],
  );
  const feeds = {
    input_ids: ids,
    attention_mask: new Tensor('int64', new BigInt64Array(tokens).fill(1n), [1, tokens]),
  };
  const times: number[][] = sessions.map(() => []);
  for (let turn = 0; turn <= 25; turn++) {
    for (const [i, session] of sessions.entries()) {
      const start = performance.now();
      await session.run(
        Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name))),
        ['logits'],
      );
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
  await running();
  await residuals();
}

void main().finally(() => rmSync(folder, { recursive: true, force: true }));
