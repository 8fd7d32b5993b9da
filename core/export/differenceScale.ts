import { scaleWeight, type MatrixScale } from '../attention/weightScale';
import { colorRamp } from './colorRamp';
import type { HeatScale } from './heatScale';
import type { Rgb } from './pictureColors';

/**
 * How differences of weights, −1 to 1, become colours: the sign is the colour, the size its strength on the scale of the weights.
 * @param negative Of what is below zero, and `positive` above; 0 is the background.
 */
export function differenceScale(background: Rgb, negative: Rgb, positive: Rgb, scale: MatrixScale): HeatScale {
  const [below, above] = [negative, positive].map(color => colorRamp(background, color).colors);
  return {
    colors: [...below.slice(1).reverse(), ...above],
    place: difference => (1 + Math.sign(difference) * scaleWeight(Math.abs(difference), scale)) / 2,
    marks: scale === 'log' ? [-1, -0.01, 0, 0.01, 1] : [-1, -0.25, 0, 0.25, 1],
  };
}
