import { noKeys, oneKeyEach } from '../targetKeys';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on where its line starts: the last token of the line before, which is the line break; mean
 * over the rows from the second line on that see something else. The project's own measure.
 */
export const lineStart = contentMeasure(
  { id: 'lineStart', name: 'start of the line', short: 'line start', on: 'the line break before its line' },
  ({ lines }, shape) => {
    if (!shape.sameSequence) return noKeys(shape);
    const before = breakBefore(lines);
    return oneKeyEach(shape, query => before[query]);
  },
);

/** For each token the last token of an earlier line, −1 for none. */
function breakBefore(lines: Int32Array): Int32Array {
  let last = -1;
  return lines.map((line, token) => {
    if (token > 0 && lines[token - 1] >= 0 && lines[token - 1] < line) last = token - 1;
    return line > 0 ? last : -1;
  });
}
