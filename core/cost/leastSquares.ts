/** A place of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A polynomial through points. */
export interface Fit {
  /** Of 1, x, x², … */
  readonly coefficients: readonly number[];
  /** The part of the variance that it tells, weighted as the fit is: 1 where it goes through all points. NaN where the points do not vary. */
  readonly rSquared: number;
  /**
   * By what part of its value it misses a point that it was not fitted to: the root of the mean square over all, each left
   * out once. What has more coefficients always has the larger R², and not always the smaller of these. NaN where no point
   * can be left out.
   */
  readonly leftOut: number;
}

/**
 * The polynomial of a degree that misses points least, by the sum of squares of the parts of their values that they are
 * missed by: what is measured is off by a part of itself, so that the largest must not count for all.
 * @returns undefined where there are fewer different places than coefficients, or a value is not above 0.
 */
export function leastSquares(points: readonly Point[], degree: number): Fit | undefined {
  const size = degree + 1;
  if (new Set(points.map(({ x }) => x)).size < size || points.some(({ y }) => !(y > 0))) return undefined;
  // Between 0 and 1, so that powers stay alike in size.
  const unit = Math.max(...points.map(({ x }) => Math.abs(x))) || 1;
  // Divided by their values, the points are all 1.
  const rows = points.map(({ x, y }) => powers(x / unit, size).map(power => power / y));
  const products = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
  );
  const inverse = inverted(products);
  if (!inverse) return undefined;
  const right = Array.from({ length: size }, (_, i) => rows.reduce((sum, row) => sum + row[i], 0));
  const scaled = inverse.map(row => row.reduce((sum, value, j) => sum + value * right[j], 0));
  const missed = rows.map(row => 1 - row.reduce((sum, power, i) => sum + power * scaled[i], 0));
  const weights = points.map(({ y }) => 1 / y ** 2);
  const mean =
    points.reduce((sum, { y }, i) => sum + weights[i] * y, 0) / weights.reduce((sum, weight) => sum + weight, 0);
  const around = points.reduce((sum, { y }, i) => sum + weights[i] * (y - mean) ** 2, 0);
  // A point left out is missed by what it is missed by, divided by what does not depend on it (Allen 1974, PRESS).
  const left = rows.map((row, at) => {
    const leverage = row.reduce(
      (sum, power, i) => sum + power * inverse[i].reduce((inner, value, j) => inner + value * row[j], 0),
      0,
    );
    return missed[at] / (1 - leverage);
  });
  return {
    coefficients: scaled.map((coefficient, power) => coefficient / unit ** power),
    rSquared: around > 1e-12 ? 1 - missed.reduce((sum, miss) => sum + miss ** 2, 0) / around : NaN,
    leftOut: points.length > size ? Math.sqrt(left.reduce((sum, miss) => sum + miss ** 2, 0) / points.length) : NaN,
  };
}

/** What a polynomial gives at a place. */
export function valueAt({ coefficients }: Pick<Fit, 'coefficients'>, x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

function powers(x: number, size: number): number[] {
  return Array.from({ length: size }, (_, power) => x ** power);
}

/** The inverse by Gauss and Jordan, the largest pivot first; undefined where there is none. */
function inverted(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    }
    if (!(Math.abs(rows[pivot][column]) > 1e-12)) return undefined;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    rows[column] = rows[column].map(value => value / rows[column][column]);
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row][column];
      rows[row] = rows[row].map((value, j) => value - factor * rows[column][j]);
    }
  }
  return rows.map(row => row.slice(size));
}
