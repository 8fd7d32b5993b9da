import { heatLegend, legendHeight, type HeatScale } from './heatScale';
import { cellImage, cellPaths, type MatrixWeights, mostPixels, mostShapes } from './matrixCells';
import { hexColor, type PictureColors } from './pictureColors';
import { axisLabels, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument } from './svgDocument';

/** What the picture of one head's matrix is made from. */
export interface MatrixPicture extends MatrixWeights {
  /** "Head 2.1". */
  readonly title: string;
  /** Where it comes from: "tiny-code-gpt, int8 · sample.ts, lines 1–4". */
  readonly source: string;
  readonly queryLabels: readonly string[];
  readonly keyLabels: readonly string[];
  readonly scale: HeatScale;
  readonly colors: PictureColors;
}

const largestCell = 18;
const largestMatrix = 900;
const mostLabelWidth = 150;
const labelGap = 6;
const angle = 60;
const lean = Math.cos(angle * Math.PI / 180);
const rise = Math.sin(angle * Math.PI / 180);

/**
 * One head's matrix as a self-contained SVG document ({@link svgDocument}): queries down, keys across, with their tokens,
 * a legend and a title. Up to 64 × 64 the cells are shapes, one path a colour; above that they are one embedded PNG image
 * ({@link cellImage}), so that the document's elements never grow with the number of weights. Text stays text.
 */
export async function matrixSvg(picture: MatrixPicture): Promise<string> {
  const { queries, keys, queryLabels, keyLabels, colors, scale } = picture;
  const cell = Math.min(largestCell, largestMatrix / Math.max(queries, keys, 1));
  // A text that was short and a text that was long: the shorter axis still has room for its labels.
  const cellWidth = Math.min(largestCell, Math.max(cell, cell * 1.3 * queries / Math.max(1, keys)));
  const cellHeight = Math.min(largestCell, Math.max(cell, cell * 1.3 * keys / Math.max(1, queries)));
  const [width, height] = [cellWidth * keys, cellHeight * queries];
  const rows = axisLabels(queryLabels, cellHeight, mostLabelWidth);
  const columns = axisLabels(keyLabels, cellWidth, mostLabelWidth);
  const left = margin + rows.width + labelGap;
  const top = headingHeight + columns.width * rise + labelGap + 8;
  const labels = [
    ...rows.labels.map(({ index, text }) => svgText(left - labelGap, top + (index + 0.5) * cellHeight + 4, text, 'text-anchor="end"')),
    ...columns.labels.map(({ index, text }) => {
      const at = `translate(${short(left + (index + 0.5) * cellWidth)} ${short(top - labelGap)}) rotate(-${angle})`;
      return svgText(0, 3, text, `transform="${at}"`);
    }),
  ];
  const place = `x="${short(left)}" y="${short(top)}" width="${short(width)}" height="${short(height)}"`;
  const asShapes = queries <= mostShapes && keys <= mostShapes;
  const cells = asShapes
    ? [`<g transform="translate(${short(left)} ${short(top)}) scale(${cellWidth} ${cellHeight})" shape-rendering="crispEdges">`, ...cellPaths(picture, scale), '</g>']
    : [`<image ${place} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" xlink:href="${await cellImage(picture, scale)}"/>`];
  const unseen = picture.causal ? hatching(place, colors) : [];
  const below = top + height + 16;
  const pooled = Math.max(queries, keys) > mostPixels;
  return svgDocument({
    title: picture.title,
    subtitle: picture.source,
    description: `Attention weights as a matrix: ${queries} queries, one a row, look at ${keys} keys, one a column.`,
    colors,
    width: Math.max(left + width + Math.max(columns.width * lean, 20), left + 260) + margin,
    height: below + legendHeight + margin + 16,
  }, [
    ...unseen,
    ...cells,
    `<rect ${place} fill="none" stroke="${hexColor(colors.line)}"/>`,
    ...labels,
    ...heatLegend(left, below, scale, colors),
    svgText(left, below + legendHeight + 12, `query ↓ looks at key →${pooled ? ` · each pixel shows the largest weight of several, at most ${mostPixels} a side` : ''}`),
  ]);
}

/** What a query cannot see, hatched; the cells lie over it. */
function hatching(place: string, colors: PictureColors): string[] {
  return [
    `<defs><pattern id="unseen" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="${hexColor(colors.foreground)}" stroke-opacity="0.12"/></pattern></defs>`,
    `<rect ${place} fill="url(#unseen)"/>`,
  ];
}
