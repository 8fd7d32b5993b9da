import { formatWeight } from '../attention/formatWeight';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { fitLabel, short, svgText } from './svgLabels';

/** Names with numbers beside an image: classes, objects, texts, tokens. */
export interface ImageList {
  readonly heading: string;
  readonly lines: readonly { readonly name: string; readonly value: number; readonly chosen?: boolean }[];
}

/** How wide a list is, and how high a line of it. */
export const [listWidth, lineHeight] = [300, 18];

/** Lists below each other as elements of SVG, each line with a bar. @returns them, and where the last one ends. */
export function listsBeside(
  lists: readonly ImageList[],
  x: number,
  top: number,
  colors: PictureColors,
  bar: Rgb,
): { elements: string[]; bottom: number } {
  const elements: string[] = [];
  const [barAt, barWidth] = [x + 150, 90];
  let y = top;
  for (const { heading, lines } of lists) {
    elements.push(
      svgText(x, y + 11, fitLabel(heading, listWidth), `font-weight="600" fill="${hexColor(colors.foreground)}"`),
    );
    y += lineHeight + 4;
    for (const { name, value, chosen } of lines) {
      elements.push(
        svgText(
          x,
          y + 11,
          fitLabel(name, barAt - x - 8),
          `fill="${hexColor(colors.foreground)}"${chosen ? ' font-weight="600"' : ''}`,
        ),
        `<rect x="${short(barAt)}" y="${short(y + 4)}" width="${barWidth}" height="6" rx="3" fill="${hexColor(colors.foreground)}" fill-opacity="0.12"/>`,
        `<rect x="${short(barAt)}" y="${short(y + 4)}" width="${short(Math.min(1, Math.max(0, value)) * barWidth)}" height="6" rx="3" fill="${hexColor(bar)}"/>`,
        svgText(x + listWidth, y + 11, formatWeight(value), `text-anchor="end" fill="${hexColor(colors.foreground)}"`),
      );
      y += lineHeight;
    }
    y += 14;
  }
  return { elements, bottom: y };
}
