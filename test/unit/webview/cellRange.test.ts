import assert from 'node:assert/strict';
import { rangeBetween, rangeSums } from '../../../core/attention/cellRange';
import { hiddenKeys, matrixMarginals } from '../../../core/attention/matrixMarginals';
import { fromTensor, type HeadMatrix } from '../../../webview/run/headMatrix';

/** Causal: each query shares its weight out, a half to itself and the rest in equal parts. */
const causal = (size: number): HeadMatrix =>
  fromTensor({
    shape: [1, 1, size, size],
    data: Float32Array.from({ length: size * size }, (_, i) => {
      const [query, key] = [Math.floor(i / size), i % size];
      if (key > query) return 0;
      if (query === 0) return 1;
      return key === query ? 0.5 : 0.5 / query;
    }),
  });

describe('a range of cells', () => {
  it('lies between two corners, whichever they are', () => {
    assert.deepEqual(rangeBetween({ query: 5, key: 1 }, { query: 2, key: 4 }), {
      firstQuery: 2,
      lastQuery: 5,
      firstKey: 1,
      lastKey: 4,
    });
  });

  it('has a mass, a mean over what can be seen, and a largest weight', () => {
    const sums = rangeSums(causal(4), { firstQuery: 1, lastQuery: 2, firstKey: 1, lastKey: 3 }, true);
    // Query 1 gives key 1 a half; query 2 gives key 1 a quarter and key 2 a half.
    assert.equal(sums.mass, 1.25 / 2);
    assert.equal(sums.cells, 3);
    assert.equal(sums.mean, 1.25 / 3);
    assert.deepEqual(sums.largest, { query: 1, key: 1, weight: 0.5 });
  });

  it('has no mean where nothing in it can be seen', () => {
    assert.deepEqual(rangeSums(causal(4), { firstQuery: 0, lastQuery: 0, firstKey: 2, lastKey: 3 }, true), {
      mass: 0,
      mean: 0,
      cells: 0,
      largest: { query: 0, key: 2, weight: 0 },
    });
  });
});

describe('matrixMarginals', () => {
  it('sums rows to 1, and gives each key the mean of those that can see it', () => {
    const { rows, columns } = matrixMarginals(
      causal(3),
      { firstQuery: 0, lastQuery: 2, firstKey: 0, lastKey: 2 },
      true,
    );
    assert.deepEqual([...rows], [1, 1, 1]);
    assert.deepEqual([...columns], [Math.fround((1 + 0.5 + 0.25) / 3), 0.375, 0.5]);
  });

  it('sums only what is in sight', () => {
    const { rows, columns } = matrixMarginals(
      causal(4),
      { firstQuery: 2, lastQuery: 3, firstKey: 1, lastKey: 2 },
      true,
    );
    assert.deepEqual([...rows], [0.75, Math.fround(2 * Math.fround(0.5 / 3))]);
    assert.deepEqual(
      [...columns],
      [Math.fround((0.25 + Math.fround(0.5 / 3)) / 2), Math.fround((0.5 + Math.fround(0.5 / 3)) / 2)],
    );
  });
});

describe('hiddenKeys', () => {
  it('finds the keys that no query gives any weight, as padding is', () => {
    const padded = fromTensor({ shape: [1, 1, 2, 3], data: Float32Array.of(0.5, 0.5, 0, 0, 1, 0) });
    assert.deepEqual([...hiddenKeys(padded)], [0, 0, 1]);
    assert.deepEqual([...hiddenKeys(causal(4))], [0, 0, 0, 0]);
  });
});
