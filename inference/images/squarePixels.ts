import type { ImageRegion, ImageSource } from '../../core/images/image';
import { placeInSquare } from '../../core/images/cellGeometry';
import { decoding, type ReadImage } from './decodeImage';
import type { ImageInput } from './imageInput';

/** An image as a model sees it, before its numbers are scaled. */
export interface SquarePixels {
  readonly side: number;
  /** [row][column][red, green, blue], 0 to 255. */
  readonly data: Uint8Array;
  /** What lies behind the image, and around it where it is padded. */
  readonly background: readonly [number, number, number];
}

const white = [255, 255, 255] as const;
const dark = [31, 31, 31] as const;
/** What differs less from the background, in mean of the channels, cannot be told from it. */
const indistinct = 48;

/**
 * The whole image in a square, padded or stretched as the model wants it. Padding is white around an opaque image. A transparent one lies
 * on the theme's background; where it could not be told from that (a black icon in a dark theme), on the opposite.
 */
export async function squarePixels(
  source: ImageSource,
  image: ReadImage,
  { side, padded }: Pick<ImageInput, 'side' | 'padded'>,
): Promise<SquarePixels> {
  const { data: rgba, ...info } = await decoding(source, () =>
    image.render({ side: Math.max(side, 1), stretched: !padded, enlarged: true, as: 'pixels' }),
  );
  const background = backgroundOf(rgba, source.background);
  const data = new Uint8Array(side * side * 3);
  for (let i = 0; i < data.length; i++) data[i] = background[i % 3];
  const top = Math.floor((side - info.height) / 2);
  const left = Math.floor((side - info.width) / 2);
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const from = (y * info.width + x) * info.channels;
      const to = ((y + top) * side + x + left) * 3;
      const alpha = rgba[from + 3] / 255;
      for (let c = 0; c < 3; c++) data[to + c] = Math.round(rgba[from + c] * alpha + background[c] * (1 - alpha));
    }
  }
  return { side, data, background };
}

/**
 * Pixels with transparency as they look on what lies behind them: the theme's background, or the opposite where they could
 * not be told from that.
 * @param rgba [pixel][red, green, blue, alpha], 0 to 255.
 */
export function onBackground(
  rgba: Uint8Array,
  theme: readonly [number, number, number],
): Pick<SquarePixels, 'data' | 'background'> {
  const background = backgroundOf(rgba, theme);
  const data = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0; i < data.length; i++) {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    const alpha = rgba[pixel * 4 + 3] / 255;
    data[i] = Math.round(rgba[pixel * 4 + c] * alpha + background[c] * (1 - alpha));
  }
  return { data, background };
}

/** The pixels with a region of the image (parts of its width and height) grey. Grey is 0 after scaling: the mean. */
export function coverRegion(
  { side, data, background }: SquarePixels,
  region: ImageRegion,
  width: number,
  height: number,
): SquarePixels {
  const place = placeInSquare(width, height);
  const edge = (at: number) => Math.max(0, Math.min(side, Math.round(at * side)));
  const left = edge(place.left + region.left * place.width);
  const right = edge(place.left + (region.left + region.width) * place.width);
  const top = edge(place.top + region.top * place.height);
  const bottom = edge(place.top + (region.top + region.height) * place.height);
  const covered = data.slice();
  for (let y = top; y < bottom; y++) covered.fill(127, (y * side + left) * 3, (y * side + right) * 3);
  return { side, data: covered, background };
}

function backgroundOf(rgba: Uint8Array, theme: readonly [number, number, number]): readonly [number, number, number] {
  const sum = [0, 0, 0];
  let weight = 0;
  let transparent = false;
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] / 255;
    if (alpha < 0.5) transparent = true;
    for (let c = 0; c < 3; c++) sum[c] += rgba[i + c] * alpha;
    weight += alpha;
  }
  if (!transparent) return white;
  const difference = sum.reduce(
    (total, value, c) => total + Math.abs(value / Math.max(weight, 1e-6) - theme[c]) / 3,
    0,
  );
  if (weight === 0 || difference >= indistinct) return theme;
  return theme[0] + theme[1] + theme[2] > 384 ? dark : white;
}
