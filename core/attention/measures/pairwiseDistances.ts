import { atOnce, type Pieces } from '../../pieces/inPieces';
import { headOf, visibleKeys, type AttentionMatrix, type AttentionShape, type LayerHeads } from '../attentionMatrix';

/** A symmetric matrix of distances between heads, [head][head] counted through all layers, row-major; bits, 0 to 1. */
export interface PairwiseDistances {
  readonly heads: readonly { readonly layer: number; readonly head: number }[];
  readonly data: Float32Array;
  /** How many queries were compared; fewer than the text has where that would take long. */
  readonly queries: number;
}

/** About 60 ms of comparing. */
const mostSteps = 60_000_000;
const cells = 4096;
/** `½ [(1 + t) log2(1 + t) + (1 − t) log2(1 − t)]` for t from 0 to 1: the divergence of p = (1 + t) m from r = (1 − t) m, for m = 1. */
const divergenceAt = Float64Array.from({ length: cells + 2 }, (_, i) => {
  const t = Math.min(i / cells, 1);
  return ((1 + t) * Math.log2(1 + t) + (t < 1 ? (1 - t) * Math.log2(1 - t) : 0)) / 2;
});

/**
 * The Jensen-Shannon divergence (see `jensenShannon`) between all pairs of heads, mean over queries. Long texts are
 * compared at evenly spread queries only, so that 144 heads take under a second; logarithms are read from a table. For
 * the queries compared, the result is within 0.0001 of the exact one.
 * @param layers All with the same queries and keys.
 * @param most How many steps to take, about one a nanosecond: pairs × queries × visible keys.
 */
export function pairwiseDistances(layers: readonly LayerHeads[], most = mostSteps): PairwiseDistances {
  return atOnce(distancesInPieces(layers, most));
}

/** {@link pairwiseDistances} in pieces: one head at one query against those before it. */
export function* distancesInPieces(layers: readonly LayerHeads[], most = mostSteps): Pieces<PairwiseDistances> {
  const heads = layers.flatMap(layer =>
    Array.from({ length: layer.heads }, (_, head) => ({ layer: layer.layer, head })),
  );
  const matrices = layers.flatMap(layer => Array.from({ length: layer.heads }, (_, head) => headOf(layer, head)));
  const data = new Float32Array(heads.length ** 2);
  const { queries: n = 0, keys = 0 } = matrices[0] ?? {};
  if (matrices.some(matrix => matrix.queries !== n || matrix.keys !== keys)) {
    throw new RangeError('The layers differ in their number of tokens.');
  }
  const { compared } = n > 0 ? comparedQueries(matrices[0], heads.length, most) : { compared: [] };
  const sums = new Float64Array(data.length);
  for (const query of compared) yield* addRow(matrices, query, sums);
  for (let a = 0; a < heads.length; a++) {
    for (let b = 0; b < a; b++) {
      data[a * heads.length + b] = data[b * heads.length + a] = Math.min(
        sums[a * heads.length + b] / Math.max(compared.length, 1),
        1,
      );
    }
  }
  return { heads, data, queries: compared.length };
}

/** The queries at which that many heads are compared: all that see more than one key, or evenly spread ones of them. */
export function comparedQueries(
  shape: AttentionShape,
  heads: number,
  most = mostSteps,
): { compared: number[]; comparable: number } {
  const rows = Array.from({ length: shape.queries }, (_, query) => query).filter(
    query => visibleKeys(shape, query) > 1,
  );
  const steps = (rows.reduce((sum, query) => sum + visibleKeys(shape, query), 0) * heads ** 2) / 2;
  return {
    compared: steps > most ? spread(rows, Math.max(1, Math.floor((rows.length * most) / steps))) : rows,
    comparable: rows.length,
  };
}

/** `count` of the rows, the middle ones of as many equal stretches. */
function spread(rows: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / count)]);
}

/** One query of all heads: they lie together in memory while they are compared. */
function* addRow(matrices: readonly AttentionMatrix[], query: number, sums: Float64Array): Pieces<void> {
  const length = visibleKeys(matrices[0], query);
  const heads = matrices.length;
  const rows = new Float64Array(heads * length);
  matrices.forEach(({ data, keys }, head) =>
    rows.set(data.subarray(query * keys, query * keys + length), head * length),
  );
  for (let a = 1; a < heads; a++) {
    yield;
    const one = rows.subarray(a * length, (a + 1) * length);
    for (let b = 0; b < a; b++) sums[a * heads + b] += divergence(one, rows.subarray(b * length, (b + 1) * length));
  }
}

function divergence(one: Float64Array, other: Float64Array): number {
  let bits = 0;
  for (let key = 0; key < one.length; key++) {
    const p = one[key];
    const r = other[key];
    const sum = p + r;
    if (sum <= 0) continue;
    const at = (Math.abs(p - r) / sum) * cells;
    const cell = at | 0;
    const below = divergenceAt[cell];
    bits += sum * (below + (divergenceAt[cell + 1] - below) * (at - cell));
  }
  return bits / 2;
}
