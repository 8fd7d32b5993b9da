import assert from 'node:assert/strict';
import { leastSquares, valueAt } from '../../../core/cost/leastSquares';

/** Lengths and times such as are measured. */
const lengths = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
const times = [0.31, 0.42, 0.47, 0.73, 0.95, 1.71, 2.44, 4.68, 7.95, 16.9, 29.4];
const points = lengths.map((x, i) => ({ x, y: times[i] }));

function near(actual: number, expected: number, what = ''): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1e-3, Math.abs(expected)), `${what} ${actual}, ${expected}`);
}

describe('leastSquares', () => {
  // numpy.polyfit with weights 1 / y; for the last number each point was left out, fitted to the others and predicted.
  for (const [degree, coefficients, rSquared, leftOut] of [
    [1, [-0.108693242301, 0.0209754711642], 0.7977059772578164, 0.38419592067574126],
    [2, [0.202911404386, 0.00573836271679, 9.67696399785e-5], 0.9977099637327164, 0.05034035229263217],
  ] as const) {
    it(`is NumPy’s, of degree ${degree}`, () => {
      const fit = leastSquares(points, degree)!;
      for (const [power, coefficient] of coefficients.entries()) near(fit.coefficients[power], coefficient);
      near(fit.rSquared, rSquared);
      near(fit.leftOut, leftOut);
    });
  }

  it('goes through points that lie on a parabola, and says what it gives elsewhere', () => {
    const fit = leastSquares(
      [0, 1, 5, 100, 1000].map(x => ({ x, y: 3 + 2 * x + 0.5 * x * x })),
      2,
    )!;
    near(fit.rSquared, 1);
    near(valueAt(fit, 4000), 3 + 8000 + 0.5 * 16e6);
    assert.ok(fit.leftOut < 1e-3);
  });

  it('is none where too few places are different or a value is 0, and says where nothing can be left out', () => {
    assert.equal(
      leastSquares(
        [
          { x: 2, y: 1 },
          { x: 2, y: 3 },
        ],
        1,
      ),
      undefined,
    );
    assert.equal(leastSquares(points.slice(0, 2), 2), undefined);
    assert.equal(leastSquares([], 1), undefined);
    assert.equal(leastSquares([...points, { x: 600, y: 0 }], 1), undefined);
    const exact = leastSquares(points.slice(0, 2), 1)!;
    assert.ok(Number.isNaN(exact.leftOut));
    assert.ok(
      Number.isNaN(
        leastSquares(
          [1, 2, 3].map(x => ({ x, y: 7 })),
          1,
        )!.rSquared,
      ),
    );
  });
});
