import sharp, { type Sharp } from 'sharp';
import type { PixelSize } from '../../core/images/pixelSize';

// libvips keeps what it decoded; over thousands of images that only costs memory. The model has the cores.
sharp.cache(false);
sharp.concurrency(1);

/** What is wanted of an image. */
export interface Rendering {
  /** It is fitted into a square of so many pixels. */
  readonly side: number;
  /** In place of that, it is stretched to a size, and a part of the result is given. */
  readonly stretched?: PixelSize & { readonly shown: PixelSize & { readonly left: number; readonly top: number } };
  /** Whether a smaller image of pixels is made larger; a drawing is drawn as large as is wanted in any case. */
  readonly enlarged?: boolean;
  /** What it lies on, as `#rrggbb`; absent: it stays transparent. */
  readonly ground?: string;
  /** Pixels, or a file. */
  readonly as: 'pixels' | 'png' | 'webp';
}

/** An image as it was wanted. */
export interface Rendered {
  /** [row][column][channel], 0 to 255; or a file. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Turns an image as EXIF says, brings it to its size and into sRGB with transparency. Large ones are decoded at reduced size. */
export async function render(image: Sharp, { side, stretched, ground, as }: Rendering): Promise<Rendered> {
  const resized = image.autoOrient().resize(stretched?.width ?? side, stretched?.height ?? side, {
    fit: stretched ? 'fill' : 'inside',
    kernel: 'cubic',
    withoutEnlargement: false,
  });
  const part = stretched ? resized.extract(stretched.shown) : resized;
  const upright = part.toColourspace('srgb').ensureAlpha();
  const whole = ground === undefined ? upright : upright.flatten({ background: ground });
  const written =
    as === 'png'
      ? whole.png({ compressionLevel: 3 })
      : as === 'webp'
        ? whole.webp({ quality: 80 })
        : whole.raw({ depth: 'uchar' });
  const { data, info } = await written.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
