import type { AttentionMatrix } from '../attentionMatrix';
import type { AlignedPlace } from './alignSequences';

/**
 * A query's weights over the keys that two texts have in common, divided by what lies on those: what a head says of them
 * alone. All zero where nothing lies on them.
 */
export function sharedRow(
  { data, keys: columns }: Pick<AttentionMatrix, 'data' | 'keys'>,
  query: number,
  keys: readonly Required<AlignedPlace>[],
  side: 'one' | 'other',
): Float64Array {
  const row = Float64Array.from(keys, place => data[query * columns + place[side]]);
  const sum = row.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? row.map(weight => weight / sum) : row;
}
