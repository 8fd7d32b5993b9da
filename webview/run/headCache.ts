import { LruCache } from '../../core/cache/lruCache';
import type { HeadReading } from '../../core/run/explanation';
import type { HeadMatrix } from './headMatrix';
import { RequestCache } from './requestCache';

/** Asks for a head's numbers; gives up when the signal says so. */
export type FetchHead = (address: HeadReading, signal: AbortSignal) => Promise<HeadMatrix>;

/** The heads looked at last, and at most one that is under way. */
export class HeadCache extends RequestCache<HeadReading, HeadMatrix> {
  /**
   * @param most How many heads are held at most.
   * @param mostWeights How many weights all that is held has at most, unless one head alone has more: 128 MB.
   */
  constructor(fetchHead: FetchHead, most = 36, mostWeights = 32e6) {
    // However small a head is, it counts as much as lets so many in.
    const least = Math.floor(mostWeights / most);
    super(fetchHead, keyOf, new LruCache(mostWeights, ({ data }) => Math.max(least, data.length)));
  }
}

function keyOf({ kind, layer, head, combined }: HeadReading): string {
  return JSON.stringify(combined ?? [kind, layer, head]);
}
