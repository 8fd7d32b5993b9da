import assert from 'node:assert/strict';
import { jensenShannon } from '../../../../core/attention/measures/jensenShannon';
import { near, randomHead } from './support/heads';

const row = (...weights: number[]) => Float32Array.from(weights);

describe('jensenShannon', () => {
  it('by hand: 0 for equal rows, 1 for rows without a common key, 0.3113 for (1, 0) and (½, ½)', () => {
    assert.equal(jensenShannon(row(1, 0), row(1, 0)), 0);
    assert.equal(jensenShannon(row(1, 0), row(0, 1)), 1);
    // H(¾, ¼) − ½ H(½, ½) = 0.8113 − 0.5.
    assert.ok(near(jensenShannon(row(1, 0), row(0.5, 0.5)), 0.311278, 1e-6));
  });

  it('is symmetric, between 0 and 1, and less between like rows than unlike ones', () => {
    for (let seed = 1; seed < 9; seed++) {
      const [one, other] = [seed, seed + 20].map(s => randomHead(8, s, false).data.subarray(0, 8));
      const distance = jensenShannon(one, other);
      assert.ok(near(distance, jensenShannon(other, one), 1e-9));
      assert.ok(distance > 0 && distance < 1);
      assert.ok(
        jensenShannon(
          one,
          one.map((x, i) => 0.9 * x + 0.1 * other[i]),
        ) < distance,
      );
    }
  });
});
