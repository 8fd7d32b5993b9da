import { contrast, toLinear } from './contrast';
import type { Rgb } from './pictureColors';

/** The number of colours in a {@link ColorRamp}. */
export const rampLength = 256;

/** A sequence of colours from "no weight" to "all of the weight". */
export interface ColorRamp {
  readonly colors: readonly Rgb[];
  /** The same as opaque pixels of ImageData (little-endian: 0xAABBGGRR). */
  readonly pixels: Uint32Array;
}

/**
 * Colours from one to the other in even steps of lightness as the eye sees it (OKLab), so that the ramp reads in grey.
 * @param leastContrast of the first step away from `from`, which thereby stands apart from the rest.
 */
export function colorRamp(from: Rgb, to: Rgb, leastContrast = 1): ColorRamp {
  const a = toOklab(from);
  const b = toOklab(to);
  const steps = rampLength - 1;
  const mix = (t: number) => fromOklab([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]);
  let first = 0;
  while (first < steps && contrast(mix(first / steps), from) < leastContrast) first++;
  const colors = Array.from({ length: rampLength }, (_, i) =>
    i === 0 ? from : mix((first + ((steps - first) * i) / steps) / steps),
  );
  const pixels = Uint32Array.from(colors, ([r, g, b]) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0);
  return { colors, pixels };
}

function fromLinear(value: number): number {
  const c = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, Math.round(c * 255)));
}

// Björn Ottosson, "A perceptual color space for image processing" (2020).
function toOklab(color: Rgb): readonly [number, number, number] {
  const [r, g, b] = color.map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: readonly [number, number, number]): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
