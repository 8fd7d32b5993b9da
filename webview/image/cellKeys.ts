import type { GridSize } from '../../core/images/gridSize';

/** The cell that an arrow key, Home or End leads to; the first where none is chosen, undefined where the key leads nowhere. */
export function cellAfterKey(key: string, cell: number | undefined, { rows, columns }: GridSize): number | undefined {
  const last = rows * columns - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  if (step === undefined) return undefined;
  const to = cell === undefined ? 0 : cell + step;
  return to >= 0 && to <= last ? to : cell;
}
