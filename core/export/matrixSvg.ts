import type { CellRange } from '../attention/cellRange';
import { pairTokensWords, type TextPair } from '../text/textPair';
import { heatLegend, legendHeight, type HeatScale } from './heatScale';
import { type MatrixWeights, mostPixels } from './matrixCells';
import {
  columnLabels,
  columnLabelsReach,
  hatchPattern,
  labelGap,
  matrixPart,
  type MatrixPlace,
  rowLabels,
} from './matrixPart';
import { hexColor, type PictureColors } from './pictureColors';
import { axisLabels, type QueryKeyLabels, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** What the picture of one head's matrix is made from. */
export interface DrawnMatrix extends PictureHeading, QueryKeyLabels, MatrixWeights {
  readonly scale: HeatScale;
  readonly colors: PictureColors;
  /** Of a pair of texts, which both axes are of: lines are drawn between the two. */
  readonly pair?: TextPair;
  /** What alone is shown: the rest is hatched. */
  readonly only?: CellRange;
}

const largestCell = 18;
const largestMatrix = 900;
const mostLabelWidth = 150;

/**
 * One head's matrix as a self-contained SVG document ({@link svgDocument}): queries down, keys across, with their tokens,
 * a legend and a title; the cells as in {@link matrixPart}. Text stays text.
 */
export async function matrixSvg(picture: DrawnMatrix): Promise<string> {
  const { queries, keys, queryLabels, keyLabels, colors, scale, pair, only } = picture;
  const cell = Math.min(largestCell, largestMatrix / Math.max(queries, keys, 1));
  // A text that was short and a text that was long: the shorter axis still has room for its labels.
  const cellWidth = Math.min(largestCell, Math.max(cell, (cell * 1.3 * queries) / Math.max(1, keys)));
  const cellHeight = Math.min(largestCell, Math.max(cell, (cell * 1.3 * keys) / Math.max(1, queries)));
  const [width, height] = [cellWidth * keys, cellHeight * queries];
  const rows = axisLabels(queryLabels, cellHeight, mostLabelWidth);
  const columns = axisLabels(keyLabels, cellWidth, mostLabelWidth);
  const reach = columnLabelsReach(columns);
  const place = {
    left: margin + rows.width + labelGap,
    top: headingHeight + reach.up + labelGap + 8,
    cellWidth,
    cellHeight,
  };
  const { left, top } = place;
  const below = top + height + 16;
  const pooled = Math.max(queries, keys) > mostPixels;
  return svgDocument(
    {
      title: picture.title,
      subtitle: picture.source,
      description: `Attention weights as a matrix: ${queries} queries, one a row, look at ${keys} keys, one a column.`,
      colors,
      width: Math.max(left + width + Math.max(reach.right, 20), left + 260) + margin,
      height: below + legendHeight + margin + 16,
    },
    [
      ...(picture.causal || only ? [hatchPattern(colors)] : []),
      ...(await matrixPart(picture, scale, place, colors, only && outsideOf(only, queries, keys))),
      ...(pair ? betweenTexts(pair, { ...place, width, height }, colors) : []),
      ...rowLabels(rows, place),
      ...columnLabels(columns, place),
      ...heatLegend(left, below, scale, colors),
      svgText(
        left,
        below + legendHeight + 12,
        `query ↓ looks at key →${pooled ? ` · each pixel shows the largest weight of several, at most ${mostPixels} a side` : ''}${pair ? ` · ${pairTokensWords(pair, keys)}` : ''}`,
      ),
    ],
  );
}

/** The rows and columns that a range has no cell in. */
function outsideOf({ firstQuery, lastQuery, firstKey, lastKey }: CellRange, queries: number, keys: number) {
  const outside = (count: number, first: number, last: number) =>
    Array.from({ length: count }, (_, i) => i).filter(i => i < first || i > last);
  return { queries: outside(queries, firstQuery, lastQuery), keys: outside(keys, firstKey, lastKey) };
}

/** Lines between the two texts of a pair. */
function betweenTexts(
  { tokensOfB }: TextPair,
  {
    left,
    top,
    cellWidth,
    cellHeight,
    width,
    height,
  }: MatrixPlace & { readonly width: number; readonly height: number },
  { foreground }: PictureColors,
): string[] {
  const [x, y] = [short(left + tokensOfB * cellWidth), short(top + tokensOfB * cellHeight)];
  return [
    `<path fill="none" stroke="${hexColor(foreground)}" stroke-opacity="0.6" d="M${x} ${short(top)}v${short(height)}M${short(left)} ${y}h${short(width)}"/>`,
  ];
}
