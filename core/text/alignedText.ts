/** A changed text that knows, for each of its UTF-16 code units, which range of the original text it came from. */
export interface AlignedText {
  readonly text: string;
  /** Per code unit of `text`: where its origin begins in the original text. */
  readonly start: ArrayLike<number>;
  /** Per code unit of `text`: where its origin ends. Equal to `start` for a character that was put in. */
  readonly end: ArrayLike<number>;
}

/** The part of `original` between two offsets, not changed yet. */
export function alignedText(original: string, from = 0, to = original.length): AlignedText {
  const length = to - from;
  const start = new Int32Array(length);
  const end = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    start[i] = from + i;
    end[i] = from + i + 1;
  }
  return { text: original.slice(from, to), start, end };
}

/** Puts an aligned text together from characters and where they came from. */
export class AlignedTextBuilder {
  private readonly parts: string[] = [];
  private readonly start: number[] = [];
  private readonly end: number[] = [];

  /** Adds text, all of which came from one range. */
  add(text: string, start: number, end: number): void {
    this.parts.push(text);
    for (let i = 0; i < text.length; i++) {
      this.start.push(start);
      this.end.push(end);
    }
  }

  /** Adds a part of another aligned text as it is. */
  copy(source: AlignedText, from: number, to: number): void {
    this.parts.push(source.text.slice(from, to));
    for (let i = from; i < to; i++) {
      this.start.push(source.start[i]);
      this.end.push(source.end[i]);
    }
  }

  /** What was added so far. */
  build(): AlignedText {
    return { text: this.parts.join(''), start: this.start, end: this.end };
  }
}

/** Where in the original a position between two code units of an aligned text lies. */
export function originOf(aligned: AlignedText, index: number): number {
  if (index < aligned.text.length) return aligned.start[index];
  return index > 0 ? aligned.end[index - 1] : 0;
}
