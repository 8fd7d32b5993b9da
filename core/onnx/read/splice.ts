import { WireCursor } from './wireCursor';
import type { Pieces } from './wireWriter';

/** Walks a message and keeps its bytes in as few pieces as can be, with some fields replaced. */
export class Splice {
  readonly cursor: WireCursor;
  private readonly out: Pieces = [];
  private kept: number;

  constructor(
    private readonly file: Uint8Array,
    start: number,
    private readonly end: number,
  ) {
    this.cursor = new WireCursor(file, start, end);
    this.kept = start;
  }

  /** Puts pieces in place of the field that {@link cursor} has just read or skipped. */
  replace(pieces: Pieces): void {
    if (this.cursor.start > this.kept) this.out.push(this.file.subarray(this.kept, this.cursor.start));
    // One by one: of a large graph they are more than a call takes.
    for (const piece of pieces) this.out.push(piece);
    this.kept = this.cursor.offset;
  }

  /** All pieces, those kept and those put in. */
  finish(): Pieces {
    if (this.end > this.kept) this.out.push(this.file.subarray(this.kept, this.end));
    return this.out;
  }
}
