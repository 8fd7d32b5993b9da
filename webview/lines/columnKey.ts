import type { ColumnToken, Side } from './linesLayout';

const page = 10;

/**
 * The token that a key leads to from another, within the columns; undefined where the key leads nowhere.
 * @param strongest Of the other column, what the token has most to do with.
 */
export function columnKey(
  key: string,
  { side, index }: ColumnToken,
  counts: Readonly<Record<Side, number>>,
  strongest: number,
): ColumnToken | undefined {
  const to = (column: Side, row: number): ColumnToken => ({
    side: column,
    index: Math.max(0, Math.min(counts[column] - 1, row)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(side, index + 1);
    case 'ArrowUp':
      return to(side, index - 1);
    case 'PageDown':
      return to(side, index + page);
    case 'PageUp':
      return to(side, index - page);
    case 'Home':
      return to(side, 0);
    case 'End':
      return to(side, Infinity);
    case 'ArrowRight':
      return to('key', side === 'query' ? strongest : index);
    case 'ArrowLeft':
      return to('query', side === 'key' ? strongest : index);
    default:
      return undefined;
  }
}
