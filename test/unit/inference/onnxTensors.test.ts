import assert from 'node:assert/strict';
import { Tensor } from 'onnxruntime-node';
import { readable } from '../../../inference/models/onnxTensors';

describe('what the runtime is fed', () => {
  it('is of half precision the bits, where JavaScript has another array for such numbers', () => {
    const whole = new Tensor('float32', Float32Array.of(1), [1]);
    // Stands for the Float16Array of newer versions of Node, which is none of 16-bit integers.
    const numbers = Int16Array.of(0, 0x3c00, 0x4000, 0).subarray(1, 3);
    const half = { type: 'float16', dims: [2], location: 'cpu', data: numbers } as unknown as Tensor;
    const fed = readable({ whole, half });
    assert.equal(fed.whole, whole);
    assert.deepEqual(fed.half.data, Uint16Array.of(0x3c00, 0x4000));
    assert.deepEqual([fed.half.type, fed.half.dims], ['float16', [2]]);
  });

  it('is left as it is where it holds its bits', () => {
    const bits = { type: 'float16', dims: [1], data: Uint16Array.of(0x3c00) } as unknown as Tensor;
    assert.equal(readable({ bits }).bits, bits);
  });
});
