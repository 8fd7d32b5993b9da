import { LruCache } from '../../core/cache/lruCache';
import type { AttentionSteps, HeadAddress } from '../../core/run/explanation';

/** Asks for how one row of one head comes about; gives up when the signal says so. */
export type FetchSteps = (address: HeadAddress, query: number, signal: AbortSignal) => Promise<AttentionSteps>;

/** The rows looked at last, and at most one that is under way: asking for another cancels it. */
export class StepsLoader {
  private readonly held: LruCache<string, AttentionSteps>;
  private underWay?: { readonly key: string; readonly abort: AbortController; readonly steps: Promise<AttentionSteps> };

  /** @param capacity How many rows are held: one takes keys × (d + value size) × 4 bytes. */
  constructor(
    private readonly fetchSteps: FetchSteps,
    capacity = 8,
  ) {
    this.held = new LruCache(capacity);
  }

  /** A row that is held, at once. */
  get(address: HeadAddress, query: number): AttentionSteps | undefined {
    return this.held.get(keyOf(address, query));
  }

  /** A row, from here or from the host. Rejects where the host fails or another row was asked for meanwhile. */
  async load(address: HeadAddress, query: number): Promise<AttentionSteps> {
    const key = keyOf(address, query);
    const found = this.get(address, query);
    if (found) {
      this.cancel();
      return found;
    }
    if (this.underWay?.key === key) return this.underWay.steps;
    this.cancel();
    const abort = new AbortController();
    const steps = this.fetchSteps(address, query, abort.signal)
      .then(fetched => {
        abort.signal.throwIfAborted();
        this.held.set(key, fetched);
        return fetched;
      })
      .finally(() => {
        if (this.underWay?.abort === abort) this.underWay = undefined;
      });
    this.underWay = { key, abort, steps };
    return steps;
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.underWay?.abort.abort();
    this.underWay = undefined;
  }
}

function keyOf({ kind, layer, head }: HeadAddress, query: number): string {
  return `${kind} ${layer}.${head} ${query}`;
}
