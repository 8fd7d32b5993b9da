import type { GridPart } from './gridPart';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import { arrowStep } from '../common/arrowStep';
import { sameHead } from '../run/headSelection';

/**
 * Where a key leads in the overview from a head, or from a label: a line's (its number among those of all parts) or a
 * column's (below zero: its number with its bits inverted, as `~` does); undefined where the key is none of the overview's.
 */
export function thumbnailGridKey(
  key: string,
  parts: readonly GridPart[],
  at: HeadPlace | number,
): HeadPlace | number | undefined {
  const lines = parts.flatMap(part => part.lines.map(line => ({ ...line, part })));
  const to = (row: number, part: number): HeadPlace | number => {
    const next = Math.min(lines.length - 1, Math.max(0, row));
    if (part < 0) return next;
    const { heads } = lines[next];
    const { layer, head } = heads[Math.min(heads.length - 1, part)];
    return { layer, head };
  };
  if (typeof at === 'number' && at < 0) {
    let [column, first] = [~at, 0];
    const own = parts.find(({ columns, lines: { length } }) => {
      if (column < columns.length) return true;
      column -= columns.length;
      first += length;
      return false;
    });
    const last = parts.reduce((sum, { columns }) => sum + columns.length, 0) - 1;
    return (
      { ArrowLeft: ~Math.max(0, ~at - 1), ArrowRight: ~Math.min(last, ~at + 1), Home: ~0, End: ~last }[key] ??
      (key === 'ArrowDown' && own
        ? to(first, column)
        : key === 'ArrowUp'
          ? first > 0
            ? to(first - 1, column)
            : at
          : undefined)
    );
  }
  const onLabel = typeof at === 'number';
  const line = onLabel
    ? at
    : Math.max(
        0,
        lines.findIndex(({ heads }) => heads.some(head => sameHead(head, at))),
      );
  const { part, heads } = lines[line];
  const column = onLabel ? -1 : heads.findIndex(head => sameHead(head, at));
  if (
    key === 'ArrowUp' &&
    column >= 0 &&
    part.columns.length > 0 &&
    line === lines.findIndex(one => one.part === part)
  ) {
    return ~(column + parts.slice(0, parts.indexOf(part)).reduce((sum, { columns }) => sum + columns.length, 0));
  }
  if (key === 'Home') return to(line, 0);
  if (key === 'End') return to(line, Infinity);
  const step = arrowStep(key);
  if (!step) return undefined;
  const next = lines[Math.min(lines.length - 1, Math.max(0, line + step[1]))].part;
  // Lines of other thumbnails hold more or fewer: what stands below is what is seen below.
  const below = next === part ? column : Math.floor(((column + 0.5) * next.layout.perLine) / part.layout.perLine);
  return to(line + step[1], column < 0 ? (step[0] > 0 ? 0 : -1) : step[0] === 0 ? below : column + step[0]);
}
