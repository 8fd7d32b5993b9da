import assert from 'node:assert/strict';
import { rankCorrelation } from '../../../../core/attention/measures/rankCorrelation';

const near = (value: number, right: number) => assert.ok(Math.abs(value - right) < 1e-12, `${value}`);

describe('rankCorrelation', () => {
  it('is 1 for the same order however far apart, −1 for the reverse', () => {
    near(rankCorrelation([1, 2, 3, 4], [0, 10, 11, 1000]), 1);
    near(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  });

  // scipy.stats.spearmanr([86, 97, 99, 100, 101, 103, 106, 110, 112, 113], [2, 20, 28, 27, 50, 29, 7, 17, 6, 12])
  it('is what the textbook has', () =>
    near(
      rankCorrelation([86, 97, 99, 100, 101, 103, 106, 110, 112, 113], [2, 20, 28, 27, 50, 29, 7, 17, 6, 12]),
      -29 / 165,
    ));

  // Ranks 1.5, 1.5, 3, 4 and 1, 2.5, 2.5, 4: covariance 3.75 over √(4.5 · 4.5).
  it('lets equal numbers share their places', () => near(rankCorrelation([1, 1, 2, 3], [1, 2, 2, 3]), 3.75 / 4.5));

  it('is nothing where all are equal, or there are fewer than two', () => {
    assert.ok(Number.isNaN(rankCorrelation([1, 1, 1], [1, 2, 3])));
    assert.ok(Number.isNaN(rankCorrelation([1], [2])));
    assert.ok(Number.isNaN(rankCorrelation([], [])));
  });

  it('reads typed arrays, and refuses lists of different lengths', () => {
    near(rankCorrelation(Float32Array.of(0.1, 0.2, 0.3), [3, 4, 5]), 1);
    assert.throws(() => rankCorrelation([1, 2], [1]), RangeError);
  });
});
