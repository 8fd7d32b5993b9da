import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Points in the plane: [point][x, y], row-major, around 0. */
export interface PlanarMap {
  readonly points: Float32Array;
  /** The part of the squared distances (their double-centred form) that two axes hold, 0 to 1; the rest is lost in the plane. */
  readonly held: number;
}

/**
 * Classical multidimensional scaling (Torgerson 1952, "Multidimensional Scaling: I. Theory and Method"): the two axes with
 * the largest eigenvalues of `−½ J D² J`. The same picture each time: no random start, and each axis points to where its
 * largest coordinate is positive.
 * @param distances A symmetric matrix of n × n distances, row-major. They should be a metric's.
 */
export function planarMap(distances: Float32Array, n: number): PlanarMap {
  if (distances.length !== n * n) throw new RangeError(`${distances.length} distances are not those of ${n} points.`);
  const points = new Float32Array(n * 2);
  if (n < 2) return { points, held: 1 };
  const squares = Matrix.from1DArray(
    n,
    n,
    Array.from(distances, d => d * d),
  );
  const rows = squares.mean('row');
  const all = squares.mean();
  const centred = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) centred.set(i, j, -0.5 * (squares.get(i, j) - rows[i] - rows[j] + all));
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(centred, { assumeSymmetric: true });
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
    .slice(0, 2);
  order.forEach((axis, dimension) => {
    const vector = eigenvectorMatrix.getColumn(axis);
    const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) + 1e-9 ? x : most), 0);
    const length = Math.sqrt(Math.max(0, realEigenvalues[axis])) * (largest < 0 ? -1 : 1);
    vector.forEach((x, i) => {
      points[2 * i + dimension] = x * length;
    });
  });
  const positive = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const total = positive(realEigenvalues);
  return { points, held: total > 0 ? positive(order.map(axis => realEigenvalues[axis])) / total : 1 };
}
