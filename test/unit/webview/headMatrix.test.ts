import assert from 'node:assert/strict';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import { fromTensor, fromThumbnail, keysByWeight, rowAt, weightAt } from '../../../webview/run/headMatrix';

describe('headMatrix', () => {
  it('takes the thumbnail of a short text for the matrix itself', () => {
    const thumbnails = { rows: 2, columns: 2, data: Float32Array.of(1, 0, 0.5, 0.5, /**/ 1, 0, 0.25, 0.75) };
    const matrix = fromThumbnail({ layer: 0, heads: 2, queries: 2, keys: 2, thumbnails }, 1);
    assert.equal(matrix.exact, true);
    assert.equal(weightAt(matrix, 1, 1), 0.75);
    assert.deepEqual(rowAt(matrix, 1), Float32Array.of(0.25, 0.75));
  });

  it('finds the block that each cell of a long text was pooled into', () => {
    const [queries, keys] = [130, 257];
    const data = Float32Array.from({ length: queries * keys }, (_, i) => ((i * 7919) % 997) / 997);
    const matrix = fromThumbnail(
      { layer: 0, heads: 1, queries, keys, thumbnails: poolMaximum(data, queries, keys) },
      0,
    );
    assert.equal(matrix.exact, false);
    const full = fromTensor({ shape: [1, 1, queries, keys], data });
    for (let query = 0; query < queries; query++) {
      for (let key = 0; key < keys; key++) {
        assert.ok(weightAt(matrix, query, key) >= weightAt(full, query, key), `${query}, ${key}`);
      }
    }
    const row = rowAt(matrix, 129);
    assert.equal(row.length, keys);
    assert.equal(row[256], matrix.data[64 * 64 - 1]);
  });

  it('sorts keys by weight, equal ones in the order of the text', () => {
    assert.deepEqual(keysByWeight(Float32Array.of(0.1, 0.4, 0.1, 0.4)), [1, 3, 0, 2]);
    assert.deepEqual(keysByWeight(Float32Array.of(0.1, 0.4, 0.1, 0.4), 1), [1]);
    const row = Float32Array.from({ length: 500 }, (_, i) => ((i * 37) % 101) / 101);
    assert.deepEqual(keysByWeight(row, 12), keysByWeight(row).slice(0, 12));
  });
});
