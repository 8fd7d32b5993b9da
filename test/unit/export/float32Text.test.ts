import assert from 'node:assert/strict';
import { float32Json, float32Text } from '../../../core/export/float32Text';

describe('float32Text', () => {
  it('is as short as can be', () => {
    for (const text of ['0', '1', '0.1', '0.3', '0.25', '1e-7', '0.000123', '1e-45', '0.33333334', '0.14285715']) {
      assert.equal(float32Text(Math.fround(Number(text))), text);
    }
    assert.equal(float32Text(-0), '0');
  });

  it('reads back as the same number', () => {
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    for (let i = 0; i < 100_000; i++) {
      bits[0] = (i * 42_949) % 0x3f800000;
      assert.equal(Math.fround(Number(float32Text(value[0]))), value[0]);
    }
  });

  it('says what is no number', () => {
    assert.equal(float32Text(NaN), 'NaN');
    assert.equal(float32Json(NaN), 'null');
    assert.equal(float32Json(Infinity), 'null');
    assert.equal(float32Json(0.5), '0.5');
  });
});
