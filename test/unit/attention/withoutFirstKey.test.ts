import assert from 'node:assert/strict';
import { withoutFirstKey } from '../../../core/attention/withoutFirstKey';

describe('withoutFirstKey', () => {
  const data = Float32Array.from([1, 0, 0, 0.75, 0.25, 0, 0.5, 0.125, 0.375]);

  it('divides what is left of each row by its sum; a row of the first key alone is zeros', () => {
    assert.deepEqual([...withoutFirstKey(data, 3)], [0, 0, 0, 0, 1, 0, 0, 0.25, 0.75]);
    assert.deepEqual([...data.subarray(0, 4)], [1, 0, 0, 0.75], 'the attention itself stays');
  });

  it('of maxima leaves the rest as it is', () => {
    assert.deepEqual([...withoutFirstKey(data, 3, false)], [0, 0, 0, 0, 0.25, 0, 0, 0.125, 0.375]);
  });
});
