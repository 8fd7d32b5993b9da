import { formatWeight } from '../attention/formatWeight';
import type { GridSize } from '../images/gridSize';
import { heatOpacity, imageGround, mostOpaque } from '../images/heatOpacity';
import { cellName } from '../images/imagePlace';
import { gridCell } from '../images/seenRegion';
import type { ImageRegion } from '../images/image';
import { base64 } from './base64';
import { encodePng } from './encodePng';
import { escapeXml } from './escapeXml';
import { heatLegend, legendHeight } from './heatScale';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { fitLabel, labelWidth, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** A box on an image with what is in it. */
export interface ImageBox {
  readonly label: string;
  readonly box: ImageRegion;
  readonly chosen: boolean;
}

/** Names with numbers beside an image: classes, objects, texts, tokens. */
export interface ImageList {
  readonly heading: string;
  readonly lines: readonly { readonly name: string; readonly value: number; readonly chosen?: boolean }[];
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
const [listWidth, listGap, lineHeight] = [300, 24, 18];
const legendSteps = 16;

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
  const beside = listsOf(lists, margin + Math.max(width, 260) + listGap, top, colors, heatColor);
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
      ...legend(margin, below, heat, heatColor, colors),
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

/** From no heat to the strongest cell's, as it lies on the page. */
function legend(x: number, y: number, heat: Float32Array, color: Rgb, colors: PictureColors): string[] {
  const most = heat.reduce((largest, value) => Math.max(largest, value), 0);
  const mixed = (part: number) =>
    colors.background.map((channel, i) => channel + (color[i] - channel) * part) as unknown as Rgb;
  const round = (weight: number) => Number(weight.toPrecision(2));
  return heatLegend(
    x,
    y,
    {
      colors: Array.from({ length: legendSteps + 1 }, (_, i) => mixed((i / legendSteps) * mostOpaque)),
      place: weight => (most > 0 ? Math.min(1, weight / most) : 0),
      marks: most > 0 ? [0, round(most / 2), round(most)] : [0],
    },
    colors,
    'attention of a cell',
  );
}

function listsOf(
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
