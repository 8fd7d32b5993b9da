import type { MatrixScale } from '../attention/weightScale';
import type { PictureColors, Rgb } from './pictureColors';

/** What a theme gives to an exported picture. */
export interface PictureLook {
  readonly colors: PictureColors;
  readonly heat: { readonly colors: readonly Rgb[]; readonly scale: MatrixScale };
  /** Of a difference below zero. */
  readonly negative: Rgb;
  /** Of heads, one after the other: at least two. */
  readonly pens: readonly Rgb[];
  /** Of what is chosen. */
  readonly focus: Rgb;
}
