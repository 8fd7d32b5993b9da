import { formatWeight } from '../attention/formatWeight';
import type { GridSize } from '../images/gridSize';
import { heatOpacity, imageGround } from '../images/heatOpacity';
import { cellName } from '../images/imagePlace';
import { gridCell } from '../images/seenRegion';
import type { ImageRegion } from '../images/image';
import { base64 } from './base64';
import { encodePng } from './encodePng';
import { escapeXml } from './escapeXml';
import { legendHeight } from './heatScale';
import { imageLegend } from './imageLegend';
import { type ImageList, lineHeight, listsBeside, listWidth } from './imageLists';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { fitLabel, labelWidth, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** A box on an image with what is in it. */
export interface ImageBox {
  readonly label: string;
  readonly box: ImageRegion;
  readonly chosen: boolean;
}

/** What the picture of an image's heat is made from. */
export interface ImagePicture extends PictureHeading {
  readonly png: Uint8Array;
  /** Of the image; the picture keeps its proportions. */
  readonly width: number;
  readonly height: number;
  readonly grid: GridSize;
  readonly seen: ImageRegion;
  /** [cell] */
  readonly heat: Float32Array;
  /** The cell that is looked from. */
  readonly cell?: number;
  readonly boxes: readonly ImageBox[];
  readonly lists: readonly ImageList[];
  /** What is to be known of it, each as a sentence. */
  readonly notes: readonly string[];
  readonly colors: PictureColors;
  readonly heatColor: Rgb;
  readonly focus: Rgb;
}

/** The longer side of the image in the picture. */
const side = 640;
/** More cells than this are one embedded image, so that the document's elements do not grow with them. */
const mostShapes = 4096;
/** Between the image and the lists beside it. */
const listGap = 24;

/**
 * An image with the heat of its cells, the boxes of objects and the numbers beside it, as a self-contained SVG document
 * ({@link svgDocument}). Each cell tells its place and number to who points at it.
 */
export async function imageSvg(picture: ImagePicture): Promise<string> {
  const { title, source, png, grid, heat, cell, boxes, lists, notes, colors, heatColor, focus } = picture;
  const scale = side / Math.max(picture.width, picture.height);
  const [width, height] = [Math.max(1, picture.width * scale), Math.max(1, picture.height * scale)];
  const place = ({ left, top, width: w, height: h }: ImageRegion) =>
    `x="${short(left * width)}" y="${short(top * height)}" width="${short(w * width)}" height="${short(h * height)}"`;
  const top = headingHeight + 4;
  const below = top + height + 16;
  const beside = listsBeside(lists, margin + Math.max(width, 260) + listGap, top, colors, heatColor);
  const sorted = [...boxes].sort((a, b) => Number(a.chosen) - Number(b.chosen));
  return svgDocument(
    {
      title,
      subtitle: source,
      colors,
      description: `${grid.rows} × ${grid.columns} cells of an image, each coloured by how much it is looked at.`,
      width: margin + Math.max(width, 260) + (lists.length > 0 ? listGap + listWidth : 0) + margin,
      height: Math.max(below + legendHeight + notes.length * lineHeight + margin, beside.bottom + margin),
    },
    [
      `<svg x="${margin}" y="${top}" width="${short(width)}" height="${short(height)}">`,
      `<rect width="${short(width)}" height="${short(height)}" fill="${imageGround}"/>`,
      `<image width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" xlink:href="data:image/png;base64,${base64(png)}"/>`,
      ...(await heatElements(picture, place)),
      ...sorted.flatMap(({ box, chosen }) => [
        `<rect ${place(box)} fill="none" stroke="${hexColor(colors.background)}" stroke-opacity="0.6" stroke-width="${chosen ? 5 : 3}"/>`,
        `<rect ${place(box)} fill="none" stroke="${hexColor(chosen ? focus : colors.foreground)}" stroke-width="${chosen ? 3 : 1}"/>`,
      ]),
      ...sorted.flatMap(({ label, box, chosen }) =>
        boxLabel(label, box.left * width, box.top * height, chosen, colors),
      ),
      ...(cell === undefined
        ? []
        : [
            `<rect ${place(gridCell(cell, grid, picture.seen))} fill="none" stroke="${hexColor(focus)}" stroke-width="2"/>`,
          ]),
      '</svg>',
      `<rect x="${margin - 0.5}" y="${top - 0.5}" width="${short(width + 1)}" height="${short(height + 1)}" fill="none" stroke="${hexColor(colors.line)}"/>`,
      ...imageLegend(margin, below, heat, heatColor, colors),
      ...notes.map((note, i) => svgText(margin, below + legendHeight + (i + 1) * lineHeight - 2, note)),
      ...beside.elements,
    ],
  );
}

async function heatElements(
  { grid, seen, heat, heatColor }: ImagePicture,
  place: (region: ImageRegion) => string,
): Promise<string[]> {
  const opacity = heatOpacity(heat);
  if (heat.length > mostShapes) {
    const data = new Uint8Array(heat.length * 4);
    opacity.forEach((value, cell) => data.set([...heatColor, Math.round(value * 255)], cell * 4));
    const png = base64(await encodePng({ width: grid.columns, height: grid.rows, channels: 4, data }));
    return [
      `<image ${place(seen)} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" xlink:href="data:image/png;base64,${png}"/>`,
    ];
  }
  return [
    `<g fill="${hexColor(heatColor)}" shape-rendering="crispEdges">`,
    ...Array.from(
      heat,
      (value, cell) =>
        `<rect ${place(gridCell(cell, grid, seen))} fill-opacity="${opacity[cell].toFixed(3)}"><title>${cellName(cell, grid.columns)}: ${escapeXml(formatWeight(value))}</title></rect>`,
    ),
    '</g>',
  ];
}

function boxLabel(label: string, left: number, top: number, chosen: boolean, colors: PictureColors): string[] {
  const text = fitLabel(label, 200);
  const x = Math.max(0, left);
  // Above the box, or where there is no room inside it.
  const y = top >= 18 ? top - 17 : Math.max(0, top) + 2;
  return [
    `<rect x="${short(x)}" y="${short(y)}" width="${short(labelWidth(text) + 8)}" height="15" fill="${hexColor(colors.background)}" fill-opacity="0.85"/>`,
    svgText(x + 4, y + 11, text, `fill="${hexColor(colors.foreground)}"${chosen ? ' font-weight="600"' : ''}`),
  ];
}
