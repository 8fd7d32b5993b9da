import { type PooledMatrix, poolMaximum, pooledStart } from '../attention/poolMaximum';
import { base64 } from './base64';
import { encodePng } from './encodePng';
import { heatIndex, type HeatScale } from './heatScale';
import { hexColor } from './pictureColors';

/** One head's weights. */
export interface MatrixWeights {
  readonly queries: number;
  readonly keys: number;
  /** [query][key], row-major. */
  readonly data: Float32Array;
  /** Whether a query sees only the keys up to itself: the others are left out. */
  readonly causal: boolean;
  /** Whether the weights are differences, of which the largest either way counts where several share a pixel. */
  readonly signed?: boolean;
}

/** As many queries and keys are drawn as shapes; more become an image. */
export const mostShapes = 64;

/** An image has no more pixels a side; of longer texts, each pixel is the largest weight of those it stands for. */
export const mostPixels = 2048;

/** The cells as shapes, one unit a cell: a path for each colour, neighbours of a row in one. */
export function cellPaths({ queries, keys, data, causal }: MatrixWeights, scale: HeatScale): string[] {
  const paths = new Map<number, string>();
  for (let query = 0; query < queries; query++) {
    const seen = causal ? Math.min(keys, query + 1) : keys;
    for (let key = 0; key < seen;) {
      const index = heatIndex(data[query * keys + key], scale);
      let end = key + 1;
      while (end < seen && heatIndex(data[query * keys + end], scale) === index) end++;
      paths.set(index, `${paths.get(index) ?? ''}M${key} ${query}h${end - key}v1h-${end - key}z`);
      key = end;
    }
  }
  return [...paths]
    .sort(([a], [b]) => a - b)
    .map(([index, path]) => `<path fill="${hexColor(scale.colors[index])}" d="${path}"/>`);
}

/** The cells as a PNG image in a data URI, a pixel a cell; transparent where a query sees nothing. */
export async function cellImage(
  { queries, keys, data, causal, signed }: MatrixWeights,
  scale: HeatScale,
): Promise<string> {
  const {
    rows,
    columns,
    data: weights,
  } = queries > mostPixels || keys > mostPixels
    ? (signed ? poolStrongest : poolMaximum)(data, queries, keys, mostPixels)
    : { rows: queries, columns: keys, data };
  const channels = causal ? 4 : 3;
  const pixels = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++) {
    const lastQuery = pooledStart(row + 1, queries, rows) - 1;
    for (let column = 0; column < columns; column++) {
      if (causal && pooledStart(column, keys, columns) > lastQuery) break;
      const cell = row * columns + column;
      pixels.set(scale.colors[heatIndex(weights[cell], scale)], cell * channels);
      if (causal) pixels[cell * channels + 3] = 255;
    }
  }
  return `data:image/png;base64,${base64(await encodePng({ width: columns, height: rows, channels, data: pixels }))}`;
}

/** Of each block, what is farthest from zero. */
function poolStrongest(data: Float32Array, rows: number, columns: number, limit: number): PooledMatrix {
  const above = poolMaximum(data, rows, columns, limit);
  const below = poolMaximum(
    data.map(weight => -weight),
    rows,
    columns,
    limit,
  );
  return { ...above, data: above.data.map((most, i) => (most >= below.data[i] ? most : -below.data[i])) };
}
