import type { Tensor } from 'onnxruntime-node';

/**
 * The numbers of a float tensor as float32: those of half precision (binary16) are widened, whether the runtime gives their
 * bits or a `Float16Array`. Undefined of other element types.
 */
export function floatNumbers({ type, data }: Pick<Tensor, 'type' | 'data'>): Float32Array | undefined {
  if (type === 'float32') return data as Float32Array;
  if (type !== 'float16') return undefined;
  if (!(data instanceof Uint16Array)) return new Float32Array(data as unknown as ArrayLike<number>);
  // Logits of a long text are a hundred million numbers.
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => float16Number(bits));
  const numbers = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) numbers[i] = table[data[i]];
  return numbers;
}

/** Each number of 16 bits. */
let table: Float32Array | undefined;

/** The number of 16 bits (IEEE 754-2008, 3.6). */
function float16Number(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >>> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
