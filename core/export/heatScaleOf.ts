import { legendMarks, scaleWeight, type MatrixScale } from '../attention/weightScale';
import type { HeatScale } from './heatScale';
import type { Rgb } from './pictureColors';

/** The colours of weights as they are asked for: from "no weight" to "all of the weight", on a scale. */
export interface HeatColors {
  readonly colors: readonly Rgb[];
  readonly scale: MatrixScale;
}

/** How weights become colours in pictures to be saved: as they do in the panel. */
export function heatScaleOf({ colors, scale }: HeatColors): HeatScale {
  return { colors, place: weight => scaleWeight(weight, scale), marks: legendMarks(scale) };
}
