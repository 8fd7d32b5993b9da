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
  const whole = (value: number | bigint | boolean | string): bigint => BigInt(value);
  switch (type) {
    case 'int64':
      return new Tensor('int64', filled(new BigInt64Array(data.length), data, whole), shape);
    case 'int32':
      return new Tensor('int32', filled(new Int32Array(data.length), data, Number), shape);
    case 'int8':
      return new Tensor('int8', filled(new Int8Array(data.length), data, Number), shape);
    case 'uint8':
      return new Tensor('uint8', filled(new Uint8Array(data.length), data, Number), shape);
    case 'bool':
      return new Tensor('bool', filled(new Uint8Array(data.length), data, Number), shape);
    case 'float16':
      return new Tensor(
        'float16',
        filled(new Uint16Array(data.length), data, value => float16Bits(Number(value))),
        shape,
      );
    case 'float32':
      return new Tensor('float32', filled(new Float32Array(data.length), data, Number), shape);
    case 'float64':
      return new Tensor('float64', filled(new Float64Array(data.length), data, Number), shape);
    default:
      return undefined;
  }
}

/** Numbers in an array of their type, one by one: a list of them in between would take several times as much. */
function filled<Into extends { [place: number]: number | bigint }, Value>(
  into: Into,
  data: ArrayLike<Value>,
  toNumber: (value: Value) => Into[number],
): Into {
  for (let i = 0; i < data.length; i++) into[i] = toNumber(data[i]);
  return into;
}
