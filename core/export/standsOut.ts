import type { Rgb } from './pictureColors';

/** Colours nearer to each other than this (of 441, in red, green and blue) can hardly be told apart where one lies over the other. */
const alike = 120;
/** A colour goes that is like less of a picture than this. */
const mostAlike = 0.2;

/**
 * The colour that is seen on a picture: the first one, unless much of the picture is like it and less like another.
 * @param pixels red, green, blue, opacity, … of a small copy of the picture.
 * @param colors the preferred one first.
 */
export function standsOut(pixels: Uint8ClampedArray, colors: readonly Rgb[]): Rgb {
  const shares = colors.map(color => alikeShare(pixels, color));
  if (shares[0] < mostAlike) return colors[0];
  return colors[shares.indexOf(Math.min(...shares))];
}

/** The part of a picture's pixels that are like a colour, 0 to 1; those that one sees through do not count. */
export function alikeShare(pixels: Uint8ClampedArray, [red, green, blue]: Rgb): number {
  let [like, seen] = [0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] < 128) continue;
    seen++;
    if (Math.hypot(pixels[at] - red, pixels[at + 1] - green, pixels[at + 2] - blue) < alike) like++;
  }
  return seen > 0 ? like / seen : 0;
}
