import type { LruCache } from '../../core/cache/lruCache';

/** The answers looked at last, and at most one request that is under way: asking for something else cancels it. */
export class RequestCache<Wish, Answer> {
  private underWay?: { readonly key: string; readonly abort: AbortController; readonly answer: Promise<Answer> };

  /**
   * @param fetch asks; gives up when the signal says so.
   * @param keyOf the same for what is the same.
   * @param held holds the answers, by key, within its limit.
   */
  constructor(
    private readonly fetch: (wish: Wish, signal: AbortSignal) => Promise<Answer>,
    private readonly keyOf: (wish: Wish) => string,
    private readonly held: LruCache<string, Answer>,
  ) {}

  /** An answer that is held, at once. */
  get(wish: Wish): Answer | undefined {
    return this.held.get(this.keyOf(wish));
  }

  /** An answer, from here or from whoever gives it. Rejects where that fails or something else was asked for meanwhile. */
  async load(wish: Wish): Promise<Answer> {
    const key = this.keyOf(wish);
    const found = this.held.get(key);
    if (found !== undefined) {
      this.cancel();
      return found;
    }
    if (this.underWay?.key === key) return this.underWay.answer;
    this.cancel();
    const abort = new AbortController();
    const answer = this.fetch(wish, abort.signal)
      .then(fetched => {
        abort.signal.throwIfAborted();
        this.held.set(key, fetched);
        return fetched;
      })
      .finally(() => {
        if (this.underWay?.abort === abort) this.underWay = undefined;
      });
    this.underWay = { key, abort, answer };
    return answer;
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.underWay?.abort.abort();
    this.underWay = undefined;
  }
}
