import { DataType, type OnnxModel, type OnnxTensor } from './onnxModel';

/** Where the data of a model's constants lies. */
export type ConstantsOf = Pick<OnnxModel, 'bytes' | 'weightsIn'>;

/** The types whose elements take so many bytes. */
const typesOfWidth: readonly (readonly [width: number, types: readonly number[]])[] = [
  [1, [DataType.bool, DataType.uint8, DataType.int8]],
  [2, [DataType.float16, DataType.bfloat16, DataType.int16, DataType.uint16]],
  [4, [DataType.float, DataType.int32, DataType.uint32]],
  [8, [DataType.double, DataType.int64]],
];

/**
 * Some elements of a constant, by flat index; undefined where its data is not in the model's file or of another type.
 * Costs as much as the elements asked for, whatever the size of the constant.
 */
export function constantElements(
  model: ConstantsOf,
  tensor: OnnxTensor,
  indices: readonly number[],
): number[] | undefined {
  if (tensor.loose) {
    return indices.every(i => i < tensor.loose!.length)
      ? indices.map(i => signed(tensor, tensor.loose![i]))
      : undefined;
  }
  if (indices.length === 0) return [];
  if (tensor.external) return leftElements(model, tensor, indices);
  if (!tensor.data) return undefined;
  const { start, end, field } = tensor.data;
  if (field === 5 || field === 7) return varints(model.bytes, start, end, indices);
  const width = field === 4 ? 4 : field === 10 ? 8 : typesOfWidth.find(([, types]) => types.includes(tensor.type))?.[0];
  if (!width || indices.some(i => start + (i + 1) * width > end)) return undefined;
  const view = new DataView(model.bytes.buffer, model.bytes.byteOffset + start, end - start);
  return indices.map(i => element(view, i * width, tensor.type));
}

/** Elements of a constant that was left in the model's own file: what lies between the first and the last asked for is read. */
function leftElements(
  { weightsIn }: ConstantsOf,
  { external, type }: OnnxTensor,
  indices: readonly number[],
): number[] | undefined {
  const width = typesOfWidth.find(([, types]) => types.includes(type))?.[0];
  const { location, offset, length = 0 } = external!;
  const [first, last] = indices.reduce(([least, most], i) => [Math.min(least, i), Math.max(most, i)], [Infinity, 0]);
  if (!weightsIn || location !== weightsIn.name || !width || (last + 1) * width > length) return undefined;
  const bytes = weightsIn.read(offset + first * width, (last + 1 - first) * width);
  if (bytes.length < (last + 1 - first) * width) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return indices.map(i => element(view, (i - first) * width, type));
}

/** All elements of a constant of at most `most` elements, else undefined. */
export function allElements(model: ConstantsOf, tensor: OnnxTensor, most: number): number[] | undefined {
  const count = tensor.dims.reduce((a, b) => a * b, 1);
  return count <= most
    ? constantElements(
        model,
        tensor,
        Array.from({ length: count }, (_, i) => i),
      )
    : undefined;
}

function element(view: DataView, at: number, type: number): number {
  switch (type) {
    case DataType.float:
      return view.getFloat32(at, true);
    case DataType.double:
      return view.getFloat64(at, true);
    case DataType.int32:
      return view.getInt32(at, true);
    case DataType.uint32:
      return view.getUint32(at, true);
    case DataType.int64:
      return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
    case DataType.int16:
      return view.getInt16(at, true);
    case DataType.uint16:
      return view.getUint16(at, true);
    case DataType.int8:
      return view.getInt8(at);
    case DataType.float16:
      return half(view.getUint16(at, true));
    case DataType.bfloat16:
      return bfloat(view.getUint16(at, true));
    default:
      return view.getUint8(at);
  }
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}

function bfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(2, bits, true);
  return view.getFloat32(0, true);
}

/** Elements loosely written or packed as varints: 16-bit floats stand there by their bits. */
function signed(tensor: OnnxTensor, value: number): number {
  return tensor.type === DataType.float16 ? half(value) : tensor.type === DataType.bfloat16 ? bfloat(value) : value;
}

function varints(file: Uint8Array, start: number, end: number, indices: readonly number[]): number[] | undefined {
  const wanted = Math.max(-1, ...indices);
  const all: number[] = [];
  let at = start;
  while (all.length <= wanted && at < end) {
    let value = 0;
    let scale = 1;
    let high = false;
    for (let i = 0; at < end && i < 10; i++) {
      const byte = file[at++];
      value += (byte & 127) * scale;
      scale *= 128;
      if (i === 9) high = true;
      if (byte < 128) break;
    }
    all.push(high ? value - 2 ** 64 : value);
  }
  return all.length > wanted ? indices.map(i => all[i]) : undefined;
}
