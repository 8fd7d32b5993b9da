/** An array of numbers, row-major. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** For each type: bytes of a number, what holds so many of them, and how one is read. */
const readers: Readonly<
  Record<
    string,
    readonly [
      size: number,
      holder: (count: number) => Holder,
      read: (view: DataView, at: number, little: boolean) => number | bigint,
    ]
  >
> = {
  f2: [2, count => new Float32Array(count), (view, at, little) => half(view.getUint16(at, little))],
  f4: [4, count => new Float32Array(count), (view, at, little) => view.getFloat32(at, little)],
  f8: [8, count => new Float64Array(count), (view, at, little) => view.getFloat64(at, little)],
  i1: [1, count => new Int8Array(count), (view, at) => view.getInt8(at)],
  i2: [2, count => new Int16Array(count), (view, at, little) => view.getInt16(at, little)],
  i4: [4, count => new Int32Array(count), (view, at, little) => view.getInt32(at, little)],
  i8: [8, count => new BigInt64Array(count), (view, at, little) => view.getBigInt64(at, little)],
  u1: [1, count => new Uint8Array(count), (view, at) => view.getUint8(at)],
  u2: [2, count => new Uint16Array(count), (view, at, little) => view.getUint16(at, little)],
  u4: [4, count => new Uint32Array(count), (view, at, little) => view.getUint32(at, little)],
  b1: [1, count => new Uint8Array(count), (view, at) => view.getUint8(at)],
};

/** An array of one type of numbers, by place. */
interface Holder extends ArrayLike<number | bigint> {
  [place: number]: number | bigint;
}

/**
 * Reads an NPY file (NumPy's `numpy.lib.format`, versions 1 to 3) of numbers in C order.
 * @throws Error with one sentence where it is none, or of another kind.
 */
export function readNpy(bytes: Uint8Array, name: string): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 0x934e554d) {
    throw new Error(`${name} is not an NPY file; save it with numpy.save.`);
  }
  const long = bytes[6] > 1;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(long ? 12 : 10, start));
  const [, order, type] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const written = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  const shape = written
    ?.split(',')
    .filter(part => part.trim() !== '')
    .map(Number);
  const reader = type !== undefined && Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!reader || !shape) {
    throw new Error(
      `${name} holds ${type ? `numbers of type ${type}` : 'no plain array'}, which Headlight does not read; save it as float32 or int64.`,
    );
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw new Error(`${name} is in Fortran order; save numpy.ascontiguousarray of it.`);
  }
  const [size, holder, read] = reader;
  const count = shape.reduce((product, length) => product * length, 1);
  if (!shape.every(length => Number.isSafeInteger(length) && length >= 0)) {
    throw new Error(`${name} has the shape (${written!.slice(0, 60)}), which no array has; save it with numpy.save.`);
  }
  if (bytes.length < start + count * size) {
    throw new Error(`${name} is cut short: its header promises ${count} numbers.`);
  }
  // As large as the file, whatever its numbers are.
  const data = holder(count);
  for (let i = 0; i < count; i++) data[i] = read(view, start + i * size, order !== '>');
  return { shape, data };
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
