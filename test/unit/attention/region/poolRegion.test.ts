import assert from 'node:assert/strict';
import { poolRegion } from '../../../../core/attention/region/poolRegion';

describe('poolRegion', () => {
  const matrix = { queries: 5, keys: 7, data: Float32Array.from({ length: 35 }, (_, i) => (i * 11) % 35) };
  const at = (query: number, key: number) => matrix.data[query * 7 + key];

  it('gives the weights themselves with a factor of 1', () => {
    const { rows, columns, data } = poolRegion(matrix, { firstQuery: 1, queries: 2, firstKey: 3, keys: 3, factor: 1 });
    assert.deepEqual([rows, columns], [2, 3]);
    assert.deepEqual([...data], [at(1, 3), at(1, 4), at(1, 5), at(2, 3), at(2, 4), at(2, 5)]);
  });

  it('gives the largest of each block, of smaller blocks at the end, and leaves out what lies beyond the matrix', () => {
    const { rows, columns, data } = poolRegion(matrix, {
      firstQuery: 1,
      queries: 100,
      firstKey: 2,
      keys: 100,
      factor: 3,
    });
    assert.deepEqual([rows, columns], [2, 2]);
    const most = (queries: number[], keys: number[]) => Math.max(...queries.flatMap(q => keys.map(k => at(q, k))));
    assert.deepEqual(
      [...data],
      [most([1, 2, 3], [2, 3, 4]), most([1, 2, 3], [5, 6]), most([4], [2, 3, 4]), most([4], [5, 6])],
    );
  });

  it('keeps negative and hidden scores as they are', () => {
    const scores = { queries: 1, keys: 2, data: Float32Array.of(-Infinity, -3) };
    assert.deepEqual(
      [...poolRegion(scores, { firstQuery: 0, queries: 1, firstKey: 0, keys: 2, factor: 2 }).data],
      [-3],
    );
  });

  it('is empty beyond the matrix, and throws for what is no rectangle', () => {
    assert.deepEqual(poolRegion(matrix, { firstQuery: 9, queries: 3, firstKey: 0, keys: 7, factor: 1 }), {
      rows: 0,
      columns: 7,
      data: new Float32Array(0),
    });
    assert.throws(() => poolRegion(matrix, { firstQuery: 0, queries: 3, firstKey: 0, keys: 7, factor: 0 }), RangeError);
    assert.throws(
      () => poolRegion(matrix, { firstQuery: -1, queries: 3, firstKey: 0, keys: 7, factor: 1 }),
      RangeError,
    );
  });
});
