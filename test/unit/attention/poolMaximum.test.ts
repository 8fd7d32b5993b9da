import assert from 'node:assert/strict';
import { poolMaximum } from '../../../core/attention/poolMaximum';

describe('poolMaximum', () => {
  it('leaves a small matrix as it is, in memory of its own', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const pooled = poolMaximum(data, 2, 3);
    assert.deepEqual(pooled, { rows: 2, columns: 3, data });
    assert.notEqual(pooled.data.buffer, data.buffer);
  });

  it('keeps the largest of each block', () => {
    const data = Float32Array.from({ length: 16 }, (_, i) => i);
    assert.deepEqual(poolMaximum(data, 4, 4, 2), { rows: 2, columns: 2, data: Float32Array.of(5, 7, 13, 15) });
  });

  it('pools only the axis that is too long', () => {
    const data = Float32Array.of(1, 4, 2, 3, /**/ 8, 5, 6, 7);
    assert.deepEqual(poolMaximum(data, 2, 4, 2), { rows: 2, columns: 2, data: Float32Array.of(4, 3, 8, 7) });
  });

  it('puts every cell into exactly one block, where the length is no multiple of the limit', () => {
    for (const [rows, columns] of [
      [65, 65],
      [100, 3],
      [7, 191],
      [511, 130],
    ]) {
      const at = [
        [0, 0],
        [rows - 1, columns - 1],
        [rows >> 1, columns >> 1],
      ];
      for (const [row, column] of at) {
        const data = new Float32Array(rows * columns);
        data[row * columns + column] = 1;
        const pooled = poolMaximum(data, rows, columns);
        assert.equal(pooled.rows, Math.min(rows, 64));
        assert.equal(pooled.columns, Math.min(columns, 64));
        assert.equal(
          pooled.data.reduce((sum, value) => sum + value, 0),
          1,
          `${row}, ${column} of ${rows} × ${columns}`,
        );
      }
    }
  });

  it('gives an empty matrix for an empty one', () => {
    assert.deepEqual(poolMaximum(new Float32Array(0), 0, 5), { rows: 0, columns: 5, data: new Float32Array(0) });
  });
});
