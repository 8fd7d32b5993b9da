import type { HeatCell } from '../captions/heatCells';
import { tokenRegion, type PicturePart } from './picturePart';

/** How opaque the strongest cell is painted. */
const mostOpaque = 0.7;

/**
 * The picture tokens that heat is painted on, where they lie: those above 0, the strongest of them the most opaque.
 * @param heat [picture token]
 * @param parts which of the picture's parts are shown.
 */
export function answerCells(heat: Float32Array, parts: readonly PicturePart[]): HeatCell[] {
  let largest = 0;
  for (const { from, rows, columns } of parts) {
    for (let token = from; token < from + rows * columns; token++) largest = Math.max(largest, heat[token]);
  }
  return parts.flatMap(part =>
    Array.from({ length: part.rows * part.columns }, (_, within) => ({
      cell: part.from + within,
      opacity: largest > 0 ? (Math.max(0, heat[part.from + within]) / largest) * mostOpaque : 0,
      ...tokenRegion(part, within),
    })).filter(({ opacity }) => opacity > 0),
  );
}
