import { spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * Milliseconds of processor time that PyTorch takes for a run of a model of the same shape, with eager attention that gives its
 * weights, in float32 on two threads; or why there are none, as half a sentence.
 * @param folder the model's, of which config.json is read.
 * @param lengths in tokens; a number is given for each.
 */
export function pytorchCosts(folder: string, lengths: readonly number[]): readonly number[] | string {
  const python = process.env.HEADLIGHT_PYTHON ?? 'python3';
  const { status: missing } = spawnSync(python, ['-c', 'import torch, transformers'], { stdio: 'ignore' });
  if (missing !== 0) return `${python} has no torch and transformers (HEADLIGHT_PYTHON names another)`;
  const script = path.resolve('test/bench/real/pytorch.py');
  const { status, stdout } = spawnSync(python, ['-W', 'ignore', script, folder, ...lengths.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) return `${path.basename(script)} ended with ${status}`;
  const seconds = JSON.parse(stdout.trim().split('\n').at(-1)!) as number[];
  return seconds.map(one => one * 1000);
}
