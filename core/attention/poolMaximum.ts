/** A matrix made small: row-major, [rows][columns]. */
export interface PooledMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * Makes a matrix small enough for a thumbnail and keeps its peaks: each cell of the result is the largest of the block of
 * cells it stands for. An axis no longer than `limit` stays as it is. Cell `r` of a pooled axis stands for the rows
 * {@link pooledStart}`(r)` up to `pooledStart(r + 1)`, so each row of the original falls into exactly one block.
 * @param data [rows][columns], row-major.
 * @param limit The most rows and the most columns of the result.
 */
export function poolMaximum(data: Float32Array, rows: number, columns: number, limit = 64): PooledMatrix {
  const pooledRows = Math.min(rows, limit);
  const pooledColumns = Math.min(columns, limit);
  if (pooledRows === rows && pooledColumns === columns) return { rows, columns, data: data.slice(0, rows * columns) };
  const columnOf = new Uint32Array(columns);
  for (let c = 0; c < pooledColumns; c++) {
    columnOf.fill(c, pooledStart(c, columns, pooledColumns), pooledStart(c + 1, columns, pooledColumns));
  }
  const pooled = new Float32Array(pooledRows * pooledColumns).fill(-Infinity);
  for (let r = 0; r < pooledRows; r++) {
    const end = pooledStart(r + 1, rows, pooledRows);
    const to = r * pooledColumns;
    for (let row = pooledStart(r, rows, pooledRows); row < end; row++) {
      const from = row * columns;
      for (let column = 0; column < columns; column++) {
        const value = data[from + column];
        if (value > pooled[to + columnOf[column]]) pooled[to + columnOf[column]] = value;
      }
    }
  }
  return { rows: pooledRows, columns: pooledColumns, data: pooled };
}

/** The first of the rows (or columns) that cell `cell` of a pooled axis stands for. */
export function pooledStart(cell: number, length: number, pooledLength: number): number {
  return Math.floor((cell * length) / pooledLength);
}
