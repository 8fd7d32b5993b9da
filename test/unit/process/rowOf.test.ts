import assert from 'node:assert/strict';
import { rowOf } from '../../../extension/inference/process/rowOf';

describe('rowOf', () => {
  const layer = (number: number, heads: number[][][], kind: 'self' | 'cross' = 'self') =>
    ({ kind, layer: number, heads: heads.length, queries: heads[0].length, keys: heads[0][0].length, data: Float32Array.from(heads.flat(2)) });
  const attention = [
    layer(0, [[[1, 0], [0.5, 0.5]], [[1, 0], [0.25, 0.75]]]),
    layer(1, [[[1, 0], [0, 1]], [[1, 0], [0.25, 0.75]]]),
    layer(0, [[[0.5, 0, 0.5], [0, 0, 1]]], 'cross'),
  ];

  it('gives one head’s row, as a copy', () => {
    const row = rowOf(attention, 'self', 1, { layer: 0, head: 1 });
    assert.deepEqual([...row], [0.25, 0.75]);
    row[0] = 9;
    assert.equal(attention[0].data[6], 0.25);
  });

  it('gives the mean and the maximum over all heads of its kind', () => {
    assert.deepEqual([...rowOf(attention, 'self', 1, 'mean')], [0.25, 0.75]);
    assert.deepEqual([...rowOf(attention, 'self', 1, 'maximum')], [0.5, 1]);
    assert.deepEqual([...rowOf(attention, 'cross', 0, 'mean')], [0.5, 0, 0.5]);
  });

  it('says what there is not', () => {
    assert.throws(() => rowOf(attention, 'self', 1, { layer: 2, head: 0 }), /no row 1 of a head 2\.0/);
    assert.throws(() => rowOf(attention, 'self', 1, { layer: 0, head: 2 }), /head 0\.2/);
    assert.throws(() => rowOf(attention, 'self', 2, 'mean'), /no row 2 of self attention/);
    assert.throws(() => rowOf(attention, 'encoder', 0, 'maximum'), /encoder attention/);
  });
});
