import { rampIndex } from '../common/colorScale';
import type { HeadMatrix } from './headMatrix';
import type { Paint } from './matrixPainter';
import { pooledStart } from '../../core/attention/poolMaximum';

/** A part of a matrix, in queries and keys: not whole numbers in general. */
export interface MatrixRegion {
  readonly query: number;
  readonly key: number;
  readonly queries: number;
  readonly keys: number;
}

/**
 * Paints a part of a matrix into pixels. Where several cells fall on a pixel, the largest of them shows, so that no peak is
 * lost; what a query cannot see stays transparent.
 * @param pixels Row-major, `width` × `height`, as ImageData has them.
 */
export function paintRegion(matrix: HeadMatrix, region: MatrixRegion, pixels: Uint32Array, width: number, height: number, { scale, theme, causal }: Paint): void {
  const { rows, columns, data } = matrix;
  const { pixels: ramp } = theme.heat;
  const [columnFrom, columnEnd] = spans(region.key, region.keys, width, columns, matrix.keys);
  const [rowFrom, rowEnd] = spans(region.query, region.queries, height, rows, matrix.queries);
  const pooled = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const to = y * width;
    if (y > 0 && rowFrom[y] === rowFrom[y - 1] && rowEnd[y] === rowEnd[y - 1]) {
      pixels.copyWithin(to, to - width, to);
      continue;
    }
    pooled.fill(0);
    for (let row = rowFrom[y]; row < rowEnd[y]; row++) {
      const start = row * columns;
      for (let x = 0; x < width; x++) {
        let largest = pooled[x];
        for (let column = columnFrom[x]; column < columnEnd[x]; column++) {
          const weight = data[start + column];
          if (weight > largest) largest = weight;
        }
        pooled[x] = largest;
      }
    }
    const lastQuery = pooledStart(rowEnd[y], matrix.queries, rows) - 1;
    for (let x = 0; x < width; x++) {
      const hidden = causal && pooledStart(columnFrom[x], matrix.keys, columns) > lastQuery;
      pixels[to + x] = hidden ? 0 : ramp[rampIndex(pooled[x], scale)];
    }
  }
}

/** For each pixel, the first cell that falls on it and the one after the last. */
function spans(start: number, length: number, pixels: number, cells: number, whole: number): readonly [Int32Array, Int32Array] {
  const from = new Int32Array(pixels);
  const end = new Int32Array(pixels);
  const perPixel = length / pixels * cells / whole;
  const first = start * cells / whole;
  for (let i = 0; i < pixels; i++) {
    from[i] = Math.min(cells - 1, Math.floor(first + i * perPixel + 1e-6));
    // A cell belongs to the pixel where it begins, and where it is wider, to all that begin in it.
    end[i] = Math.min(cells, Math.max(from[i] + 1, Math.floor(first + (i + 1) * perPixel + 1e-6)));
  }
  return [from, end];
}
