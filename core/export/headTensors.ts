import type { HeadAddress } from '../run/explanation';

/** One array of a head's steps. Rows and columns are tokens where that is said, else numbers of a vector. */
export interface StepTensor {
  readonly name: 'q' | 'k' | 'v' | 'bias' | 'scores' | 'weights' | 'output' | 'write';
  readonly shape: readonly [rows: number, columns: number];
  /** Row-major. */
  readonly data: Float32Array;
  readonly rows: 'queries' | 'keys';
  readonly columns?: 'keys';
}

/**
 * All that goes into one head's attention and comes of it, in the model's own numbers, so that it can be worked out again:
 * `q` as it meets the keys (positions already turned), `k`, `v`, `bias` (what is added to the scaled products, −∞ where the
 * mask hides a key), `scores` (what goes into the softmax), `weights`, `output` (weights times values) and `write`, what the
 * output adds to the residual stream; without `write` where the graph does not show it.
 */
export interface HeadTensors {
  readonly address: HeadAddress;
  /** What q·k is multiplied with. */
  readonly scale: number;
  readonly tensors: readonly StepTensor[];
}

const compute =
  "s = t['scale'] * t['q'] @ t['k'].T + t['bias']; w = np.exp(s - s.max(-1, keepdims=True)); w /= w.sum(-1, keepdims=True); o = w @ t['v']";

/** A line of NumPy for each format: reads the file and works out weights (`w`) and output (`o`) from q, k and v. */
export const numpyLines = {
  json: `import json, numpy as np; t = {n: np.array(x, np.float32) for n, x in json.load(open('steps.json'))['tensors'].items()}; ${compute}`,
  npy: `import numpy as np; t = np.load('steps.npy'); ${compute}`,
  safetensors: `import numpy as np; from safetensors.numpy import load_file; t = load_file('steps.safetensors'); ${compute}`,
} as const;
