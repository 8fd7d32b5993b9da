import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { inputTensor } from '../../../inference/graph/inputTensor';
import { precisionOf, precisionSuffixes, precisionsOf } from '../../../core/models/precisions';
import type { ModelReference } from '../../../core/protocol/modelReference';
import { allocatorSettings } from '../../../extension/inference/allocatorSettings';
import { writeRandomModel, type Form } from './randomModel';

/** One file of a model of real size that the benches measure. */
export interface RealModel {
  /** As the figures call it: `plain fp32`. */
  readonly name: string;
  readonly reference: ModelReference;
  /** The ONNX file. */
  readonly file: string;
}

/**
 * What is measured: of the folder that `HEADLIGHT_BENCH_MODEL` names (several: with the separator of PATH between them) all
 * precisions, else a model of SmolLM2-135M's shape with random weights, in operators of the standard and in
 * GroupQueryAttention, each in fp32 and q4f16. These are made once for all benches of a turn (750 MB).
 */
export function realModels(): RealModel[] {
  const given = process.env.HEADLIGHT_BENCH_MODEL;
  if (given) return given.split(path.delimiter).flatMap(folder => modelsOf(path.basename(folder), folder));
  return (['plain', 'gqa'] satisfies Form[]).flatMap(form => modelsOf(form, randomFolder(form)));
}

function randomFolder(form: Form): string {
  const folder = path.join(process.env.HEADLIGHT_SCRATCH ?? os.tmpdir(), `headlight-random-${form}`);
  if (existsSync(folder)) return folder;
  // Made aside and renamed, so that it is there whole or not at all.
  const making = `${folder}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  writeRandomModel(making, form);
  renameSync(making, folder);
  return folder;
}

function modelsOf(name: string, folder: string): RealModel[] {
  const onnx = path.join(folder, 'onnx');
  const files = readdirSync(onnx).filter(file => file.endsWith('.onnx'));
  return precisionsOf(files).map(dtype => ({
    name: `${name} ${dtype}`,
    reference: { id: `${name} ${dtype}`, folder, dtype },
    file: path.join(
      onnx,
      files.find(file => precisionOf(file).precision === dtype) ?? `model${precisionSuffixes[dtype]}.onnx`,
    ),
  }));
}

/** Token ids that any vocabulary of some hundred words has, no two neighbours alike. */
export function someIds(length: number): number[] {
  return Array.from({ length }, (_, i) => 10 + ((i * 37) % 200));
}

/** What a causal model's own graph is fed to read tokens at once, with an empty cache. */
export function plainFeeds(session: InferenceSession, ids: readonly number[]): Record<string, Tensor> {
  const whole = (values: readonly number[]) => inputTensor('int64', [1, values.length], values)!;
  return Object.fromEntries(
    session.inputMetadata.map(input => {
      if (!input.isTensor) throw new Error(`${input.name} is no tensor.`);
      if (input.name === 'input_ids') return [input.name, whole(ids)];
      if (input.name === 'attention_mask') return [input.name, whole(ids.map(() => 1))];
      if (input.name === 'position_ids') return [input.name, whole(ids.map((_, i) => i))];
      const shape = input.shape.map((dim, i) => (typeof dim === 'number' ? dim : i === 0 ? 1 : 0));
      return [input.name, inputTensor(input.type, shape, [])!];
    }),
  );
}

/** What a piece of work took. */
export interface Cost {
  /** Milliseconds on the clock. */
  readonly wall: number;
  /** Milliseconds of processor time of all threads. */
  readonly processor: number;
}

/** Does work and tells what it took. */
export async function costOf<Result>(work: () => Promise<Result>): Promise<Cost & { readonly result: Result }> {
  const before = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { result, wall, processor: (user + system) / 1000 };
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * Runs a bench's file again in a process of its own, for what only a fresh process tells (peak of memory, first opening).
 * @param script the bench's own `__filename`; it answers with one line of JSON as the last that it prints.
 */
export function inOwnProcess<Answer>(script: string, args: readonly string[]): Answer {
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...allocatorSettings, ...process.env },
  });
  if (status !== 0) throw new Error(`${path.basename(script)} ${args.join(' ')} ended with ${status}.`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Answer;
}
