import { atOnce, type Pieces } from '../../pieces/inPieces';

/**
 * Pairs rows with columns so that the sum of their costs is least, each row and each column used at most once: the
 * Hungarian method with potentials (Kuhn 1955; Munkres 1957), in rows² · columns steps.
 * @param costs [row][column], row-major, finite.
 * @returns For each row its column; −1 for the rows that are left over where there are more rows than columns.
 */
export function assign(costs: Float32Array, rows: number, columns: number): Int32Array {
  return atOnce(assignInPieces(costs, rows, columns));
}

/** {@link assign} in pieces: a row each. */
export function* assignInPieces(costs: Float32Array, rows: number, columns: number): Pieces<Int32Array> {
  if (costs.length !== rows * columns) {
    throw new RangeError(`${costs.length} costs are not those of ${rows} × ${columns}.`);
  }
  if (rows > columns) {
    const turned = Float32Array.from(
      { length: costs.length },
      (_, i) => costs[(i % rows) * columns + Math.floor(i / rows)],
    );
    const result = new Int32Array(rows).fill(-1);
    const turnedResult = yield* assignInPieces(turned, columns, rows);
    turnedResult.forEach((row, column) => {
      result[row] = column;
    });
    return result;
  }
  // Row and column 0 stand for "none"; rowOf[column] is the row a column is taken by.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    yield;
    const came = new Int32Array(columns + 1);
    const slack = new Float64Array(columns + 1).fill(Infinity);
    const done = new Uint8Array(columns + 1);
    let column = 0;
    rowOf[0] = row;
    do {
      done[column] = 1;
      const current = rowOf[column];
      let [least, next] = [Infinity, 0];
      for (let c = 1; c <= columns; c++) {
        if (done[c]) continue;
        const reduced = costs[(current - 1) * columns + c - 1] - rowPotential[current] - columnPotential[c];
        if (reduced < slack[c]) {
          slack[c] = reduced;
          came[c] = column;
        }
        if (slack[c] < least) [least, next] = [slack[c], c];
      }
      for (let c = 0; c <= columns; c++) {
        if (done[c]) {
          rowPotential[rowOf[c]] += least;
          columnPotential[c] -= least;
        } else slack[c] -= least;
      }
      column = next;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = came[column]) rowOf[column] = rowOf[came[column]];
  }
  const result = new Int32Array(rows).fill(-1);
  for (let c = 1; c <= columns; c++) {
    if (rowOf[c] > 0) result[rowOf[c] - 1] = c - 1;
  }
  return result;
}
