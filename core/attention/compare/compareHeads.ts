import { visibleKeys, type AttentionMatrix } from '../attentionMatrix';
import { jensenShannon } from '../measures/jensenShannon';
import type { AlignedPlace } from './alignSequences';
import { sharedRow } from './sharedRow';

/** How far two heads are from each other on common axes. */
export interface HeadDistances {
  /** Jensen-Shannon divergence of each query place, bits; NaN where only one head has the query. */
  readonly byRow: Float32Array;
  /** Mean of `byRow` over the queries that both have and that see more than one key; undefined where there is none. */
  readonly jensenShannon: number | undefined;
  /**
   * The same over the tokens that both texts have, each row divided by what lies on those: what heads are matched by
   * ({@link matchHeads}). Undefined where each has all tokens of the other, for then it is `jensenShannon`.
   */
  readonly sharedJensenShannon?: number;
  /** Cosine of the angle between the two matrices over the queries that both have: 0 nothing in common, 1 the same. */
  readonly cosine: number | undefined;
  /** The part of the same queries as `jensenShannon` whose strongest key is the same place. */
  readonly sameStrongest: number | undefined;
  /** How many queries were compared. */
  readonly rows: number;
}

/** Two heads on common axes, and how far they are from each other. */
export interface HeadComparison extends HeadDistances {
  /** [query place][key place], row-major; 0 where a head does not have the token. */
  readonly one: Float32Array;
  readonly other: Float32Array;
}

/**
 * Compares two heads, of one text or of two whose tokens were aligned, of one model or of two. A key that only one of them
 * has counts as weight that the other does not give: so a row that looks at an inserted token is as far away as it is.
 * The cosine is of the rows laid end to end, `Σ p r / √(Σ p² Σ r²)`; the divergence as in `jensenShannon`.
 * @param queries Places of both heads' queries; each index occurs once.
 */
export function compareHeads(
  one: AttentionMatrix,
  other: AttentionMatrix,
  queries: readonly AlignedPlace[],
  keys: readonly AlignedPlace[],
): HeadComparison {
  const all = (side: 'one' | 'other', matrix: AttentionMatrix) => {
    const rowOf = rowsOver(matrix, queries, keys, side);
    const data = new Float32Array(queries.length * keys.length);
    for (let row = 0; row < queries.length; row++) data.set(rowOf(row), row * keys.length);
    return data;
  };
  return { one: all('one', one), other: all('other', other), ...headDistances(one, other, queries, keys) };
}

/** The same without the matrices: no more is held than a row of each. */
export function headDistances(
  one: AttentionMatrix,
  other: AttentionMatrix,
  queries: readonly AlignedPlace[],
  keys: readonly AlignedPlace[],
): HeadDistances {
  const left = rowsOver(one, queries, keys, 'one');
  const right = rowsOver(other, queries, keys, 'other');
  const byRow = new Float32Array(queries.length).fill(NaN);
  const shared = keys.filter((key): key is Required<AlignedPlace> => key.one !== undefined && key.other !== undefined);
  const allShared = shared.length === keys.length;
  let [bits, sharedBits, same, rows, product, leftSquares, rightSquares] = [0, 0, 0, 0, 0, 0, 0];
  queries.forEach((place, row) => {
    if (place.one === undefined || place.other === undefined) return;
    const [p, r] = [left(row), right(row)];
    byRow[row] = jensenShannon(p, r);
    p.forEach((weight, i) => {
      product += weight * r[i];
      leftSquares += weight * weight;
      rightSquares += r[i] * r[i];
    });
    // A query that sees itself alone has no choice in either head.
    if (visibleKeys(one, place.one) <= 1 && visibleKeys(other, place.other) <= 1) return;
    rows++;
    if (!allShared) {
      sharedBits += jensenShannon(
        sharedRow(one, place.one, shared, 'one'),
        sharedRow(other, place.other, shared, 'other'),
      );
    }
    bits += byRow[row];
    if (strongest(p) === strongest(r)) same++;
  });
  const mean = (sum: number) => (rows > 0 ? sum / rows : undefined);
  return {
    byRow,
    rows,
    jensenShannon: mean(bits),
    ...(!allShared && { sharedJensenShannon: mean(sharedBits) }),
    sameStrongest: mean(same),
    cosine: leftSquares > 0 && rightSquares > 0 ? product / Math.sqrt(leftSquares * rightSquares) : undefined,
  };
}

/**
 * Gives a head's rows on common axes, one at a time: 0 where it does not have the token.
 * @returns For a query place, a weight for each key place: valid until it is asked again.
 */
export function rowsOver(
  { data, keys: columns }: Pick<AttentionMatrix, 'data' | 'keys'>,
  queries: readonly AlignedPlace[],
  keys: readonly AlignedPlace[],
  side: 'one' | 'other',
): (row: number) => Float32Array {
  const spread = new Float32Array(keys.length);
  const places = Int32Array.from(keys, place => place[side] ?? -1);
  return row => {
    const query = queries[row][side];
    if (query === undefined) return spread.fill(0);
    for (let i = 0; i < places.length; i++) spread[i] = places[i] < 0 ? 0 : data[query * columns + places[i]];
    return spread;
  };
}

function strongest(row: Float32Array): number {
  let most = 0;
  for (let key = 1; key < row.length; key++) {
    if (row[key] > row[most]) most = key;
  }
  return most;
}
