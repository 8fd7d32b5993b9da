/** Entries within a limit: those used longest ago are let go first (least recently used). */
export class LruCache<Key, Value> {
  /** In the order of their last use. */
  private readonly entries = new Map<Key, Value>();

  /**
   * @param most how many entries are kept; where sizes are told, their sum. A function is asked at each use.
   * @param sizeOf what an entry counts. It is asked at each use, since what is kept may grow.
   */
  constructor(
    private readonly most: number | (() => number),
    private readonly sizeOf: (value: Value) => number = () => 1,
  ) {}

  /** What all that is kept counts. */
  get total(): number {
    let total = 0;
    for (const kept of this.entries.values()) total += this.sizeOf(kept);
    return total;
  }

  /** What those used last count, so many of them. */
  totalOfLast(count: number): number {
    return [...this.entries.values()].slice(-count).reduce((sum, kept) => sum + this.sizeOf(kept), 0);
  }

  /** An entry, marked as used just now; undefined where it was let go. */
  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  /** Keeps an entry, even where it alone is more than the limit, and lets go of others to make room. */
  set(key: Key, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    let { total } = this;
    const most = typeof this.most === 'number' ? this.most : this.most();
    for (const [other, kept] of this.entries) {
      if (total <= most || other === key) return;
      total -= this.sizeOf(kept);
      this.entries.delete(other);
    }
  }

  /** Lets go of all entries that are so. */
  deleteWhere(isSo: (value: Value) => boolean): void {
    for (const [key, value] of this.entries) if (isSo(value)) this.entries.delete(key);
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }
}
