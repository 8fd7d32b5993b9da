import assert from 'node:assert/strict';
import { readRegion } from '../../../../core/attention/region/readRegion';

describe('readRegion', () => {
  // Two queries; the last of four keys is padding.
  const matrix = { queries: 2, keys: 4, data: Float32Array.of(1, 0, 0, 0, 0.25, 0.5, 0.25, 0) };
  const region = { firstQuery: 1, queries: 1, firstKey: 1, keys: 2, factor: 1 };

  it('gives no more than is asked for', () => {
    assert.deepEqual(readRegion(matrix, region), { rows: 1, columns: 2, data: Float32Array.of(0.5, 0.25) });
  });

  it('tells which keys of the whole no query sees, whichever part is asked for', () => {
    assert.deepEqual(readRegion(matrix, { ...region, unseen: true }).hidden, Uint8Array.of(0, 0, 0, 1));
  });

  it('tells the sums of the part and the strongest weights of the whole', () => {
    const { sums, edges } = readRegion(matrix, { ...region, summed: { causal: false }, strongest: 2 });
    assert.equal(sums?.mass, 0.75);
    assert.deepEqual(edges?.at.length, 2);
  });
});
