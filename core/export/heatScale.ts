import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { short, svgText } from './svgLabels';

/** How weights become colours; the webview's `colorScale` has all three. */
export interface HeatScale {
  /** From "no weight" to "all of the weight". */
  readonly colors: readonly Rgb[];
  /** Where a weight lies on the scale, 0 to 1. */
  readonly place: (weight: number) => number;
  /** The weights that the legend marks, smallest first. */
  readonly marks: readonly number[];
}

const width = 200;
const bar = 8;
const stops = 16;

/** The height of a {@link heatLegend}. */
export const legendHeight = 26;

/** The place of a weight's colour in the scale; a weight that is no number counts as none. */
export function heatIndex(weight: number, { colors, place }: HeatScale): number {
  const at = place(weight);
  return at > 0 ? Math.min(colors.length - 1, Math.round(at * (colors.length - 1))) : 0;
}

/**
 * Which colour stands for which weight: a bar with marks.
 * @param id The gradient's name in the document: another one for each legend.
 */
export function heatLegend(
  x: number,
  y: number,
  scale: HeatScale,
  colors: PictureColors,
  name = 'weight',
  id = 'heat',
): string[] {
  const gradient = Array.from({ length: stops + 1 }, (_, i) => {
    const color = scale.colors[Math.round((i / stops) * (scale.colors.length - 1))];
    return `<stop offset="${short(i / stops)}" stop-color="${hexColor(color)}"/>`;
  });
  const marks = scale.marks.flatMap((mark, i) => {
    const at = x + scale.place(mark) * width;
    const anchor = i === 0 ? 'start' : i === scale.marks.length - 1 ? 'end' : 'middle';
    return [
      `<rect x="${short(at - 0.5)}" y="${short(y + bar)}" width="1" height="3"/>`,
      svgText(at, y + bar + 14, String(mark).replace('-', '−'), `font-size="10" text-anchor="${anchor}"`),
    ];
  });
  return [
    `<defs><linearGradient id="${id}">${gradient.join('')}</linearGradient></defs>`,
    `<rect x="${short(x)}" y="${short(y)}" width="${width}" height="${bar}" fill="url(#${id})" stroke="${hexColor(colors.line)}"/>`,
    ...marks,
    svgText(x + width + 14, y + bar, name),
  ];
}
