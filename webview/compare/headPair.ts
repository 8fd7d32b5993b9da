import type { HeadDistances } from '../../core/attention/compare/compareHeads';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { HeadAddress } from '../../core/run/explanation';
import type { HeadRegion } from '../../core/attention/region/headRegion';
import { type HeadMatrix, rowAt, rowRegion } from '../run/headMatrix';
import { LongHead } from '../run/longHead';
import type { RunHost } from '../run/runHost';
import { formatWeight } from '../run/wording';

/** Two heads on common axes, their difference, and how far they are from each other. */
export interface HeadPair {
  /** The heads, first and second: those that are asked for next may be on their way. */
  readonly of: readonly [HeadAddress, HeadAddress];
  readonly one: HeadMatrix;
  readonly other: HeadMatrix;
  readonly difference: HeadMatrix;
  readonly distances: HeadDistances;
  /** Fetches what is looked at more closely. */
  readonly parts: LongHead;
}

/** Two heads that are to be shown. */
export interface HeadPairWish {
  readonly of: HeadPair['of'];
  /** Whether the second is of the run's partner. */
  readonly ofPartner: boolean;
  /** How long the common axes are. */
  readonly queries: number;
  readonly keys: number;
}

/** The longer side of what is held of the whole: three pictures share the panel's width. */
const overviewSide = 512;

/**
 * Shows two heads, first as a whole, and again with each part that comes: the process compares them, and of a long text only
 * what is looked at is fetched.
 * @param signal ends it.
 * @throws what the process says where they cannot be compared.
 */
export async function showPair(
  { of, ofPartner, queries, keys }: HeadPairWish,
  host: RunHost,
  signal: AbortSignal,
  show: (pair: HeadPair) => void,
  fail: (error: unknown) => void,
): Promise<void> {
  const [one, other] = of;
  const fetch = (region: HeadRegion, until: AbortSignal, distances?: boolean) =>
    host.request(RunRequest.compared, { one, other, ofPartner, region, distances }, until);
  const factor = Math.ceil(Math.max(queries, keys) / overviewSide);
  const whole = await fetch({ firstQuery: 0, queries, firstKey: 0, keys, factor }, signal, true);
  const distances = whole.compared?.distances;
  if (signal.aborted || !distances) return;
  const parts = new LongHead(
    one,
    { ...whole, queries, keys, factor, exact: false },
    (_, region, until) => fetch(region, until),
    failure => {
      if (failure !== undefined) fail(failure);
      else tell();
    },
  );
  signal.addEventListener('abort', () => parts.dispose());
  let sides: ({ readonly of: HeadMatrix } & Pick<HeadPair, 'one' | 'other' | 'difference'>) | undefined;
  const tell = () => {
    const { matrix } = parts;
    // What is the same stays the same object, so that it is not painted again.
    if (sides?.of !== matrix) {
      sides = { of: matrix, one: matrix, other: sideOf(matrix, 'other'), difference: sideOf(matrix, 'difference') };
    }
    show({ ...sides, of, distances, parts });
  };
  tell();
}

/** The weights of a cell in both heads; undefined while they are on their way. */
export function weightsOf(pair: HeadPair, query: number, key: number): readonly [number, number] | undefined {
  const rows = rowsOf(pair, query);
  return rows && [rows[0][key], rows[1][key]];
}

/** The weights of a query in both heads; undefined while they are on their way. */
export function rowsOf(
  { one, other, parts: { matrix } }: HeadPair,
  query: number,
): readonly [Float32Array, Float32Array] | undefined {
  if (one.factor === 1) return [rowAt(one, query), rowAt(other, query)];
  const row = matrix.part?.('row', rowRegion(matrix, query));
  return row?.compared && [row.data, row.compared.other];
}

/** A difference of weights with its sign, where it is large enough to have one. */
export function signedWeight(difference: number): string {
  const size = formatWeight(Math.abs(difference));
  return /^[0-9.]*[1-9]/.test(size) ? `${difference > 0 ? '+' : '−'}${size}` : size;
}

function sideOf(matrix: HeadMatrix, side: 'other' | 'difference'): HeadMatrix {
  const { data, compared, detail } = matrix;
  return {
    ...matrix,
    data: compared?.[side] ?? data,
    detail: detail?.compared && { ...detail, data: detail.compared[side] },
  };
}
