import { LruCache } from '../../core/cache/lruCache';
import type { HeadReading } from '../../core/run/explanation';
import type { HeadMatrix } from './headMatrix';

/** Asks for a head's numbers; gives up when the signal says so. */
export type FetchHead = (address: HeadReading, signal: AbortSignal) => Promise<HeadMatrix>;

/** The heads looked at last, and at most one that is under way: asking for another cancels it. */
export class HeadCache {
  private readonly held: LruCache<string, HeadMatrix>;
  private underWay?: { readonly key: string; readonly abort: AbortController; readonly matrix: Promise<HeadMatrix> };

  /**
   * @param capacity How many heads are held at most.
   * @param mostWeights How many weights all that is held has at most, unless one head alone has more: 128 MB.
   */
  constructor(
    private readonly fetchHead: FetchHead,
    capacity = 36,
    mostWeights = 32e6,
  ) {
    // However small a head is, it counts as much as lets so many in.
    const least = Math.floor(mostWeights / capacity);
    this.held = new LruCache(mostWeights, ({ data }) => Math.max(least, data.length));
  }

  /** A head that is held, at once. */
  get(address: HeadReading): HeadMatrix | undefined {
    return this.held.get(keyOf(address));
  }

  /** A head, from here or from the host. Rejects where the host fails or another head was asked for meanwhile. */
  async load(address: HeadReading): Promise<HeadMatrix> {
    const key = keyOf(address);
    const found = this.get(address);
    if (found) {
      this.cancel();
      return found;
    }
    if (this.underWay?.key === key) return this.underWay.matrix;
    this.cancel();
    const abort = new AbortController();
    const matrix = this.fetchHead(address, abort.signal)
      .then(fetched => {
        abort.signal.throwIfAborted();
        this.held.set(key, fetched);
        return fetched;
      })
      .finally(() => {
        if (this.underWay?.abort === abort) this.underWay = undefined;
      });
    this.underWay = { key, abort, matrix };
    return matrix;
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.underWay?.abort.abort();
    this.underWay = undefined;
  }
}

function keyOf({ kind, layer, head, combined }: HeadReading): string {
  return JSON.stringify(combined ?? [kind, layer, head]);
}
