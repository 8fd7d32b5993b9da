import type { AttentionSteps } from '../../core/run/explanation';
import type { Mark } from './stepsTableRows';

const page = 10;

/** The row that a key leads to from another, −1 for the headers; undefined where the key does not move along the rows. */
export function rowAfter(key: string, row: number, rows: number): number | undefined {
  const last = rows - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, row + 1);
    case 'ArrowUp':
      return Math.max(-1, row - 1);
    case 'PageDown':
      return Math.min(last, row + page);
    case 'PageUp':
      return Math.max(0, row - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/**
 * The number that a step leads to: along the key's numbers and on along those of the value; by whole vectors to the first
 * number of the next or of the one before.
 */
export function markAfter(
  mark: Mark | undefined,
  row: number,
  step: number,
  byVector: boolean,
  { headSize, valueSize }: Pick<AttentionSteps, 'headSize' | 'valueSize'>,
): Mark {
  const at = mark ? (mark.strip === 'value' ? headSize : 0) + mark.dimension : -1;
  const to = byVector
    ? step > 0 && at >= 0
      ? headSize
      : 0
    : Math.min(headSize + valueSize - 1, Math.max(0, at + step));
  return to < headSize ? { row, strip: 'key', dimension: to } : { row, strip: 'value', dimension: to - headSize };
}
