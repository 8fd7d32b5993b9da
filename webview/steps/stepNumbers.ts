import type { AttentionSteps } from '../../core/run/explanation';

/** A number for a note: "46.4", "−0.31", "0.0034", "3e-5", "0". The minus is the typographic one. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const digits =
    size >= 1e7
      ? size.toExponential(2)
      : size >= 1000
        ? Math.round(size).toLocaleString('en-US')
        : size >= 10
          ? size.toFixed(1)
          : size >= 0.01
            ? size.toFixed(2)
            : size >= 0.0001
              ? size.toFixed(4)
              : size.toExponential(0);
  return value < 0 ? `−${digits}` : digits;
}

/** The same with its sign always said: "+0.31", "−0.31". */
export function formatSigned(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

/** A weight for a column and for a note: three decimals as far as they say something. */
export function formatShare(weight: number): string {
  if (weight === 0) return '0';
  return weight < 0.0005 ? '<0.001' : weight.toFixed(3);
}

/** Writes the numbers of a column with as many decimals as its largest needs, so that they stand under each other. */
export function columnFormat(values: Iterable<number>): (value: number) => string {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  const decimals = largest >= 1000 ? 0 : largest >= 10 ? 1 : 2;
  return value => {
    const digits = Math.abs(value).toFixed(decimals);
    return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
  };
}

/** The length of a vector. */
export function norm(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

/** One key's vector: [d]. */
export function keyVector({ keys, headSize }: AttentionSteps, key: number): Float32Array {
  return keys.subarray(key * headSize, (key + 1) * headSize);
}

/** One key's value: [valueSize]. */
export function valueVector({ values, valueSize }: AttentionSteps, key: number): Float32Array {
  return values.subarray(key * valueSize, (key + 1) * valueSize);
}

/** What the numbers of a row are in size. */
export interface StepSizes {
  /** [keys]: the length of each value. */
  readonly values: Float32Array;
  /** [keys]: weight × length of the value. */
  readonly parts: Float32Array;
  /** The length of the head's output, at most {@link sumOfParts}: shorter where values point apart. */
  readonly output: number;
  readonly sumOfParts: number;
  /** The mean length of the values of the keys that are seen. */
  readonly meanValue: number;
}

/** The lengths of a row's vectors. */
export function stepSizes(steps: AttentionSteps): StepSizes {
  const values = Float32Array.from(steps.weights, (_, key) => norm(valueVector(steps, key)));
  const parts = values.map((length, key) => length * steps.weights[key]);
  const seen = values.filter((_, key) => steps.scores[key] !== -Infinity);
  const sum = (numbers: Float32Array) => numbers.reduce((total, number) => total + number, 0);
  return {
    values,
    parts,
    output: norm(steps.output),
    sumOfParts: sum(parts),
    meanValue: sum(seen) / (seen.length || 1),
  };
}

/**
 * Whether most of each key is what all seen keys have in common. That part gives the same to every score, and the softmax
 * looks at differences only.
 */
export function keysAreAlike({ keys, headSize, scores }: AttentionSteps): boolean {
  const mean = new Float32Array(headSize);
  let [lengths, seen] = [0, 0];
  for (const [key, score] of scores.entries()) {
    if (score === -Infinity) continue;
    const vector = keys.subarray(key * headSize, (key + 1) * headSize);
    vector.forEach((value, i) => {
      mean[i] += value;
    });
    lengths += norm(vector);
    seen++;
  }
  return seen > 2 && norm(mean) > 0.8 * lengths;
}

/** Of more numbers than these, {@link fullSize} looks at some. */
const manyNumbers = 20_000;

/** The size that counts as full colour: nearly the largest, so that one outlier leaves the others their colour. */
export function fullSize(numbers: Float32Array): number {
  const step = Math.ceil(numbers.length / manyNumbers) || 1;
  const sizes = Float32Array.from({ length: Math.ceil(numbers.length / step) }, (_, i) =>
    Math.abs(numbers[i * step]),
  ).sort();
  return sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.98))] || sizes.at(-1) || 1;
}
