import type { TextPart } from './textPair';

/** Two texts in one, and what was written of the special tokens around and between them. */
export interface SeparatedTexts {
  readonly a: TextPart;
  readonly b: TextPart;
  /** What the writer put in the places of the special tokens: empty parts where nothing. */
  readonly before: TextPart;
  readonly between: TextPart;
  readonly after: TextPart;
}

/** Finds two texts in one that a tokenizer's separator (`[SEP]`, `</s></s>`) stands between. */
export class PairSeparator {
  private readonly before: RegExp;
  private readonly between: RegExp;
  private readonly after: RegExp;

  /** @param tokens the special tokens between two texts; the first alone separates them too. */
  constructor(
    before: readonly string[],
    private readonly tokens: readonly string[],
    after: readonly string[],
  ) {
    const row = (special: readonly string[]) => special.map(escaped).join('\\s*');
    this.before = new RegExp(`^\\s*(${row(before)})`, 'u');
    this.between = new RegExp(`${row(tokens)}|${escaped(tokens[0])}`, 'gu');
    this.after = new RegExp(`(${row(after)})\\s*$`, 'u');
  }

  /** How the separator is written. */
  get written(): string {
    return this.tokens.join('');
  }

  /**
   * The two texts, without the white space beside the separator; special tokens that are written around them are left out.
   * @returns undefined where there is no second text, and how many there are where they are more than two.
   */
  split(text: string): SeparatedTexts | number | undefined {
    const lead = this.before.exec(text);
    const before = lead?.[1] ? { start: lead[0].length - lead[1].length, end: lead[0].length } : { start: 0, end: 0 };
    const tail = this.after.exec(text);
    const after =
      tail?.[1] && tail.index >= before.end
        ? { start: tail.index, end: tail.index + tail[1].length }
        : { start: text.length, end: text.length };
    const found = [...text.slice(before.end, after.start).matchAll(this.between)].map(match => ({
      start: before.end + match.index,
      end: before.end + match.index + match[0].length,
    }));
    if (found.length === 0) return undefined;
    const edges = [before, ...found, after];
    const parts = edges
      .slice(1)
      .map((edge, i) => trimmed(text, edges[i].end, edge.start))
      .filter(({ start, end }) => end > start);
    const [a, b] = parts;
    if (parts.length !== 2) return parts.length < 2 ? undefined : parts.length;
    const inside = found.filter(({ start, end }) => start >= a.end && end <= b.start);
    return { a, b, before, between: { start: inside[0].start, end: inside[inside.length - 1].end }, after };
  }
}

function trimmed(text: string, from: number, to: number): TextPart {
  const inner = text.slice(from, to);
  const start = from + (inner.length - inner.trimStart().length);
  return { start, end: Math.max(start, from + inner.trimEnd().length) };
}

function escaped(token: string): string {
  return token.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
