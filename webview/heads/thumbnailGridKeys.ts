import type { HeadLine } from './headOrder';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import { arrowStep } from '../common/arrowStep';
import { sameHead } from '../run/headSelection';

/**
 * Where a key leads in the overview from a head, or from a label: a line's (its number) or a column's (below zero: its
 * number with its bits inverted, as `~` does); undefined where the key is none of the overview's.
 * @param named Whether columns have labels.
 */
export function thumbnailGridKey(
  key: string,
  lines: readonly HeadLine[],
  at: HeadPlace | number,
  named = false,
): HeadPlace | number | undefined {
  if (typeof at === 'number' && at < 0) {
    const column = ~at;
    const last = Math.max(...lines.map(({ heads }) => heads.length)) - 1;
    const { layer, head } = lines[0].heads[Math.min(column, lines[0].heads.length - 1)];
    return (
      { ArrowLeft: ~Math.max(0, column - 1), ArrowRight: ~Math.min(last, column + 1), Home: ~0, End: ~last }[key] ??
      (key === 'ArrowDown' ? { layer, head } : key === 'ArrowUp' ? at : undefined)
    );
  }
  const onLabel = typeof at === 'number';
  const line = onLabel
    ? at
    : Math.max(
        0,
        lines.findIndex(({ heads }) => heads.some(head => sameHead(head, at))),
      );
  const column = onLabel ? -1 : lines[line].heads.findIndex(head => sameHead(head, at));
  const to = (row: number, col: number): HeadPlace | number => {
    const next = Math.min(lines.length - 1, Math.max(0, row));
    if (col < 0) return next;
    const { layer, head } = lines[next].heads[Math.min(lines[next].heads.length - 1, col)];
    return { layer, head };
  };
  if (key === 'ArrowUp' && named && line === 0 && column >= 0) return ~column;
  if (key === 'Home') return to(line, 0);
  if (key === 'End') return to(line, Infinity);
  const step = arrowStep(key);
  return step && to(line + step[1], column + step[0]);
}
