import type { MatrixRegion, HeadMatrix } from '../run/headMatrix';
import { pooledStart } from '../../core/attention/poolMaximum';
import { rampIndex } from '../common/colorScale';
import type { Paint } from './matrixPainter';

/** The numbers that a part is painted from, and what of the head they are. */
interface PaintedNumbers extends Pick<HeadMatrix, 'queries' | 'keys' | 'rows' | 'columns' | 'data' | 'factor'> {
  readonly firstQuery: number;
  readonly firstKey: number;
}

/**
 * Paints a part of a matrix into pixels, from the detail where that covers the part. Where several cells fall on a pixel,
 * the largest of them shows, of differences the one farthest from zero, so that no peak is lost; what a query cannot see stays transparent.
 * @param pixels Row-major, `width` × `height`, as ImageData has them.
 */
export function paintRegion(
  matrix: HeadMatrix,
  region: MatrixRegion,
  pixels: Uint32Array,
  width: number,
  height: number,
  { scale, theme, causal, hidden, below }: Paint,
): void {
  const from = numbersFor(matrix, region);
  const { columns, data } = from;
  const { pixels: ramp } = theme.heat;
  const [columnFrom, columnEnd] = spans(
    region.key - from.firstKey,
    region.keys,
    width,
    columns,
    from.factor ?? from.keys / columns,
  );
  const [rowFrom, rowEnd] = spans(
    region.query - from.firstQuery,
    region.queries,
    height,
    from.rows,
    from.factor ?? from.queries / from.rows,
  );
  const keyOf = Int32Array.from(columnFrom, column => from.firstKey + startOf(column, from.keys, columns, from.factor));
  // A pixel is left out where none of its keys can be seen.
  const unseen =
    hidden &&
    Array.from(
      columnEnd,
      (end, x) => !hidden.subarray(keyOf[x], from.firstKey + startOf(end, from.keys, columns, from.factor)).includes(0),
    );
  const pooled = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const to = y * width;
    if (y > 0 && rowFrom[y] === rowFrom[y - 1] && rowEnd[y] === rowEnd[y - 1]) {
      pixels.copyWithin(to, to - width, to);
      continue;
    }
    const lastQuery = from.firstQuery + startOf(rowEnd[y], from.queries, from.rows, from.factor) - 1;
    let seen = width;
    while (causal && seen > 0 && keyOf[seen - 1] > lastQuery) seen--;
    pooled.fill(0);
    for (let row = rowFrom[y]; row < rowEnd[y]; row++) {
      (below ? poolDifferences : poolRow)(pooled, seen, data, row * columns, columnFrom, columnEnd);
    }
    pixels.fill(0, to, to + width);
    for (let x = 0; x < seen; x++) {
      // Wide cells take many pixels: their colour is looked up once.
      if (x > 0 && columnFrom[x] === columnFrom[x - 1] && columnEnd[x] === columnEnd[x - 1]) {
        pixels[to + x] = pixels[to + x - 1];
      } else if (!unseen?.[x]) {
        pixels[to + x] = (below && pooled[x] < 0 ? below : ramp)[rampIndex(Math.abs(pooled[x]), scale)];
      }
    }
  }
}

/** Takes one row of cells, from `start` on, into the first so many pixels: each has cells `from` to `end` of the row. */
type PoolRow = (
  pooled: Float32Array,
  count: number,
  data: Float32Array,
  start: number,
  from: Int32Array,
  end: Int32Array,
) => void;

/** Each pixel keeps the largest. By itself, as all the time is spent here. */
const poolRow: PoolRow = (pooled, count, data, start, from, end) => {
  for (let x = 0; x < count; x++) {
    let largest = pooled[x];
    const last = start + end[x];
    for (let cell = start + from[x]; cell < last; cell++) {
      if (data[cell] > largest) largest = data[cell];
    }
    pooled[x] = largest;
  }
};

/** The same of differences, of which the farthest from zero counts. */
const poolDifferences: PoolRow = (pooled, count, data, start, from, end) => {
  for (let x = 0; x < count; x++) {
    for (let cell = start + from[x]; cell < start + end[x]; cell++) {
      if (Math.abs(data[cell]) > Math.abs(pooled[x])) pooled[x] = data[cell];
    }
  }
};

/** The detail where it covers a part, else the whole. */
function numbersFor(matrix: HeadMatrix, { query, key, queries, keys }: MatrixRegion): PaintedNumbers {
  const { detail } = matrix;
  const covers =
    detail &&
    detail.firstQuery <= query &&
    detail.firstKey <= key &&
    detail.firstQuery + detail.queries >= Math.min(matrix.queries, query + queries) &&
    detail.firstKey + detail.keys >= Math.min(matrix.keys, key + keys);
  return covers ? detail : { ...matrix, firstQuery: 0, firstKey: 0 };
}

/** The first of the queries or keys that a cell stands for. */
function startOf(cell: number, length: number, cells: number, factor: number | undefined): number {
  return factor ? Math.min(length, cell * factor) : pooledStart(cell, length, cells);
}

/** For each pixel, the first cell that falls on it and the one after the last. */
function spans(
  start: number,
  length: number,
  pixels: number,
  cells: number,
  perCell: number,
): readonly [Int32Array, Int32Array] {
  const from = new Int32Array(pixels);
  const end = new Int32Array(pixels);
  const perPixel = length / pixels / perCell;
  const first = start / perCell;
  for (let i = 0; i < pixels; i++) {
    from[i] = Math.min(cells - 1, Math.floor(first + i * perPixel + 1e-6));
    // A cell belongs to the pixel where it begins, and where it is wider, to all that begin in it.
    end[i] = Math.min(cells, Math.max(from[i] + 1, Math.floor(first + (i + 1) * perPixel + 1e-6)));
  }
  return [from, end];
}
