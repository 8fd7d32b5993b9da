import { Tensor } from 'onnxruntime-node';
import { floatNumbers } from './floatNumbers';

/** Tensors by name, those of half precision in float32: what a graph is fed that computes in float32 (`inFloat32`). */
export function widened<Tensors extends Readonly<Record<string, Tensor>>>(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      tensor.type === 'float16' ? new Tensor('float32', floatNumbers(tensor)!, tensor.dims) : tensor,
    ]),
  ) as Tensors;
}
