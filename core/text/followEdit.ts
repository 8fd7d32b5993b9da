/** A stretch of a document, in UTF-16 code units. */
export interface TextSpan {
  readonly start: number;
  readonly length: number;
}

/** Text that was put in the place of a stretch of a document. */
export interface TextEdit {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Where a stretch of a document lies after an edit. What is typed within it belongs to it; so does what is typed at its
 * end, up to the first line break, but not what is typed before its start. Of an edit that reaches over one of its ends,
 * what was put in lies outside; where all of it was replaced, it keeps its place and length as far as the new text goes.
 */
export function followEdit({ start, length }: TextSpan, { rangeOffset: at, rangeLength, text }: TextEdit): TextSpan {
  const end = start + length;
  const editEnd = at + rangeLength;
  const grown = text.length - rangeLength;
  if (at === editEnd && at === end) {
    const broken = /[\r\n]/.exec(text);
    return { start, length: length + (length > 0 && broken ? broken.index : text.length) };
  }
  if (editEnd <= start) return { start: start + grown, length };
  if (at >= end) return { start, length };
  if (at >= start && editEnd <= end) return { start, length: length + grown };
  if (at <= start && editEnd >= end) {
    const kept = Math.min(start, at + text.length);
    return { start: kept, length: Math.min(length, at + text.length - kept) };
  }
  return at < start ? { start: at + text.length, length: end - editEnd } : { start, length: at - start };
}
