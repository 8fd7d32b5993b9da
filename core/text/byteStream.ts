import { alignedText, type AlignedText } from './alignedText';
import type { TokenizerFamily } from './tokenizerFamily';
import { codePointBytes } from './utf8';

/** A text as a tokenizer's vocabulary meets it: changed, in UTF-8, and with the origin of each byte. */
export interface ByteStream {
  /** One character a byte; an added token that stands in the text is one character from {@link addedMark} on. */
  readonly bytes: string;
  /** Per byte: where its origin begins and ends in the original text. */
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  /** Per byte: 1 where a word begins or has ended before it. Empty where words do not matter. */
  readonly wordBound: Uint8Array;
  /** The character that stands for each added token in `bytes`. */
  readonly marks: ReadonlyMap<string, string>;
}

/** The first character that is no byte but an added token. */
export const addedMark = 0x100;

/** Changes a text as the tokenizer would and writes it as bytes. */
export function byteStream(text: string, family: TokenizerFamily): ByteStream {
  const marks = new Map(
    [...family.added.keys()].map((content, index) => [content, String.fromCharCode(addedMark + index)]),
  );
  const taken = [...family.added]
    .filter(([, token]) => !token.normalized || family.changes.length === 0)
    .map(([content]) => content);
  const writer = new StreamWriter(family);
  let from = 0;
  for (const { content, at } of occurrences(text, taken)) {
    if (at > from) writer.write(changed(text, from, at, family));
    writer.mark(marks.get(content) ?? '', at, at + content.length);
    from = at + content.length;
  }
  if (text.length > from) writer.write(changed(text, from, text.length, family));
  return writer.build(marks);
}

function changed(text: string, from: number, to: number, family: TokenizerFamily): AlignedText {
  return family.changes.reduce((aligned, change) => change(aligned), alignedText(text, from, to));
}

/** The occurrences of any of the contents, leftmost first and there the longest. */
function* occurrences(text: string, contents: readonly string[]): Generator<{ content: string; at: number }> {
  if (contents.length === 0) return;
  const byFirst = new Map<string, { lengths: Set<number>; contents: Set<string> }>();
  for (const content of contents) {
    const entry = byFirst.get(content[0]) ?? { lengths: new Set<number>(), contents: new Set<string>() };
    entry.lengths.add(content.length);
    entry.contents.add(content);
    byFirst.set(content[0], entry);
  }
  const ready = new Map(
    [...byFirst].map(([first, entry]) => [
      first,
      { contents: entry.contents, lengths: [...entry.lengths].sort((a, b) => b - a) },
    ]),
  );
  for (let at = 0; at < text.length; at++) {
    const entry = ready.get(text[at]);
    const length = entry?.lengths.find(length => entry.contents.has(text.slice(at, at + length)));
    if (length === undefined) continue;
    yield { content: text.slice(at, at + length), at };
    at += length - 1;
  }
}

class StreamWriter {
  private readonly parts: string[] = [];
  private readonly start: number[] = [];
  private readonly end: number[] = [];
  private readonly bounds: number[] = [];
  private readonly marksWords: boolean;

  constructor(private readonly family: TokenizerFamily) {
    this.marksWords = family.unknown?.covers === 'word';
  }

  write({ text, start, end }: AlignedText): void {
    const bounds = this.marksWords ? this.wordBounds(text) : undefined;
    let index = 0;
    for (const character of text) {
      if (bounds?.has(index)) this.bounds.push(this.start.length);
      const next = index + character.length;
      const isSpace = character === this.family.space;
      const bytes = isSpace ? ' ' : codePointBytes(character.codePointAt(0) ?? 0xfffd);
      this.parts.push(bytes);
      for (let i = 0; i < bytes.length; i++) {
        this.start.push(start[index]);
        this.end.push(end[next - 1]);
      }
      index = next;
    }
    this.bounds.push(this.start.length);
  }

  mark(character: string, start: number, end: number): void {
    this.parts.push(character);
    this.start.push(start);
    this.end.push(end);
  }

  build(marks: ReadonlyMap<string, string>): ByteStream {
    const wordBound = new Uint8Array(this.marksWords ? this.start.length + 1 : 0);
    for (const bound of this.bounds) wordBound[bound] = 1;
    return { bytes: this.parts.join(''), start: this.start, end: this.end, wordBound, marks };
  }

  private wordBounds(text: string): Set<number> {
    const bounds = new Set<number>([0]);
    for (const word of this.family.words) {
      for (const match of text.matchAll(word)) bounds.add(match.index).add(match.index + match[0].length);
    }
    return bounds;
  }
}
