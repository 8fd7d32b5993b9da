import type { ImageRegion, ImageSource } from '../../core/images/image';
import type { PixelSize } from '../../core/images/pixelSize';
import { placeInSeen } from '../../core/images/seenRegion';
import { decoding, type ReadImage } from './decodeImage';

/** An image as a model sees it, before its numbers are scaled. */
export interface FramePixels extends PixelSize {
  /** [row][column][red, green, blue], 0 to 255. */
  readonly data: Uint8Array;
  /** What lies behind the image, and around it where it is padded. */
  readonly background: readonly [number, number, number];
}

const white = [255, 255, 255] as const;
const dark = [31, 31, 31] as const;
/** What differs less from the background, in mean of the channels, cannot be told from it. */
const indistinct = 48;

/** The frame that an image is brought into. */
export interface Frame extends PixelSize {
  /** What of the image it shows, in parts of its width and height: reaching beyond the image where there is padding. */
  readonly seen: ImageRegion;
  /** The padding's colour; absent: what lies behind the image. */
  readonly padding?: readonly [number, number, number];
}

/**
 * An image in a model's frame: stretched, padded or cut as that says. Padding is white around an opaque image. A transparent
 * one lies on the theme's background; where it could not be told from that (a black icon in a dark theme), on the opposite.
 */
export async function framePixels(
  source: ImageSource,
  image: ReadImage,
  { width, height, seen, padding }: Frame,
): Promise<FramePixels> {
  const place = placeInSeen(seen);
  const size = {
    width: Math.max(1, Math.round(place.width * width)),
    height: Math.max(1, Math.round(place.height * height)),
  };
  // The image lies in the middle of the frame.
  const [left, top] = [Math.trunc((width - size.width) / 2), Math.trunc((height - size.height) / 2)];
  const shown = {
    left: Math.max(0, -left),
    top: Math.max(0, -top),
    width: Math.min(width, size.width),
    height: Math.min(height, size.height),
  };
  const { data: rgba, ...info } = await decoding(source, () =>
    image.render({
      side: Math.max(size.width, size.height),
      stretched: { ...size, shown },
      enlarged: true,
      as: 'pixels',
    }),
  );
  const background = backgroundOf(rgba, source.background);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = (padding ?? background)[i % 3];
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const from = (y * info.width + x) * info.channels;
      const to = ((y + Math.max(0, top)) * width + x + Math.max(0, left)) * 3;
      const alpha = rgba[from + 3] / 255;
      for (let c = 0; c < 3; c++) data[to + c] = Math.round(rgba[from + c] * alpha + background[c] * (1 - alpha));
    }
  }
  return { width, height, data, background };
}

/**
 * Pixels with transparency as they look on what lies behind them: the theme's background, or the opposite where they could
 * not be told from that.
 * @param rgba [pixel][red, green, blue, alpha], 0 to 255.
 */
export function onBackground(
  rgba: Uint8Array,
  theme: readonly [number, number, number],
): Pick<FramePixels, 'data' | 'background'> {
  const background = backgroundOf(rgba, theme);
  const data = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0; i < data.length; i++) {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    const alpha = rgba[pixel * 4 + 3] / 255;
    data[i] = Math.round(rgba[pixel * 4 + c] * alpha + background[c] * (1 - alpha));
  }
  return { data, background };
}

/**
 * The pixels with a region of the image (parts of its width and height) grey. Grey is 0 after scaling: the mean.
 * @param seen what of the image the pixels are.
 */
export function coverRegion(
  { width, height, data, background }: FramePixels,
  region: ImageRegion,
  seen: ImageRegion,
): FramePixels {
  const place = placeInSeen(seen);
  const edge = (at: number, side: number) => Math.max(0, Math.min(side, Math.round(at * side)));
  const left = edge(place.left + region.left * place.width, width);
  const right = edge(place.left + (region.left + region.width) * place.width, width);
  const top = edge(place.top + region.top * place.height, height);
  const bottom = edge(place.top + (region.top + region.height) * place.height, height);
  const covered = data.slice();
  for (let y = top; y < bottom; y++) covered.fill(127, (y * width + left) * 3, (y * width + right) * 3);
  return { width, height, data: covered, background };
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
