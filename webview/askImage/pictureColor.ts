import { standsOut } from '../../core/export/standsOut';
import type { Rgb } from '../common/colorScale';
import { divergingColors } from '../common/divergingColors';
import { currentTheme } from '../common/theme';

/** Seen on blue, where the theme's orange becomes grey. */
const yellow: Rgb = [255, 221, 51];

/** Pixels of the small copy's sides. */
const side = 32;

/** A picture's pixels in small: red, green, blue, opacity. @param png the picture; none of it is read from elsewhere. */
export async function smallPixels(png: Blob): Promise<Uint8ClampedArray | undefined> {
  const bitmap = await createImageBitmap(png, { resizeWidth: side, resizeHeight: side });
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context?.getImageData(0, 0, side, side).data;
}

/** The colour of heat on a picture: the theme's, or another one where much of the picture is like it. */
export function pictureColor(pixels: Uint8ClampedArray | undefined): Rgb {
  const { positive, negative } = divergingColors(currentTheme());
  return pixels ? standsOut(pixels, positive, [negative, yellow]) : positive;
}
