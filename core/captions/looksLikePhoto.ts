/** Neighbours that differ by more than rounding and less than an edge, in the sum of the three channels. */
const slightest = 2;
const edge = 90;
/** Brightness that turns by less is rounding, in 0 to 255. */
const rounding = 1;

/** Shares above which a picture is taken for a photograph. Both are needed: a smooth gradient has only slight steps, a fine drawing only turns. */
const slightThreshold = 0.3;
const turnThreshold = 0.06;

/**
 * Whether pixels look like a photograph: neighbours differ slightly nearly everywhere, and brightness goes up and down.
 * Measured at 96 × 96 pixels on 1,782 flags and emoji (flag-icons 7.5, twemoji 15: none is taken for a photo, their slight
 * share is at most 0.19) and 20 photographs, micrographs and scans (scikit-image 0.26, scikit-learn 1.9: 19 are; the one
 * that is not is blurred by motion).
 * @param rgb [row][column][red, green, blue]
 */
export function looksLikePhoto(rgb: Uint8Array, side: number): boolean {
  const step = (i: number) =>
    Math.abs(rgb[i] - rgb[i + 3]) + Math.abs(rgb[i + 1] - rgb[i + 4]) + Math.abs(rgb[i + 2] - rgb[i + 5]);
  const rise = (i: number) =>
    ((rgb[i + 3] - rgb[i]) * 299 + (rgb[i + 4] - rgb[i + 1]) * 587 + (rgb[i + 5] - rgb[i + 2]) * 114) / 1000;
  let slight = 0;
  let turns = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x + 1 < side; x++) {
      const at = (y * side + x) * 3;
      if (step(at) > slightest && step(at) < edge) slight++;
      if (x === 0) continue;
      const [before, after] = [rise(at - 3), rise(at)];
      if (before * after < 0 && Math.min(Math.abs(before), Math.abs(after)) > rounding) turns++;
    }
  }
  return slight / side / (side - 1) > slightThreshold && turns / side / (side - 2) > turnThreshold;
}
