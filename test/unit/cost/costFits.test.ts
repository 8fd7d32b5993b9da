import assert from 'node:assert/strict';
import { costFits } from '../../../core/cost/costFits';
import { crossingWords, formatRange, formatTime, formulaOf } from '../../../core/cost/costWords';
import { addSpreads, lengthsUpTo, spreadOf, type CostPlan, type LengthCost } from '../../../core/cost/lengthCost';

const only = (median: number) => ({ median, low: median, high: median });

/** Points whose times follow two functions exactly. */
function points(
  lengths: readonly number[],
  attention: (n: number) => number,
  rest: (n: number) => number,
): LengthCost[] {
  return lengths.map(length => ({
    length,
    runs: 3,
    attention: only(attention(length)),
    rest: only(rest(length)),
    whole: only(attention(length) + rest(length)),
    nodes: { attention: 5, rest: 9 },
  }));
}

const plan: CostPlan = { lengths: [], notes: [], context: 1000, heads: 2, layers: 2, cache: '', machine: '' };

describe('costFits', () => {
  const lengths = lengthsUpTo(512);
  const square = (n: number) => 1e-4 * n * n;

  it('attention passes the rest between two lengths that were measured', () => {
    // 1e-4 n² = 0.02 n at 200.
    const { crossing } = costFits(points(lengths, square, n => 0.02 * n));
    assert.deepEqual(crossing, { kind: 'measured', from: 192, to: 256 });
    assert.match(crossingWords(crossing, plan), /^Measured: .* between 192 and 256 tokens on\.$/);
  });

  it('or behind the longest, by the fits: where the parabola meets the line', () => {
    // 1e-4 n² = 0.08 n + 9 at (0.08 + √(0.0064 + 0.0036)) / 2e-4 = 900.
    const { crossing } = costFits(points(lengths, square, n => 0.08 * n + 9));
    assert.ok(crossing?.kind === 'extrapolated' && Math.abs(crossing.at - 900) < 1e-3, JSON.stringify(crossing));
    assert.match(crossingWords(crossing, plan), /^Extrapolated, not measured: .* about 900 tokens on\.$/);
    assert.match(crossingWords(crossing, { ...plan, context: 512 }), /beyond the 512 that the model reads\.$/);
  });

  it('or already at the shortest, or never', () => {
    assert.deepEqual(
      costFits(
        points(
          lengths,
          n => n,
          n => n / 2,
        ),
      ).crossing,
      { kind: 'before' },
    );
    assert.deepEqual(
      costFits(
        points(
          lengths,
          n => n / 8,
          n => n,
        ),
      ).crossing,
      { kind: 'never' },
    );
    assert.equal(costFits(points([16], square, n => n)).crossing, undefined);
  });

  it('tells by what is left out which of two fits serves better, where R² cannot', () => {
    const noise = [0.3, -0.2, 0.25, -0.3, 0.1, 0.2, -0.25, 0.3, -0.1, -0.2, 0.15];
    const { attention } = costFits(
      points(
        lengths,
        n => 0.01 * n + 1 + noise[lengths.indexOf(n)],
        n => n,
      ),
    );
    assert.ok(attention.quadratic!.rSquared >= attention.linear!.rSquared);
    assert.ok(attention.quadratic!.leftOut > attention.linear!.leftOut);
  });

  it('writes times and ranges', () => {
    assert.deepEqual([0.04237, 3.14, 640, 1940].map(formatTime), ['0.0424 ms', '3.14 ms', '640 ms', '1.94 s']);
    assert.equal(formatRange({ low: 0.15, high: 0.18 }), '0.15–0.18 ms');
    assert.equal(formatRange({ low: 900, high: 1200 }), '900 ms–1.2 s');
    assert.equal(formatRange({ low: 1100, high: 1200 }), '1.1–1.2 s');
  });

  it('writes a fit as a formula', () => {
    assert.equal(formulaOf({ coefficients: [-1.5, 0.25, 2e-5], rSquared: 1, leftOut: 0 }), '2.0e-5 n² + 0.25 n − 1.5');
  });
});

describe('lengths and spreads', () => {
  it('half octaves up to the longest', () => {
    assert.deepEqual(lengthsUpTo(100), [16, 24, 32, 48, 64, 96, 100]);
    assert.deepEqual(lengthsUpTo(64), [16, 24, 32, 48, 64]);
    assert.deepEqual(lengthsUpTo(16), [16]);
    assert.deepEqual(lengthsUpTo(15), []);
  });

  it('quartiles are NumPy’s, and those of parts add up', () => {
    assert.deepEqual(spreadOf([3, 1, 4, 1.5, 9]), { low: 1.5, median: 3, high: 4 });
    assert.deepEqual(spreadOf([3, 1, 4, 9]), { low: 2.5, median: 3.5, high: 5.25 });
    assert.deepEqual(spreadOf([2]), { low: 2, median: 2, high: 2 });
    assert.deepEqual(addSpreads([spreadOf([1, 2, 3]), spreadOf([10, 20, 60])]), { low: 16.5, median: 22, high: 42.5 });
  });
});
