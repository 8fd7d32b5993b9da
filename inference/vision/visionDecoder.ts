import { Tensor } from 'onnxruntime-node';
import { presentName } from '../../core/graph/cacheShape';
import type { AttentionStep } from '../../core/attention/joinSteps';
import { floatNumbers } from '../models/floatNumbers';
import { int64 } from '../models/onnxTensors';
import type { Logits } from '../models/recorder';
import { floatTensor, type VisionSequence } from './visionSequence';
import type { VisionModel } from './visionModel';

/** Keys and values of the tokens that were read, by the decoder's input names: [batch, heads, tokens, head size] each. */
export interface VisionCache {
  readonly length: number;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** What came of reading tokens. */
export interface VisionReading {
  readonly cache: VisionCache;
  /** Of the tokens read, or of the last alone. */
  readonly logits: Logits;
  /** By layer, of the tokens read, where it was asked for. */
  readonly attention: readonly AttentionStep[];
}

/** What to give beside the cache. */
export interface ReadOptions {
  readonly attention?: boolean;
  /** The logits of all tokens that are read; else of the last alone. */
  readonly allLogits?: boolean;
}

export const emptyCache: VisionCache = { length: 0, tensors: {} };

/** Lets the decoder read the tokens of a sequence from where a cache ends up to `to`. */
export async function readTokens(
  { decoder }: VisionModel,
  sequence: VisionSequence,
  cache: VisionCache,
  to: number,
  { attention = false, allLogits = false }: ReadOptions = {},
): Promise<VisionReading> {
  const { width, positions } = sequence;
  const count = to - cache.length;
  const feeds: Record<string, Tensor> = {};
  for (const input of decoder.inputMetadata) {
    if (!input.isTensor) continue;
    const { name, type, shape } = input;
    if (name === 'inputs_embeds') {
      const rows = sequence.embeddings.subarray(cache.length * width, to * width);
      feeds[name] = floatTensor(type, rows, [1, count, width]);
    } else if (name === 'attention_mask') {
      feeds[name] = int64(new BigInt64Array(to).fill(1n), [1, to]);
    } else if (name === 'position_ids') {
      const rows = positions.flatMap(of => of.slice(cache.length, to));
      feeds[name] = int64(
        BigInt64Array.from(rows, BigInt),
        positions.length === 1 ? [1, count] : [positions.length, 1, count],
      );
    } else if (name === 'num_logits_to_keep') {
      feeds[name] = int64(BigInt64Array.of(allLogits ? 0n : 1n), []);
    } else if (name === 'use_cache_branch') {
      feeds[name] = new Tensor('bool', Uint8Array.of(Number(cache.length > 0)), [1]);
    } else if (/^past/.test(name)) {
      feeds[name] = cache.tensors[name] ?? emptyTensor(type, shape);
    }
  }
  let layers: AttentionStep[] = [];
  decoder.recording = {
    wants: (site, what) => attention && site.kind === 'self' && what === 'probabilities',
    logitsAt: allLogits ? undefined : [-1],
    onRun: ({ added }) => {
      layers = [...added]
        .sort((a, b) => a.site.layer - b.site.layer)
        .map(({ tensor: { dims, data } }) => ({
          heads: dims[1],
          queries: dims[2],
          keys: dims[3],
          data: data as Float32Array,
        }));
    },
  };
  let outputs: Record<string, Tensor>;
  try {
    outputs = await decoder.run(feeds);
  } finally {
    decoder.recording = undefined;
  }
  const { dims } = outputs.logits;
  const [rows, columns] = [dims[dims.length - 2], dims[dims.length - 1]];
  const all = floatNumbers(outputs.logits)!;
  const tensors: Record<string, Tensor> = {};
  for (const name of decoder.inputNames) {
    if (/^past/.test(name)) tensors[name] = outputs[presentName(name)];
  }
  return {
    cache: { length: to, tensors },
    // A graph whose unembedding was not found gives the logits of all.
    logits: allLogits ? { rows, columns, data: all } : { rows: 1, columns, data: all.subarray((rows - 1) * columns) },
    attention: layers,
  };
}

/** What a cache held after its first tokens. */
export function shortened({ length, tensors }: VisionCache, to: number): VisionCache {
  if (to >= length) return { length, tensors };
  if (to === 0) return emptyCache;
  const cut: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const [batch, heads, , size] = tensor.dims;
    const from = elementsOf(tensor);
    const kept = new (from.constructor as Uint16ArrayConstructor)(batch * heads * to * size);
    for (let head = 0; head < batch * heads; head++) {
      kept.set(from.subarray(head * length * size, (head * length + to) * size), head * to * size);
    }
    cut[name] = new Tensor(tensor.type as 'float16', kept, [batch, heads, to, size]);
  }
  return { length: to, tensors: cut };
}

/**
 * A cache in which tokens are cut off in layers: their value vectors are 0, so that what reads on takes nothing from them
 * there. The other weights stay as they are.
 */
export function withoutValues(
  { length, tensors }: VisionCache,
  tokens: readonly number[],
  layers: readonly number[] | 'all',
): VisionCache {
  const cut: Record<string, Tensor> = { ...tensors };
  for (const [name, tensor] of Object.entries(tensors)) {
    const layer = layerOf(name);
    if (!/value$/.test(name) || layer === undefined || (layers !== 'all' && !layers.includes(layer))) continue;
    const [batch, heads, , size] = tensor.dims;
    const data = elementsOf(tensor).slice();
    for (let head = 0; head < batch * heads; head++) {
      for (const token of tokens) data.fill(0, (head * length + token) * size, (head * length + token + 1) * size);
    }
    cut[name] = new Tensor(tensor.type as 'float16', data as Uint16Array, tensor.dims);
  }
  return { length, tensors: cut };
}

/** The norm of each token's value vector, by layer: [key/value head][token]. */
export function valueNorms({ length, tensors }: VisionCache): Map<number, { heads: number; data: Float32Array }> {
  const norms = new Map<number, { heads: number; data: Float32Array }>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const layer = layerOf(name);
    if (!/value$/.test(name) || layer === undefined) continue;
    const [, heads, , size] = tensor.dims;
    const numbers = floatNumbers(tensor)!;
    const data = new Float32Array(heads * length);
    for (let i = 0; i < data.length; i++) {
      let sum = 0;
      for (let j = i * size; j < (i + 1) * size; j++) sum += numbers[j] ** 2;
      data[i] = Math.sqrt(sum);
    }
    norms.set(layer, { heads, data });
  }
  return norms;
}

function layerOf(name: string): number | undefined {
  const layer = /\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? undefined : Number(layer);
}

/** The numbers of a tensor, half precision as bits, also where JavaScript has a type of its own for it. */
function elementsOf({ type, data }: Tensor): Float32Array | Uint16Array {
  if (type !== 'float16' || data instanceof Uint16Array) return data as Float32Array | Uint16Array;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}

/** A cache of no tokens: sizes that have names are the batch, of which there is one, and the length, which is 0. */
function emptyTensor(type: string, shape: readonly (number | string)[]): Tensor {
  const dims = shape.map((size, axis) => (axis === 0 ? 1 : axis === 2 ? 0 : Number(size)));
  return type === 'float16'
    ? new Tensor('float16', new Uint16Array(0), dims)
    : new Tensor('float32', new Float32Array(0), dims);
}
