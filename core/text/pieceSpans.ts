import { afterSpaces, beforeSpaces, nextCharacter } from './byteScan';
import { ByteSearch } from './byteSearch';
import { addedMark, type ByteStream } from './byteStream';
import type { Piece } from './piece';
import { pieceBytes } from './pieceBytes';
import type { TokenizerFamily } from './tokenizerFamily';
import { utf8Bytes } from './utf8';

/** Which bytes of a stream a piece stands for; `from === to` for one that stands for none. */
export interface PieceSpan {
  readonly from: number;
  readonly to: number;
  /** Found letter for letter (else it was placed by what is around it, or not at all). */
  readonly exact: boolean;
}

/**
 * Finds the pieces in the stream, in order. A piece that is not there is left until a later one is found; it then
 * stands for what lies between, if that is little.
 */
export function pieceSpans(stream: ByteStream, pieces: readonly Piece[], family: TokenizerFamily): PieceSpan[] {
  return new SpanFinder(stream, pieces, family).find();
}

/** How far from where a piece was awaited it is believed to be what was sought. */
const nearBytes = 64;
/** How many places are tried for one piece. */
const candidates = 16;

class SpanFinder {
  private cursor = 0;
  private lost: number[] = [];
  private readonly spans: PieceSpan[] = [];
  private readonly bytes: string;
  private readonly cache = new Map<string, string>();
  private knownBytes: ReadonlySet<string> | undefined;
  private readonly search: ByteSearch;

  constructor(
    private readonly stream: ByteStream,
    private readonly pieces: readonly Piece[],
    private readonly family: TokenizerFamily,
  ) {
    this.bytes = stream.bytes;
    this.search = new ByteSearch(stream.bytes);
  }

  find(): PieceSpan[] {
    const { pieces } = this;
    const first = this.countBefore();
    const last = pieces.length - this.countAfter(first);
    for (let i = 0; i < pieces.length; i++) {
      if (i < first || i >= last) this.place(this.cursor, this.cursor, false);
      else this.findPiece(i);
    }
    this.settleLost(this.cursor);
    return this.spans;
  }

  /** How many pieces were put before the text: those of the template, unless it is the text that begins with them. */
  private countBefore(): number {
    const { before } = this.family;
    if (before.length === 0 || before.some((content, i) => this.pieces[i]?.piece !== content)) return 0;
    const marks = before.map(content => this.stream.marks.get(content) ?? content).join('');
    if (!this.bytes.startsWith(marks)) return before.length;
    const next = this.pieces[before.length];
    return next !== undefined && this.matchAt(next, 0) ? before.length : 0;
  }

  private countAfter(first: number): number {
    const { after } = this.family;
    const from = this.pieces.length - after.length;
    if (from < first || after.some((content, i) => this.pieces[from + i].piece !== content)) return 0;
    return after.length;
  }

  private findPiece(index: number): void {
    const piece = this.pieces[index];
    const mark = this.stream.marks.get(piece.piece);
    if (mark !== undefined && this.findMark(mark, piece)) return;
    if (piece.piece === this.family.unknown?.piece) return this.placeUnknown(index);
    if (piece.special) return this.findSpecial(piece);
    const bytes = this.bytesOf(piece);
    if (bytes === '') return this.place(this.cursor, this.cursor, false);
    const span =
      this.match(bytes, this.cursor) ??
      this.match(utf8Bytes(piece.piece), this.cursor) ??
      this.searchAhead(bytes, index);
    if (!span) this.lose(index);
    else if (span.to > span.from) this.take(span.from, span.to);
    else this.place(this.cursor, this.cursor, false);
  }

  private findMark(mark: string, piece: Piece): boolean {
    const token = this.family.added.get(piece.piece);
    let from = this.bytes.startsWith(mark, this.cursor) ? this.cursor : afterSpaces(this.bytes, this.cursor);
    if (!this.bytes.startsWith(mark, from)) {
      from = this.search.find(mark, this.cursor, this.lost.length);
      // One further on stands for this piece only if what lies between can have given no token, or none that was found.
      if (from < 0 || (this.lost.length === 0 && from - this.cursor > nearBytes)) return false;
    }
    const to = token?.stripsRight ? afterSpaces(this.bytes, from + 1) : from + 1;
    this.take(token?.stripsLeft && this.lost.length === 0 ? this.cursor : from, to);
    return true;
  }

  private findSpecial(piece: Piece): void {
    const content = utf8Bytes(piece.piece);
    const known = this.family.added.get(piece.piece);
    const from = this.bytes.startsWith(content, this.cursor) ? this.cursor : afterSpaces(this.bytes, this.cursor);
    const taken = known !== undefined && !known.normalized;
    if (taken || !this.bytes.startsWith(content, from)) return this.place(this.cursor, this.cursor, false);
    this.take(from, from + content.length);
  }

  private placeUnknown(index: number): void {
    const { bytes, family, stream } = this;
    const covers = family.unknown?.covers;
    const from = family.dropsSpaces || covers === 'word' ? afterSpaces(bytes, this.cursor) : this.cursor;
    const isSpace = (at: number) => family.dropsSpaces && afterSpaces(bytes, at) > at;
    const next = this.pieces[index + 1] as Piece | undefined;
    const ends = (at: number) =>
      covers === 'word'
        ? stream.wordBound[at] === 1
        : covers === 'run'
          ? this.known(at) || (next !== undefined && this.standsAt(next, at))
          : true;
    let to = from;
    while (this.isByte(to) && (to === from || !(isSpace(to) || ends(to)))) to = nextCharacter(bytes, to);
    this.take(from, to, false);
  }

  private bytesOf(piece: Piece): string {
    let bytes = this.cache.get(piece.piece);
    if (bytes === undefined) {
      bytes = pieceBytes(piece.piece, this.family);
      if (this.family.dropsSpaces && bytes.startsWith(' ')) bytes = bytes.slice(1);
      this.cache.set(piece.piece, bytes);
    }
    return bytes;
  }

  /** The span of a piece's bytes at a position, leaving out white space that only one of the two has. */
  private match(bytes: string, at: number): { from: number; to: number } | undefined {
    if (this.bytes.startsWith(bytes, at)) return { from: at, to: at + bytes.length };
    const bare = bytes.startsWith(' ') ? bytes.slice(1) : undefined;
    if (bare !== undefined && this.bytes[at] !== ' ' && this.bytes.startsWith(bare, at)) {
      return { from: at, to: at + bare.length };
    }
    const after = afterSpaces(this.bytes, at);
    if (after === at) return undefined;
    if (bare && this.bytes.startsWith(bytes, after - 1)) return { from: after - 1, to: after - 1 + bytes.length };
    if (this.bytes.startsWith(bytes, after)) return { from: after, to: after + bytes.length };
    if (bare && this.bytes.startsWith(bare, after)) return { from: after, to: after + bare.length };
    return undefined;
  }

  private matchAt(piece: Piece, at: number): boolean {
    const mark = this.stream.marks.get(piece.piece);
    if (mark !== undefined && this.bytes.startsWith(mark, afterSpaces(this.bytes, at))) return true;
    return !piece.special && this.match(this.bytesOf(piece), at) !== undefined;
  }

  private standsAt(piece: Piece, at: number): boolean {
    const mark = this.stream.marks.get(piece.piece);
    if (mark !== undefined && this.bytes.startsWith(mark, at)) return true;
    const bytes = piece.special ? '' : this.bytesOf(piece);
    return bytes !== '' && this.bytes.startsWith(bytes, at);
  }

  /** Looks for a piece further on, and believes what it finds if it is near or the next piece follows there. */
  private searchAhead(bytes: string, index: number): { from: number; to: number } | undefined {
    const wanted = bytes.length > 1 && bytes.startsWith(' ') ? bytes.slice(1) : bytes;
    const next = this.pieces[index + 1] as Piece | undefined;
    const checked = next !== undefined && !next.special && next.piece !== this.family.unknown?.piece;
    let first = -1;
    let at = this.cursor - 1;
    for (let tried = 0; tried < candidates; tried++) {
      at = this.search.find(wanted, at + 1, this.lost.length);
      if (at < 0) break;
      if (first < 0) first = at;
      if (checked && this.matchAt(next, at + wanted.length)) {
        const from = wanted !== bytes && this.bytes[at - 1] === ' ' && at > this.cursor ? at - 1 : at;
        return { from, to: at + wanted.length };
      }
    }
    return first >= 0 && first - this.cursor <= nearBytes ? { from: first, to: first + wanted.length } : undefined;
  }

  private take(from: number, to: number, exact = true): void {
    this.settleLost(from);
    this.place(from, to, exact);
    this.cursor = to;
  }

  private place(from: number, to: number, exact: boolean): void {
    this.spans.push({ from, to, exact });
  }

  private lose(index: number): void {
    this.lost.push(index);
    this.place(this.cursor, this.cursor, false);
  }

  /** Gives the pieces that were not found what lies between the last one found and this position, all of it to each. */
  private settleLost(until: number): void {
    if (this.lost.length === 0) return;
    const from = afterSpaces(this.bytes, this.cursor);
    const to = beforeSpaces(this.bytes, from, until);
    if (from < to && to - from <= nearBytes * this.lost.length) {
      for (const index of this.lost) this.spans[index] = { from, to, exact: false };
    }
    this.lost = [];
  }

  private isByte(at: number): boolean {
    return at < this.bytes.length && this.bytes.charCodeAt(at) < addedMark;
  }

  private known(at: number): boolean {
    this.knownBytes ??= new Set([...this.family.known].map(utf8Bytes));
    return this.knownBytes.has(this.bytes.slice(at, nextCharacter(this.bytes, at)));
  }
}
