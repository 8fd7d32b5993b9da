import { cellImage, cellPaths, type MatrixWeights, mostShapes } from './matrixCells';
import type { HeatScale } from './heatScale';
import { hexColor, type PictureColors } from './pictureColors';
import { type AxisLabels, short, svgText } from './svgLabels';

/** Where a matrix stands in a picture, and the size of its cells. */
export interface MatrixPlace {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** The room between a matrix and its labels. */
export const labelGap = 6;

const angle = 60;
const lean = Math.cos((angle * Math.PI) / 180);
const rise = Math.sin((angle * Math.PI) / 180);

/** How far columns' labels reach up and to the right: they stand at 60 degrees. */
export function columnLabelsReach({ width }: AxisLabels): { readonly up: number; readonly right: number } {
  return { up: width * rise, right: width * lean };
}

/** The pattern of what cannot be seen: once in a document, before the {@link matrixPart}s. */
export function hatchPattern({ foreground }: PictureColors): string {
  return `<defs><pattern id="unseen" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="${hexColor(foreground)}" stroke-opacity="0.12"/></pattern></defs>`;
}

/**
 * The cells of a matrix in a frame, what a query cannot see hatched. Up to 64 × 64 the cells are shapes, one path a
 * colour; above that they are one embedded PNG image ({@link cellImage}), so that the document's elements never grow
 * with the number of weights.
 * @param missing Rows and columns that a text has no token for: hatched, too.
 */
export async function matrixPart(
  matrix: MatrixWeights,
  scale: HeatScale,
  { left, top, cellWidth, cellHeight }: MatrixPlace,
  colors: PictureColors,
  missing?: { readonly queries: readonly number[]; readonly keys: readonly number[] },
): Promise<string[]> {
  const { queries, keys, causal } = matrix;
  const [width, height] = [cellWidth * keys, cellHeight * queries];
  const rect = (x: number, y: number, w: number, h: number, attributes: string) =>
    `<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" ${attributes}/>`;
  const place = `x="${short(left)}" y="${short(top)}" width="${short(width)}" height="${short(height)}"`;
  const unseen = (x: number, y: number, w: number, h: number) => [
    rect(x, y, w, h, `fill="${hexColor(colors.background)}"`),
    rect(x, y, w, h, 'fill="url(#unseen)"'),
  ];
  return [
    ...(causal ? [rect(left, top, width, height, 'fill="url(#unseen)"')] : []),
    ...(queries <= mostShapes && keys <= mostShapes
      ? [
          `<g transform="translate(${short(left)} ${short(top)}) scale(${cellWidth} ${cellHeight})" shape-rendering="crispEdges">`,
          ...cellPaths(matrix, scale),
          '</g>',
        ]
      : [
          `<image ${place} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" xlink:href="${await cellImage(matrix, scale)}"/>`,
        ]),
    ...(missing?.queries ?? []).flatMap(query => unseen(left, top + query * cellHeight, width, cellHeight)),
    ...(missing?.keys ?? []).flatMap(key => unseen(left + key * cellWidth, top, cellWidth, height)),
    rect(left, top, width, height, `fill="none" stroke="${hexColor(colors.line)}"`),
  ];
}

/** The labels of the rows, left of a matrix. */
export function rowLabels({ labels }: AxisLabels, { left, top, cellHeight }: MatrixPlace): string[] {
  return labels.map(({ index, text }) =>
    svgText(left - labelGap, top + (index + 0.5) * cellHeight + 4, text, 'text-anchor="end"'),
  );
}

/** The labels of the columns, above a matrix. */
export function columnLabels({ labels }: AxisLabels, { left, top, cellWidth }: MatrixPlace): string[] {
  return labels.map(({ index, text }) =>
    svgText(
      0,
      3,
      text,
      `transform="translate(${short(left + (index + 0.5) * cellWidth)} ${short(top - labelGap)}) rotate(-${angle})"`,
    ),
  );
}
