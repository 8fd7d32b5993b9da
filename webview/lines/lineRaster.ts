import type { Rgb } from '../common/colorScale';

/** How a line is drawn; lengths in pixels of the raster. */
export interface LineStyle {
  readonly color: Rgb;
  /** 0 to 1. */
  readonly alpha: number;
  readonly width: number;
  /** Lengths of dashes and gaps, whole numbers; none for a solid line. */
  readonly dash: readonly number[];
}

/**
 * Draws antialiased straight lines, from the left edge of a picture to the right one, into opaque pixels. A canvas that
 * the graphics card does not help takes a millisecond or so for each such line; here it is some microseconds.
 */
export class LineRaster {
  /** @param pixels Row-major, as ImageData has them (little-endian: 0xAABBGGRR). */
  constructor(
    private readonly pixels: Int32Array,
    readonly width: number,
    readonly height: number,
  ) {}

  /** Paints all of it in one colour. */
  fill([red, green, blue]: Rgb): void {
    this.pixels.fill(-0x1000000 | (blue << 16) | (green << 8) | red);
  }

  /** Draws a line from (0, `from`) to (width, `to`). */
  line(from: number, to: number, style: LineStyle): void {
    const slope = (to - from) / this.width;
    const stretch = Math.hypot(1, slope);
    const half = Math.max(0.5, style.width / 2);
    // Thinner than a pixel is drawn a pixel wide and fainter.
    const alpha = 256 * style.alpha * Math.min(1, style.width);
    const steep = Math.abs(slope) > 1;
    const [steps, across] = steep ? [this.height, this.width] : [this.width, this.height];
    const perStep = steep ? 1 / slope : slope;
    const start = steep ? -from / slope : from;
    const reach = half * (steep ? stretch / Math.abs(slope) : stretch);
    // Only those steps where the line is inside across the way.
    const [low, high] = perStep === 0 ? [0, steps] : [(-reach - start) / perStep, (across + reach - start) / perStep];
    const first = Math.max(0, Math.floor(Math.min(low, high)));
    const end = Math.min(steps, Math.ceil(Math.max(low, high)));
    const pattern = style.dash.flatMap((length, i) =>
      new Array<boolean>(Math.max(1, Math.round(length))).fill(i % 2 === 0),
    );
    const along = steep ? stretch / Math.abs(slope) : stretch;
    const { pixels, width } = this;
    const [red, green, blue] = style.color;
    const [redBlue, greenOnly] = [(blue << 16) | red, green << 8];
    const [stepStride, acrossStride] = steep ? [width, 1] : [1, width];
    for (let step = first; step < end; step++) {
      if (pattern.length > 0 && !pattern[Math.floor(step * along) % pattern.length]) continue;
      const top = start + (step + 0.5) * perStep - reach;
      const bottom = top + 2 * reach;
      const last = bottom >= across ? across - 1 : Math.floor(bottom);
      for (
        let at = top < 0 ? 0 : top | 0, i = step * stepStride + at * acrossStride;
        at <= last;
        at++, i += acrossStride
      ) {
        const covered = (bottom < at + 1 ? bottom : at + 1) - (top > at ? top : at);
        const a = (alpha * covered) | 0;
        const rest = 256 - a;
        const pixel = pixels[i];
        pixels[i] =
          -0x1000000 |
          (((Math.imul(pixel & 0xff00ff, rest) + Math.imul(redBlue, a)) >>> 8) & 0xff00ff) |
          (((Math.imul(pixel & 0xff00, rest) + Math.imul(greenOnly, a)) >>> 8) & 0xff00);
      }
    }
  }
}
