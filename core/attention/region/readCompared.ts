import type { HeadRegion, RegionWeights } from './headRegion';
import type { AttentionMatrix } from '../attentionMatrix';
import type { AlignedPlace } from '../compare/alignSequences';
import { headDistances, rowsOver } from '../compare/compareHeads';

/**
 * A part of two heads on common axes, pooled: of each head the largest of the `factor` × `factor` weights that a cell stands
 * for, of their difference the one farthest from zero. What lies beyond the axes is left out.
 * @param region counts in places of the axes; where `distances`, how far the heads are from each other is told, too.
 * @returns The first head's weights, the second's and their difference in `compared`: [row][column], row-major.
 * @throws {RangeError} where the factor or a bound is no whole number, or negative.
 */
export function readCompared(
  one: AttentionMatrix,
  other: AttentionMatrix,
  queries: readonly AlignedPlace[],
  keys: readonly AlignedPlace[],
  region: HeadRegion,
  distances = false,
): RegionWeights {
  const { firstQuery, firstKey, factor } = region;
  if (![firstQuery, firstKey, region.queries, region.keys, factor - 1].every(n => Number.isSafeInteger(n) && n >= 0)) {
    throw new RangeError('A region needs whole numbers, none negative, and a factor of at least 1.');
  }
  const endQuery = Math.min(firstQuery + region.queries, queries.length);
  const seen = keys.slice(firstKey, firstKey + region.keys);
  const rows = Math.max(0, Math.ceil((endQuery - firstQuery) / factor));
  const columns = Math.ceil(seen.length / factor);
  const [data, second, difference] = [0, 1, 2].map(() => new Float32Array(rows * columns));
  const [left, right] = [rowsOver(one, queries, seen, 'one'), rowsOver(other, queries, seen, 'other')];
  for (let query = firstQuery; query < endQuery; query++) {
    const [p, r] = [left(query), right(query)];
    const to = Math.floor((query - firstQuery) / factor) * columns;
    for (let key = 0; key < seen.length; key++) {
      const at = to + Math.floor(key / factor);
      if (p[key] > data[at]) data[at] = p[key];
      if (r[key] > second[at]) second[at] = r[key];
      const apart = p[key] - r[key];
      if (Math.abs(apart) > Math.abs(difference[at])) difference[at] = apart;
    }
  }
  return {
    rows,
    columns,
    data,
    compared: { other: second, difference, ...(distances && { distances: headDistances(one, other, queries, keys) }) },
  };
}
