import { readFileSync } from 'node:fs';
import path from 'node:path';

/** PyTorch's attention for a built-in model's example texts. */
export interface ReferenceExample {
  readonly text: string;
  readonly ids: readonly number[];
  readonly [key: string]: unknown;
}

/** [layer][head][query][key], row-major. */
export interface ReferenceTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where a built-in model's fp32 files and references lie. */
export function fixtureFolder(model: string): string {
  return path.resolve('test/fixtures/models', model);
}

/** The example texts of a built-in model, and a reader of their reference tensors. */
export function readReference(model: string): {
  examples: ReferenceExample[];
  tensor: (at: { shape: number[]; offset: number }) => ReferenceTensor;
} {
  const folder = fixtureFolder(model);
  const { examples } = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as {
    examples: ReferenceExample[];
  };
  const bytes = readFileSync(path.join(folder, 'reference.bin'));
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return {
    examples,
    tensor: ({ shape, offset }) => ({ shape, data: floats.slice(offset, offset + shape.reduce((a, b) => a * b, 1)) }),
  };
}

/** What PyTorch said of a model's example texts, in a model's own form, and the numbers that its offsets point into. */
export function readCases<Case>(model: string): { cases: Case[]; numbers: Float32Array } {
  const folder = fixtureFolder(model);
  return {
    cases: JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Case[],
    numbers: new Float32Array(new Uint8Array(readFileSync(path.join(folder, 'reference.bin'))).buffer),
  };
}

/** The largest absolute difference. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
