const leastWindow = 4096;
const mostWidenings = 8;

/** Searches forward in a string of bytes, over all searches no more than a multiple of its length. */
export class ByteSearch {
  private budget: number;

  constructor(private readonly bytes: string) {
    this.budget = 64 * (bytes.length + leastWindow);
  }

  /**
   * Where `wanted` next stands from a position on, or −1 if it is not found near enough.
   * @param widenings how often to look four times as far as at first.
   */
  find(wanted: string, from: number, widenings: number): number {
    if (this.budget <= 0) return -1;
    const window = leastWindow * 4 ** Math.min(widenings, mostWidenings);
    const found = this.bytes.slice(from, from + window + wanted.length).indexOf(wanted);
    this.budget -= found < 0 ? Math.min(window, this.bytes.length - from) : found;
    return found < 0 ? -1 : from + found;
  }
}
