import type { ImageRegion } from '../images/image';
import { cellCoverage, gridCell } from '../images/seenRegion';
import type { Caption } from './caption';

/** How opaque the strongest cell is painted. */
const mostOpaque = 0.7;

/** A cell as it is painted on the image: where, in parts of its width and height, and how opaque. */
export interface HeatCell extends ImageRegion {
  readonly cell: number;
  readonly opacity: number;
}

/** The cells that heat is painted on: those above 0 that show some of the image, the strongest of them the most opaque. @param heat [cell] */
export function heatCells(heat: Float32Array, { grid, seen }: Pick<Caption, 'grid' | 'seen'>): HeatCell[] {
  const shown = (cell: number) => cellCoverage(cell, grid, seen) > 0;
  const largest = heat.reduce((most, value, cell) => (shown(cell) ? Math.max(most, value) : most), 0);
  const cells: HeatCell[] = [];
  heat.forEach((value, cell) => {
    if (value > 0 && shown(cell)) {
      cells.push({
        cell,
        opacity: (value / largest) * mostOpaque,
        ...gridCell(cell, grid, seen),
      });
    }
  });
  return cells;
}

/** The part of a heat that lies on the padding around the image: 0 to 1. @param heat [cell], none below 0. */
export function paddingShare(heat: Float32Array, { grid, seen }: Pick<Caption, 'grid' | 'seen'>): number {
  const outside = heat.reduce((sum, value, cell) => (cellCoverage(cell, grid, seen) > 0 ? sum : sum + value), 0);
  return (
    outside /
    Math.max(
      1e-9,
      heat.reduce((sum, value) => sum + value, 0),
    )
  );
}
