import type { HeadComparison } from '../attention/compare/compareHeads';
import type { HeadGroups } from '../attention/compare/headGroups';
import type { HeadPlace } from '../attention/compare/matchHeads';
import type { RunMatch } from '../attention/compare/runMatch';
import type { HeadAddress } from '../run/explanation';
import { csv } from '../tables/csv';
import { float32Text } from './float32Text';

/** One of the two heads, and where it is from. */
export interface ComparedHead {
  readonly model: string;
  readonly dtype: string;
  readonly text: string;
  readonly head: HeadAddress;
}

/** Two heads on common axes, and all heads beside them. */
export interface ComparisonNumbers extends Pick<RunMatch, 'queries' | 'keys'>, Partial<Pick<RunMatch, 'matches'>> {
  readonly one: ComparedHead;
  readonly other: ComparedHead;
  /** What the places of the common axes read. */
  readonly queryTokens: readonly string[];
  readonly keyTokens: readonly string[];
  readonly comparison: HeadComparison;
  /** Of one run: all its heads by how alike they look. */
  readonly groups?: HeadGroups;
}

const nameOf = ({ layer, head }: HeadPlace) => `${layer}.${head}`;

/**
 * Two heads weight by weight as CSV (RFC 4180): `query,query_token,key,key_token,first,second,difference`, of the places of
 * the common axes; a weight is empty where its text has no such token.
 */
export function comparisonCsv({ queryTokens, keyTokens, queries, keys, comparison }: ComparisonNumbers): string {
  const lines = queries.map((query, row) =>
    csv(
      keys.map((key, column) => {
        const at = row * keys.length + column;
        const [first, second] = (['one', 'other'] as const).map(side =>
          query[side] !== undefined && key[side] !== undefined ? comparison[side][at] : undefined,
        );
        const numbers = [
          first,
          second,
          first !== undefined && second !== undefined ? Math.fround(first - second) : undefined,
        ].map(weight => (weight === undefined ? '' : float32Text(weight)));
        return [row, queryTokens[row], column, keyTokens[column], ...numbers];
      }),
    ),
  );
  return csv([['query', 'query_token', 'key', 'key_token', 'first', 'second', 'difference']]) + lines.join('');
}

/** The distances of all heads of a run, bits, as a square CSV in the model's order; of two runs the matched heads: `first,second,bits_over_shared_tokens`. */
export function distancesCsv({ groups, matches }: ComparisonNumbers): string {
  if (matches) {
    return csv([
      ['first', 'second', 'bits_over_shared_tokens'],
      ...matches.pairs.map(({ one, other, distance }) => [nameOf(one), nameOf(other), float32Text(distance)]),
    ]);
  }
  const { heads = [], data = new Float32Array() } = groups ?? {};
  const n = heads.length;
  return csv([
    ['head', ...heads.map(nameOf)],
    ...heads.map((head, i) => [nameOf(head), ...Array.from(data.subarray(i * n, (i + 1) * n), float32Text)]),
  ]);
}

/** All numbers of the comparison as JSON: `null` where a head has no such query. Weights and distances are [row][column]. */
export function comparisonJson(numbers: ComparisonNumbers): string {
  const { one, other, queryTokens, keyTokens, queries, keys, comparison, groups, matches } = numbers;
  const { jensenShannon, sharedJensenShannon, cosine, sameStrongest, rows } = comparison;
  const matrix = (data: Float32Array, columns: number) =>
    Array.from({ length: data.length / Math.max(1, columns) }, (_, row) =>
      Array.from(data.subarray(row * columns, (row + 1) * columns), shortest),
    );
  return `${JSON.stringify({
    first: { ...one, weights: matrix(comparison.one, keys.length) },
    second: { ...other, weights: matrix(comparison.other, keys.length) },
    queries: queries.map((place, i) => ({ token: queryTokens[i], first: place.one, second: place.other })),
    keys: keys.map((place, i) => ({ token: keyTokens[i], first: place.one, second: place.other })),
    jensenShannonBits: jensenShannon,
    jensenShannonBitsOverSharedTokens: sharedJensenShannon,
    cosine,
    sameStrongestKey: sameStrongest,
    queriesCompared: rows,
    jensenShannonBitsByQuery: Array.from(comparison.byRow, shortest),
    ...(groups && {
      heads: groups.heads,
      distancesBits: matrix(groups.data, groups.heads.length),
      queriesSampled: groups.queries,
      queriesOf: groups.queriesOf,
      merges: groups.merges,
      order: groups.order,
      points: matrix(groups.points, 2),
      distancesInPlane: groups.held,
    }),
    ...(matches && { matches: matches.pairs, queriesSampled: matches.queries, queriesOf: matches.queriesOf }),
  })}\n`;
}

/** The number with the fewest digits that is the same 32-bit float; null where it is none. */
function shortest(value: number): number | null {
  return Number.isNaN(value) ? null : Number(float32Text(value));
}
