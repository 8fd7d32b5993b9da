import { float32Bytes } from './float32Bytes';

const encoder = new TextEncoder();

/**
 * The beginning of an NPY file (NumPy's `numpy.lib.format`, version 1.0; 2.0 where the header is longer than 65,535 bytes)
 * for one array of 32-bit floats, little-endian, in C order. The numbers follow it.
 */
export function npyHeader(shape: readonly number[]): Uint8Array {
  return headerOf("'<f4'", shape);
}

/** One array of a record. */
export interface RecordField {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * An NPY file of one record that has several arrays by name, each of 32-bit floats (a structured type of NumPy): with
 * `t = numpy.load(file)`, `t['q']` is an array of its shape.
 * @throws RangeError where an array has more or fewer numbers than its shape.
 */
export function* npyRecord(fields: readonly RecordField[]): Generator<Uint8Array> {
  for (const { name, shape, data } of fields) checkCount(name, shape, data.length);
  const types = fields.map(({ name, shape }) => `('${name}', '<f4'${shape.length > 0 ? `, (${tuple(shape)})` : ''})`);
  yield headerOf(`[${types.join(', ')}]`, []);
  for (const { data } of fields) yield float32Bytes(data);
}

function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `${shape[0]},` : shape.join(', ');
}

function headerOf(type: string, shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': ${type}, 'fortran_order': False, 'shape': (${tuple(shape)}), }`;
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
  checkCount('An array', shape, written);
}

function checkCount(name: string, shape: readonly number[], numbers: number): void {
  const size = shape.reduce((product, length) => product * length, 1);
  if (numbers !== size) throw new RangeError(`${name} of shape ${shape.join(' × ')} needs ${size} numbers.`);
}
