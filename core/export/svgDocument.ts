import { escapeXml } from './escapeXml';
import { hexColor, type PictureColors } from './pictureColors';
import { labelFonts, labelSize, labelWidth, short, svgText } from './svgLabels';

/** The room above a picture, and around it. */
export const headingHeight = 48;
export const margin = 12;

/** What every picture says of itself. */
export interface PictureHeading {
  /** "Head 2.1", "Layer 1, mean of its heads, from the class token". */
  readonly title: string;
  /** Where it comes from: "tiny-code-gpt, int8 · sample.ts, lines 1–4". */
  readonly source: string;
}

/** What frames a picture. */
export interface SvgFrame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** A second, quieter line: the model, the text. */
  readonly subtitle: string;
  /** The picture in words, for who does not see it. */
  readonly description: string;
  readonly colors: PictureColors;
}

/**
 * A document of SVG 1.1 (2nd edition, also read by SVG 2) that needs nothing outside itself: a background, a title, and
 * the picture's elements. Text stays text.
 */
export function svgDocument(
  { title, subtitle, description, colors, ...frame }: SvgFrame,
  elements: readonly string[],
): string {
  const width = Math.ceil(
    Math.max(frame.width, ...[title, subtitle].map(line => Math.min(900, labelWidth(line)) + 2 * margin)),
  );
  const height = Math.ceil(frame.height);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="${labelFonts}" font-size="${labelSize}" fill="${hexColor(colors.dim)}">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="description">${escapeXml(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${hexColor(colors.background)}"/>`,
    svgText(margin, 22, title, `font-size="14" font-weight="600" fill="${hexColor(colors.foreground)}"`),
    svgText(margin, 39, subtitle),
    ...elements,
    '</svg>',
    '',
  ].join('\n');
}

/** A straight line. */
export function svgLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}"/>`;
}
