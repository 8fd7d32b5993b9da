/**
 * The way through a matrix from its first row and column to its last with the largest sum, each step one row on, one
 * column on, or both: dynamic time warping, as Whisper places its tokens in time (openai/whisper, timing.py).
 * @param matrix [rows][columns], row-major.
 * @returns for each row the column at which the way enters it.
 */
export function timeWarp(matrix: Float32Array, rows: number, columns: number): number[] {
  const across = columns + 1;
  const cost = new Float64Array((rows + 1) * across).fill(Infinity);
  /** 0: from above left, 1: from above, 2: from the left. */
  const from = new Uint8Array((rows + 1) * across);
  cost[0] = 0;
  for (let column = 1; column <= columns; column++) {
    for (let row = 1; row <= rows; row++) {
      const at = row * across + column;
      const [both, above, left] = [cost[at - across - 1], cost[at - across], cost[at - 1]];
      from[at] = both < above && both < left ? 0 : above < both && above < left ? 1 : 2;
      cost[at] = Math.min(both, above, left) - matrix[(row - 1) * columns + column - 1];
    }
  }
  const enters = new Array<number>(rows).fill(0);
  for (let row = rows, column = columns; row > 0 && column > 0;) {
    enters[row - 1] = column - 1;
    const way = from[row * across + column];
    if (way !== 2) row--;
    if (way !== 1) column--;
  }
  return enters;
}
