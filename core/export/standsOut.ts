import type { Rgb } from './pictureColors';

/** Colours nearer to each other than this (of 441, in red, green and blue) can hardly be told apart where one lies over the other. */
const alike = 120;
/** The preferred colour goes that is like less of a picture than this. */
const mostAlike = 0.2;

/**
 * The colour that is seen on a picture: the preferred one, unless much of the picture is like it; then the one of the others
 * that is farthest from the picture's colours.
 * @param pixels red, green, blue, opacity, … of a small copy of the picture.
 */
export function standsOut(pixels: Uint8ClampedArray, preferred: Rgb, others: readonly Rgb[]): Rgb {
  if (alikeShare(pixels, preferred) < mostAlike) return preferred;
  const distances = others.map(color => mean(pixels, color, distance => distance));
  return others[distances.indexOf(Math.max(...distances))] ?? preferred;
}

/** The part of a picture's pixels that are like a colour, 0 to 1; those that one sees through do not count. */
export function alikeShare(pixels: Uint8ClampedArray, color: Rgb): number {
  return mean(pixels, color, distance => (distance < alike ? 1 : 0));
}

/** The mean over a picture's pixels of something that depends on their distance from a colour; 0 where all are seen through. */
function mean(pixels: Uint8ClampedArray, [red, green, blue]: Rgb, of: (distance: number) => number): number {
  let [sum, seen] = [0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] < 128) continue;
    seen++;
    sum += of(Math.hypot(pixels[at] - red, pixels[at + 1] - green, pixels[at + 2] - blue));
  }
  return seen > 0 ? sum / seen : 0;
}
