import { Tensor } from 'onnxruntime-node';

/** Integers as a tensor of the runtime. */
export function int64(data: BigInt64Array, dims: readonly number[] = [data.length]): Tensor {
  return new Tensor('int64', data, dims);
}
