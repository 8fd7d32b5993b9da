import { scaleWeight, type MatrixScale } from '../../core/attention/weightScale';
import { rampLength } from '../../core/export/colorRamp';
import type { Rgb } from '../../core/export/pictureColors';

export { legendMarks, scaleWeight } from '../../core/attention/weightScale';
export { colorRamp, type ColorRamp, rampLength } from '../../core/export/colorRamp';
export { contrast, readableOn } from '../../core/export/contrast';
export type { Rgb } from '../../core/export/pictureColors';

/** The place of a weight in a {@link ColorRamp}. */
export function rampIndex(weight: number, scale: MatrixScale): number {
  return Math.round(scaleWeight(weight, scale) * (rampLength - 1));
}

/** As CSS writes it. */
export function cssColor([red, green, blue]: Rgb, alpha = 1): string {
  return alpha === 1 ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
