import type { HeadLine } from './headOrder';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import { arrowStep } from '../common/arrowStep';
import { sameHead } from '../run/headSelection';

/**
 * Where a key leads in the overview from a head, or from a line's label (its number): to a head or to a label; undefined
 * where the key is none of the overview's.
 */
export function thumbnailGridKey(
  key: string,
  lines: readonly HeadLine[],
  at: HeadPlace | number,
): HeadPlace | number | undefined {
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
  if (key === 'Home') return to(line, 0);
  if (key === 'End') return to(line, Infinity);
  const step = arrowStep(key);
  return step && to(line + step[1], column + step[0]);
}
