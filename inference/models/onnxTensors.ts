import { Tensor } from 'onnxruntime-node';

/** Integers as a tensor of the runtime. */
export function int64(data: BigInt64Array, dims: readonly number[] = [data.length]): Tensor {
  return new Tensor('int64', data, dims);
}

/**
 * What the runtime is fed, as its native part can read it. Where JavaScript has `Float16Array` (Node 24), tensors of half
 * precision hold one, of which the native part sees no byte: it is given their bits.
 */
export function readable<Feeds extends Readonly<Record<string, unknown>>>(feeds: Feeds): Feeds {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, value]) => {
      const { type, data } = value as Tensor;
      if (type !== 'float16' || data instanceof Uint16Array) return [name, value];
      const { buffer, byteOffset, length } = data as unknown as Uint16Array;
      const bits = new Uint16Array(buffer, byteOffset, length);
      return [name, Object.create(value as Tensor, { data: { value: bits } }) as Tensor];
    }),
  ) as Feeds;
}
