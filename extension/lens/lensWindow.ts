import { blockByIndentation } from './blockByIndentation';

/** A document by lines; VS Code's own documents are such. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** A place in a document, counted from 0. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** Lines, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** What of a document the lens reads: the setting `headlight.lens.window`, with the number of lines for `lines`. */
export type LensWindow =
  { readonly kind: 'block' } | { readonly kind: 'document' } | { readonly kind: 'lines'; readonly before: number };

/** How much of what there is room for goes to the text before the caret, where there is more on both sides. */
const shareBefore = 0.75;

/**
 * The text around the caret that the lens reads: the window, cut to whole lines that hold so many characters, most of
 * them before the caret; of a caret's line that alone is longer, a part. Only lines near the caret are looked at.
 * @param block the caret's block where the language tells it; else it is told by indentation.
 */
export function lensWindow(
  lines: Lines,
  caret: Place,
  window: LensWindow,
  characters: number,
  block?: LineRange,
): { start: Place; end: Place } {
  const text = lines.lineAt(caret.line).text;
  if (text.length > characters) return partOfLine(text, caret, characters);
  const limits = windowLimits(lines, caret.line, window, characters, block);
  let { line: first, line: last } = caret;
  let room = characters - text.length;
  const up = (keep: number) => {
    for (; first > limits.first; first--) {
      const length = lines.lineAt(first - 1).text.length + 1;
      if (room - length < keep) return;
      room -= length;
    }
  };
  up(room * (1 - shareBefore));
  for (; last < limits.last; last++) {
    const length = lines.lineAt(last + 1).text.length + 1;
    if (length > room) break;
    room -= length;
  }
  up(0);
  return { start: { line: first, character: 0 }, end: { line: last, character: lines.lineAt(last).text.length } };
}

function windowLimits(
  lines: Lines,
  line: number,
  window: LensWindow,
  characters: number,
  block: LineRange | undefined,
): LineRange {
  switch (window.kind) {
    case 'document':
      return { first: 0, last: lines.lineCount - 1 };
    case 'lines':
      return { first: Math.max(0, line - window.before), last: line };
    case 'block':
      return block ?? blockByIndentation(lines, line, characters);
  }
}

function partOfLine(text: string, { line, character }: Place, characters: number): { start: Place; end: Place } {
  const start = Math.max(0, Math.min(character - Math.ceil(characters * shareBefore), text.length - characters));
  return {
    start: { line, character: wholeCharacter(text, start) },
    end: { line, character: wholeCharacter(text, start + characters) },
  };
}

/** The same place, or the one before it where it lies between two surrogates. */
function wholeCharacter(text: string, at: number): number {
  return at > 0 && /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(at - 1, at + 1)) ? at - 1 : at;
}
