import assert from 'node:assert/strict';
import { float16Bits } from '../../../core/export/float16';
import { decodeMatrix } from '../../../core/export/page/decodeMatrix';

const all = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits);
const matrix = {
  name: '',
  kind: '',
  layer: 0,
  queries: 'input',
  keys: 'input',
  rows: 1,
  columns: all.length,
  causal: false,
  packed: false,
  start: 0,
} as const;
const values = decodeMatrix(all, matrix);

describe('float16Bits', () => {
  it('gives each number that has 16 bits its bits', () => {
    assert.deepEqual(
      [values[0], values[1], values[0x3c00], values[0x3555], values[0x7bff]],
      [0, 2 ** -24, 1, 0.333251953125, 65504],
    );
    values.forEach((value, bits) => assert.equal(float16Bits(value), bits));
    assert.equal(float16Bits(-2), 0xc000);
    assert.deepEqual(
      [65519, 65520, Infinity, -Infinity, NaN, 1e-9].map(float16Bits),
      [0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7e00, 0],
    );
  });

  it('takes the nearest, halfway the even one', () => {
    for (let bits = 0; bits + 1 < 0x7c00; bits += 7) {
      const [low, high] = [values[bits], values[bits + 1]];
      const middle = (low + high) / 2;
      assert.equal(float16Bits(middle), bits % 2 === 0 ? bits : bits + 1);
      assert.equal(float16Bits(low + (high - low) * 0.49), bits);
      assert.equal(float16Bits(low + (high - low) * 0.51), bits + 1);
    }
  });

  it('is off by no more than the page says', () => {
    for (let i = 1; i < 20_000; i++) {
      const weight = Math.fround((i / 20_000) ** 4);
      assert.ok(Math.abs(values[float16Bits(weight)] - weight) <= Math.max(weight * 0.0005, 3e-8));
    }
  });
});
