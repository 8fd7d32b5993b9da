import { mostOpaque } from '../images/heatOpacity';
import { heatLegend } from './heatScale';
import type { PictureColors, Rgb } from './pictureColors';

const legendSteps = 16;

/** From no heat to the strongest cell's, as it lies on the page. */
export function imageLegend(
  x: number,
  y: number,
  heat: Float32Array,
  color: Rgb,
  colors: PictureColors,
  name = 'attention of a cell',
): string[] {
  const most = heat.reduce((largest, value) => Math.max(largest, value), 0);
  const mixed = (part: number) =>
    colors.background.map((channel, i) => channel + (color[i] - channel) * part) as unknown as Rgb;
  const round = (weight: number) => Number(weight.toPrecision(2));
  return heatLegend(
    x,
    y,
    {
      colors: Array.from({ length: legendSteps + 1 }, (_, i) => mixed((i / legendSteps) * mostOpaque)),
      place: weight => (most > 0 ? Math.min(1, weight / most) : 0),
      marks: most > 0 ? [0, round(most / 2), round(most)] : [0],
    },
    colors,
    name,
  );
}
