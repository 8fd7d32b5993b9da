import type { CellRange } from '../../core/attention/cellRange';
import { hiddenKeys } from '../../core/attention/matrixMarginals';
import { pooledStart } from '../../core/attention/poolMaximum';
import type { AttentionTensor, LayerAttention } from '../../core/run/explanation';
import type { ComparedWeights, HeadRegion, RegionWeights } from '../../core/attention/region/headRegion';

/** The attention of one head: in full, or pooled until the full numbers are there. */
export interface HeadMatrix {
  readonly queries: number;
  readonly keys: number;
  /** The numbers that there are: [rows][columns], row-major. */
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
  /** Whether the numbers are the weights themselves, one for each query and key. */
  readonly exact: boolean;
  /** Where each number is the largest of so many × so many weights; else the axes are pooled to `rows` and `columns`. */
  readonly factor?: number;
  /** The keys that no query sees, by their place, where that is known beside the numbers. */
  readonly hidden?: Uint8Array;
  /** Where two heads are held against each other: the other numbers. */
  readonly compared?: ComparedWeights;
  /** A part of it in more detail. */
  readonly detail?: HeadDetail;
  /** Where only parts of it are fetched: a part, or what was asked of it; undefined while that is on its way. */
  readonly part?: FetchedPart;
}

/** Gives a part of a head. What is asked for one purpose takes the place of what was asked for it before. */
export type FetchedPart = (purpose: string, region: HeadRegion) => RegionWeights | undefined;

/** A rectangle of a head in more detail than the whole is held in. */
export interface HeadDetail extends HeadRegion, RegionWeights {}

/** A head as its thumbnail has it. Where the text is short, the thumbnail is the whole matrix. */
export function fromThumbnail(layer: LayerAttention, head: number): HeadMatrix {
  const { rows, columns, data } = layer.thumbnails;
  const { queries, keys } = layer;
  return {
    queries,
    keys,
    rows,
    columns,
    data: data.subarray(head * rows * columns, (head + 1) * rows * columns),
    exact: rows === queries && columns === keys,
  };
}

/** A head as the host sent it: shape [1, 1, queries, keys]. */
export function fromTensor({ shape: [, , queries, keys], data }: AttentionTensor): HeadMatrix {
  return { queries, keys, rows: queries, columns: keys, data, exact: true };
}

/** The weight that a query gives a key; of a pooled matrix, the largest of the block. */
export function weightAt(matrix: HeadMatrix, query: number, key: number): number {
  const { factor } = matrix;
  const row = factor ? Math.floor(query / factor) : pooledCell(query, matrix.queries, matrix.rows);
  const column = factor ? Math.floor(key / factor) : pooledCell(key, matrix.keys, matrix.columns);
  return matrix.data[row * matrix.columns + column] ?? 0;
}

const hidden = new WeakMap<HeadMatrix, Uint8Array>();

/** The keys that the mask hides from all queries, as padding is (1 for each); undefined where that is not known. */
export function hiddenOf(matrix: HeadMatrix): Uint8Array | undefined {
  if (!matrix.exact) return matrix.hidden;
  let keys = hidden.get(matrix);
  if (!keys) hidden.set(matrix, (keys = hiddenKeys(matrix)));
  return keys;
}

/** Whether any key is hidden from all queries. */
export function hidesKeys(matrix: HeadMatrix): boolean {
  return hiddenOf(matrix)?.includes(1) ?? false;
}

/** A query's weights as a part of the whole. */
export function rowRegion({ keys }: HeadMatrix, query: number): HeadRegion {
  return { firstQuery: query, queries: 1, firstKey: 0, keys, factor: 1 };
}

/** The sums of a range; undefined while they are on their way. */
export function sumsOf(
  matrix: HeadMatrix,
  purpose: string,
  { firstQuery, lastQuery, firstKey, lastKey }: CellRange,
  causal: boolean,
): RegionWeights['sums'] {
  const region = {
    firstQuery,
    queries: lastQuery - firstQuery + 1,
    firstKey,
    keys: lastKey - firstKey + 1,
    factor: Math.max(matrix.queries, matrix.keys),
    summed: { causal },
  };
  return matrix.part?.(purpose, region)?.sums;
}

/** The weights of one query for all keys. */
export function rowAt(matrix: HeadMatrix, query: number): Float32Array {
  if (matrix.exact) return matrix.data.subarray(query * matrix.keys, (query + 1) * matrix.keys);
  return Float32Array.from({ length: matrix.keys }, (_, key) => weightAt(matrix, query, key));
}

/** The keys of a row, by weight, largest first; equal weights in the order of the text. */
export function keysByWeight(row: Float32Array, limit = row.length): number[] {
  if (limit <= fewKeys) return heaviestKeys(row, limit);
  return Array.from(row.keys())
    .sort((a, b) => row[b] - row[a] || a - b)
    .slice(0, limit);
}

/** Whether a key is one of those that a filter leaves. */
export function isWithin(key: number, range: Pick<CellRange, 'firstKey' | 'lastKey'> | undefined): boolean {
  return !range || (key >= range.firstKey && key <= range.lastKey);
}

/** Up to so many keys are picked out of a row faster than by sorting it. */
const fewKeys = 12;

function heaviestKeys(row: Float32Array, limit: number): number[] {
  const found: number[] = [];
  for (let key = 0; key < row.length; key++) {
    if (found.length === limit && !(row[key] > row[found[limit - 1]])) continue;
    let place = found.length;
    while (place > 0 && row[key] > row[found[place - 1]]) place--;
    found.splice(place, 0, key);
    if (found.length > limit) found.pop();
  }
  return found;
}

/** The cell of a pooled axis that a place of the whole axis fell into. */
function pooledCell(index: number, length: number, pooledLength: number): number {
  if (pooledLength === length) return index;
  let cell = Math.floor((index * pooledLength) / length);
  while (cell + 1 < pooledLength && pooledStart(cell + 1, length, pooledLength) <= index) cell++;
  return cell;
}

/** A part of a matrix, in queries and keys: not whole numbers in general. */
export interface MatrixRegion {
  readonly query: number;
  readonly key: number;
  readonly queries: number;
  readonly keys: number;
}
