import { type GroupedAttention, sumByGroup } from '../../core/attention/sumByGroup';
import type { HeadMatrix } from '../run/headMatrix';
import { type TextUnits, tokensOfUnit } from './textUnits';

/** Whether the colours tell what the chosen unit looks at, or what looks at it. */
export type Direction = 'from' | 'to';

/** A head's attention between units, as {@link sumByGroup} makes it; the matrix itself where each token is a unit. */
export function unitAttention(matrix: HeadMatrix, queries: TextUnits, keys: TextUnits): GroupedAttention {
  if (queries.kind === 'token' && keys.kind === 'token') return matrix;
  return sumByGroup(
    { queries: matrix.queries, keys: matrix.keys, causal: false, sameSequence: false, data: matrix.data },
    queries,
    keys,
  );
}

/** The weights that a unit gives the units of the other side, or is given by them. */
export function unitWeights(
  { data, queries, keys }: GroupedAttention,
  direction: Direction,
  unit: number,
): Float32Array {
  if (direction === 'from') return data.subarray(unit * keys, (unit + 1) * keys);
  return Float32Array.from({ length: queries }, (_, query) => data[query * keys + unit]);
}

/** The same of a head of which only parts are fetched: the chosen unit's rows or columns; undefined while they are on their way. */
export function fetchedWeights(
  { queries, keys, part }: HeadMatrix,
  direction: Direction,
  unit: number,
  queryUnits: TextUnits,
  keyUnits: TextUnits,
): Float32Array | undefined {
  const from = direction === 'from';
  const [first, end] = tokensOfUnit(from ? queryUnits : keyUnits, unit);
  const one = { of: new Int32Array(end - first), first: new Int32Array(1) };
  const region = from
    ? { firstQuery: first, queries: end - first, firstKey: 0, keys, factor: 1 }
    : { firstQuery: 0, queries, firstKey: first, keys: end - first, factor: 1 };
  const data = part?.('text', region)?.data;
  return (
    data &&
    sumByGroup({ ...region, causal: false, sameSequence: false, data }, from ? one : queryUnits, from ? keyUnits : one)
      .data
  );
}
