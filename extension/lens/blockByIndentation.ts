import type { LineRange, Lines } from './lensWindow';

/**
 * The lines that belong together with a line, for languages that tell no symbols: a block begins at a line without
 * indentation that follows an empty one (unless it only closes something), which makes a function, a class or a
 * paragraph of prose one block. Empty lines at its end do not count, except up to the line itself.
 * @param characters no line farther away than so many characters is looked at.
 */
export function blockByIndentation(lines: Lines, line: number, characters: number): LineRange {
  const text = (at: number) => lines.lineAt(at).text;
  const begins = (at: number) =>
    at === 0 || (text(at - 1).trim() === '' && /^\S/.test(text(at)) && !/^([)\]}]|end\b)/i.test(text(at)));
  let first = line;
  for (let room = characters; !begins(first) && room > 0; first--) room -= text(first - 1).length + 1;
  let last = line;
  for (let room = characters; last + 1 < lines.lineCount && !begins(last + 1) && room > 0; last++) {
    room -= text(last + 1).length + 1;
  }
  while (last > line && text(last).trim() === '') last--;
  return { first, last };
}
