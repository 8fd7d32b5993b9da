import { LruCache } from '../../core/cache/lruCache';
import type { AttentionSteps, HeadAddress } from '../../core/run/explanation';
import { RequestCache } from '../run/requestCache';

/** A row of a head. */
export interface HeadRow {
  readonly address: HeadAddress;
  readonly query: number;
}

/** Asks for how one row of one head comes about; gives up when the signal says so. */
export type FetchSteps = (row: HeadRow, signal: AbortSignal) => Promise<AttentionSteps>;

/** The rows looked at last, and at most one that is under way. */
export class StepsCache extends RequestCache<HeadRow, AttentionSteps> {
  /** @param most How many rows are held: one takes keys × (d + value size) × 4 bytes. */
  constructor(fetchSteps: FetchSteps, most = 8) {
    super(fetchSteps, keyOf, new LruCache(most));
  }
}

function keyOf({ address: { kind, layer, head }, query }: HeadRow): string {
  return `${kind} ${layer}.${head} ${query}`;
}
