import { Tensor } from 'onnxruntime-node';
import { float16Bits } from '../../core/export/float16';

/**
 * Numbers as a tensor of the type that an input wants.
 * @returns undefined where the type takes no numbers from a file (strings, sequences).
 */
export function inputTensor(
  type: string,
  shape: readonly number[],
  data: ArrayLike<number | bigint | boolean | string>,
): Tensor | undefined {
  const values = Array.from(data);
  const numbers = values.map(Number);
  switch (type) {
    case 'int64':
      return new Tensor(
        'int64',
        BigInt64Array.from(values, value => BigInt(value)),
        shape,
      );
    case 'int32':
      return new Tensor('int32', Int32Array.from(numbers), shape);
    case 'int8':
      return new Tensor('int8', Int8Array.from(numbers), shape);
    case 'uint8':
      return new Tensor('uint8', Uint8Array.from(numbers), shape);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(numbers), shape);
    case 'float16':
      return new Tensor('float16', Uint16Array.from(numbers, float16Bits), shape);
    case 'float32':
      return new Tensor('float32', Float32Array.from(numbers), shape);
    case 'float64':
      return new Tensor('float64', Float64Array.from(numbers), shape);
    default:
      return undefined;
  }
}
