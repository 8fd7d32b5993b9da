import { float32Bytes } from './float32Bytes';

const encoder = new TextEncoder();

/**
 * The beginning of an NPY file (NumPy's `numpy.lib.format`, version 1.0; 2.0 where the header is longer than 65,535 bytes)
 * for one array of 32-bit floats, little-endian, in C order. The numbers follow it.
 */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  // NumPy leaves room for the first axis to grow in place; files are the same to the byte if this does too.
  const growth = shape.length > 0 ? ' '.repeat(21 - String(shape[0]).length) : '';
  const fixed = dictionary + growth;
  const long = 10 + fixed.length + 64 > 0xffff;
  const before = long ? 12 : 10;
  const header = fixed + ' '.repeat((64 - ((before + fixed.length + 1) % 64)) % 64) + '\n';
  const bytes = new Uint8Array(before + header.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, long ? 2 : 1, 0]);
  const view = new DataView(bytes.buffer);
  if (long) view.setUint32(8, header.length, true);
  else view.setUint16(8, header.length, true);
  bytes.set(encoder.encode(header), before);
  return bytes;
}

/**
 * An NPY file, see {@link npyHeader}, as pieces to be written one after the other. `numpy.load(file)` reads it.
 * @param parts The numbers in C order, in any number of parts (the layers of a tensor, each as it is fetched).
 * @throws RangeError where the parts have more or fewer numbers than the shape.
 */
export async function* npy(
  shape: readonly number[],
  parts: Iterable<Float32Array> | AsyncIterable<Float32Array>,
): AsyncGenerator<Uint8Array> {
  yield npyHeader(shape);
  const size = shape.reduce((product, length) => product * length, 1);
  let written = 0;
  for await (const part of parts) {
    written += part.length;
    if (written > size) break;
    yield float32Bytes(part);
  }
  if (written !== size) throw new RangeError(`An array of shape ${shape.join(' × ')} needs ${size} numbers.`);
}
