import type { HeadRegion, RegionWeights } from '../protocol/explanation';
import { rangeSums } from './cellRange';
import { matrixMarginals } from './matrixMarginals';
import { poolRegion } from './poolRegion';
import { sortEdges } from './sortedEdges';

/**
 * What is asked of a part of a matrix: its weights, pooled ({@link poolRegion}), and where asked its sums and the strongest
 * weights of the whole.
 * @throws {RangeError} where the part's bounds are no whole numbers.
 */
export function readRegion(matrix: { readonly queries: number; readonly keys: number; readonly data: Float32Array }, region: HeadRegion): RegionWeights {
  const { firstQuery, queries, firstKey, keys, summed, strongest } = region;
  const range = { firstQuery, lastQuery: Math.min(matrix.queries, firstQuery + queries) - 1, firstKey, lastKey: Math.min(matrix.keys, firstKey + keys) - 1 };
  return {
    ...poolRegion(matrix, region),
    ...summed && { sums: { ...matrixMarginals(matrix, range, summed.causal), ...rangeSums(matrix, range, summed.causal) } },
    ...strongest !== undefined && { edges: sortEdges(matrix.data, strongest) },
  };
}
