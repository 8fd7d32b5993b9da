import type { HeadRegion, RegionWeights } from './headRegion';
import { rangeSums } from '../cellRange';
import { hiddenKeys, matrixMarginals } from '../matrixMarginals';
import { poolRegion } from './poolRegion';
import { sortEdges } from '../sortedEdges';

/**
 * What is asked of a part of a matrix: its weights, pooled ({@link poolRegion}), and where asked its sums, and of the
 * whole the strongest weights and the keys that no query sees.
 * @throws {RangeError} where the part's bounds are no whole numbers.
 */
export function readRegion(
  matrix: { readonly queries: number; readonly keys: number; readonly data: Float32Array },
  region: HeadRegion,
): RegionWeights {
  const { firstQuery, queries, firstKey, keys, summed, strongest, unseen } = region;
  const range = {
    firstQuery,
    lastQuery: Math.min(matrix.queries, firstQuery + queries) - 1,
    firstKey,
    lastKey: Math.min(matrix.keys, firstKey + keys) - 1,
  };
  return {
    ...poolRegion(matrix, region),
    ...(summed && {
      sums: { ...matrixMarginals(matrix, range, summed.causal), ...rangeSums(matrix, range, summed.causal) },
    }),
    ...(strongest !== undefined && { edges: sortEdges(matrix.data, strongest) }),
    ...(unseen && { hidden: hiddenKeys(matrix) }),
  };
}
