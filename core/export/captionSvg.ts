import type { HeatCell } from '../captions/heatCells';
import { base64 } from './base64';
import { escapeXml } from './escapeXml';
import { hexColor, type PictureColors } from './pictureColors';
import { short } from './svgLabels';

/** What a picture of a caption's heat shows. */
export interface DrawnCaption {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly cells: readonly HeatCell[];
  readonly color: PictureColors['foreground'];
  /** The caption, and the word that the heat is of. */
  readonly caption: string;
  readonly word: string;
}

/** The image with a word's heat on it, as SVG that needs nothing outside itself. */
export function captionSvg({ png, width, height, cells, color, caption, word }: DrawnCaption): string {
  const rects = cells.map(
    ({ left, top, width: w, height: h, opacity }) =>
      `<rect x="${short(left * width)}" y="${short(top * height)}" width="${short(w * width)}" height="${short(h * height)}" fill-opacity="${opacity.toFixed(3)}"/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(caption)}</title>`,
    `<desc id="description">${escapeXml(`Where the model looked for “${word}”`)}</desc>`,
    `<image width="${width}" height="${height}" xlink:href="data:image/png;base64,${base64(png)}"/>`,
    `<g fill="${hexColor(color)}">${rects.join('')}</g>`,
    '</svg>',
    '',
  ].join('\n');
}
