import type { ImageFacts, ImageRegion } from '../images/image';
import { placeInSeen } from '../images/seenRegion';

/** Smaller pictures are no windows. Pixels of the file. */
const leastWidth = 400;
const leastHeight = 300;
/** Neighbours that differ by less are one area, in the sum of the three channels. */
const even = 6;
/** Brightness that turns by less is rounding, in 0 to 255. */
const rounding = 2;
/** Pixels of the rim that are one area: fewer are a line that meets it. */
const leastRun = 4;

/**
 * Shares above which a picture is taken for a screenshot: of neighbours that are even, of pixels at which brightness turns,
 * and of the rim that its second area takes. All are needed: a photo is not even, a flag does not turn, around a chart is one
 * area.
 */
const evenThreshold = 0.5;
const turnThreshold = 0.06;
const panelThreshold = 0.06;

/** A page with little on it has a bar above or a column at its left, no wider than this part: a flag's stripes are wider. */
const widestBar = 0.22;
/** Pixels between two areas, mixed of both. */
const seam = 3;
/** Of pixels at which brightness turns, where there is a bar: nearly none in a flag, an icon or a shape. */
const barTurnThreshold = 0.008;

/**
 * Whether a picture looks like a screenshot of a window: a bitmap as large as one, mostly even areas with small text in them,
 * and several panels that meet the rim, or one bar along it. Measured at 96 × 96 pixels on 54 screenshots of editors and
 * pages (41 are taken for one; most that are not have one colour around them), and as bitmaps on the 51 drawings of
 * test/fixtures/captions (none is), 150 flags (flag-icons 7.5: 10 are) and 1,500 charts of matplotlib (139 are).
 * @param rgb [row][column][red, green, blue]: the square that the model sees.
 * @param seen what it is of the image; where it reaches beyond, there is padding.
 */
export function looksLikeScreenshot(
  rgb: Uint8Array,
  side: number,
  seen: ImageRegion,
  { format, width, height }: Pick<ImageFacts, 'format' | 'width' | 'height'>,
): boolean {
  if (format === 'svg' || width < leastWidth || height < leastHeight) return false;
  const place = placeInSeen(seen);
  // Roundings on the way do not cost a row of pixels.
  const [first, last] = [(at: number) => Math.ceil(at * side - 1e-6), (at: number) => Math.floor(at * side + 1e-6)];
  const [left, top] = [first(place.left), first(place.top)];
  const [right, bottom] = [last(place.left + place.width), last(place.top + place.height)];
  const difference = (a: number, b: number) =>
    Math.abs(rgb[a] - rgb[b]) + Math.abs(rgb[a + 1] - rgb[b + 1]) + Math.abs(rgb[a + 2] - rgb[b + 2]);
  const at = (x: number, y: number) => (y * side + x) * 3;
  const brightness = (x: number, y: number) => {
    const i = at(x, y);
    return (rgb[i] * 299 + rgb[i + 1] * 587 + rgb[i + 2] * 114) / 1000;
  };
  let evenPairs = 0;
  let turns = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x + 1 < right; x++) {
      if (difference(at(x, y), at(x + 1, y)) < even) evenPairs++;
      if (x === left) continue;
      const before = brightness(x, y) - brightness(x - 1, y);
      const after = brightness(x + 1, y) - brightness(x, y);
      if (before * after < 0 && Math.min(Math.abs(before), Math.abs(after)) > rounding) turns++;
    }
  }
  const pairs = Math.max(1, (bottom - top) * (right - left - 1));
  if (evenPairs / pairs < evenThreshold || turns / pairs < barTurnThreshold) return false;
  const line = (length: number, pixel: (i: number) => number) => Array.from({ length }, (_, i) => pixel(i));
  const row = (y: number) => line(right - left, x => at(left + x, y));
  const column = (x: number) => line(bottom - top, y => at(x, top + y));
  const isBar = (first: readonly number[], last: readonly number[], side: readonly number[]) => {
    const [own, others] = [first[0], last[0]];
    if (difference(own, others) < even) return false;
    const near = (pixel: number) => (other: number) => difference(other, pixel) < even;
    if (!first.every(near(own)) || !last.every(near(others))) return false;
    const end = side.findIndex(pixel => !near(own)(pixel));
    return end >= 2 && end / side.length <= widestBar && side.slice(end + seam).every(near(others));
  };
  if (isBar(row(top), row(bottom - 1), column(left)) || isBar(column(left), column(right - 1), row(bottom - 1))) {
    return true;
  }
  if (turns / pairs < turnThreshold) return false;
  const rim: number[] = [];
  for (let x = left; x < right; x++) rim.push(at(x, top));
  for (let y = top; y < bottom; y++) rim.push(at(right - 1, y));
  for (let x = right - 1; x >= left; x--) rim.push(at(x, bottom - 1));
  for (let y = bottom - 1; y >= top; y--) rim.push(at(left, y));
  const areas: { readonly pixel: number; length: number }[] = [];
  for (let from = 0, to = 1; from < rim.length; from = to++) {
    while (to < rim.length && difference(rim[to], rim[to - 1]) < even) to++;
    if (to - from < leastRun) continue;
    const known = areas.find(({ pixel }) => difference(pixel, rim[from]) < even);
    if (known) known.length += to - from;
    else areas.push({ pixel: rim[from], length: to - from });
  }
  const [, second = 0] = areas.map(({ length }) => length).sort((a, b) => b - a);
  return second / rim.length >= panelThreshold;
}
