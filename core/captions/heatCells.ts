import { cellRegion } from '../images/cellGeometry';
import type { Caption, ImageRegion } from '../protocol/captionProtocol';

/** How opaque the strongest cell is painted. */
const mostOpaque = 0.7;

/** A cell as it is painted on the image: where, in parts of its width and height, and how opaque. */
export interface HeatCell extends ImageRegion {
  readonly cell: number;
  readonly opacity: number;
}

/** The cells that heat is painted on: those above 0, the strongest the most opaque. @param heat [cell] */
export function heatCells(heat: Float32Array, { grid, square }: Pick<Caption, 'grid' | 'square'>): HeatCell[] {
  const largest = heat.reduce((most, value) => Math.max(most, value), 0);
  const cells: HeatCell[] = [];
  heat.forEach((value, cell) => {
    if (value > 0) cells.push({ cell, opacity: value / largest * mostOpaque, ...cellRegion(cell, grid, square.width, square.height) });
  });
  return cells;
}
