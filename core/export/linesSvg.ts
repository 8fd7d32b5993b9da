import { pairTokensWords, type TextPair } from '../text/textPair';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { type AxisLabels, axisLabels, labelWidth, type QueryKeyLabels, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** One head's lines. */
export interface HeadLines {
  /** "Head 2.1". */
  readonly name: string;
  readonly color: Rgb;
  /** [query][key], row-major. */
  readonly data: Float32Array;
}

/** What the picture of lines is made from. */
export interface LinesPicture extends PictureHeading, QueryKeyLabels {
  readonly heads: readonly HeadLines[];
  /** Weights below it have no line. */
  readonly threshold: number;
  /** How strong the line of a weight is, 0 to 1; the weight itself where it is not given. */
  readonly strength?: (weight: number) => number;
  /** Where both columns are two texts: a line stands between them. */
  readonly pair?: TextPair;
  readonly colors: PictureColors;
}

const largestPitch = 18;
const tallest = 4000;
const between = 260;
const mostLabelWidth = 170;
const labelGap = 8;

/**
 * Attention as lines between two columns of tokens, queries left and keys right, as a self-contained SVG document
 * ({@link svgDocument}). A head's lines of about the same weight, in sixteen steps, are one path, so that the document's
 * elements never grow with the number of weights; where lines of one path cross, they do not darken each other.
 */
export function linesSvg({
  title,
  source,
  queryLabels,
  keyLabels,
  heads,
  threshold,
  strength = weight => weight,
  pair,
  colors,
}: LinesPicture): string {
  const rows = Math.max(queryLabels.length, keyLabels.length);
  const pitch = Math.min(largestPitch, tallest / Math.max(1, rows));
  const [queries, keys] = [queryLabels, keyLabels].map(labels => axisLabels(labels, pitch, mostLabelWidth));
  const left = margin + queries.width + labelGap;
  const right = left + between;
  const legend = headLegend(heads, right + keys.width, headingHeight);
  const top = legend.bottom + 22;
  const y = (row: number) => top + (row + 0.5) * pitch;
  const column = ({ labels }: AxisLabels, x: number, anchor: string): string[] =>
    labels.map(({ index, text }) =>
      svgText(x, y(index) + 4, text, `text-anchor="${anchor}" fill="${hexColor(colors.foreground)}"`),
    );
  const note = `weights of ${threshold} and more; the stronger the line, the larger the weight${pair ? ` · ${pairTokensWords(pair, keyLabels.length)}` : ''}`;
  const border = pair && short(top + pair.tokensOfB * pitch);
  return svgDocument(
    {
      title,
      subtitle: source,
      description: `Attention as lines from ${queryLabels.length} queries on the left to ${keyLabels.length} keys on the right: ${heads.map(({ name }) => name).join(', ')}; weights of ${threshold} and more.`,
      colors,
      width: Math.max(right + labelGap + keys.width, margin + labelWidth(note)) + margin,
      height: top + rows * pitch + 32,
    },
    [
      ...legend.elements,
      svgText(left - labelGap, top - 5, 'query', 'text-anchor="end"'),
      svgText(right + labelGap, top - 5, 'key'),
      ...heads.flatMap(head => headPaths(head, keyLabels.length, left, right, y, threshold, strength)),
      ...column(queries, left - labelGap, 'end'),
      ...column(keys, right + labelGap, 'start'),
      ...(pair
        ? [
            `<path fill="none" stroke="${hexColor(colors.foreground)}" stroke-opacity="0.6" d="M${margin} ${border}H${short(left - labelGap)}M${short(right + labelGap)} ${border}h${short(keys.width)}"/>`,
          ]
        : []),
      svgText(margin, top + rows * pitch + 20, note),
    ],
  );
}

const strengths = 16;

/** Lines that are equally strong, together. */
function headPaths(
  { name, color, data }: HeadLines,
  keys: number,
  left: number,
  right: number,
  y: (row: number) => number,
  threshold: number,
  strength: (weight: number) => number,
): string[] {
  const paths = new Map<number, string[]>();
  const starts = Array.from(
    { length: data.length / Math.max(1, keys) },
    (_, query) => `M${short(left)} ${short(y(query))}L${short(right)} `,
  );
  const ends = Array.from({ length: keys }, (_, key) => short(y(key)));
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] > 0 && data[i] >= threshold)) continue;
    const level = Math.min(strengths, Math.max(1, Math.round(strength(data[i]) * strengths)));
    const line = starts[Math.floor(i / keys)] + ends[i % keys];
    const lines = paths.get(level);
    if (lines) lines.push(line);
    else paths.set(level, [line]);
  }
  const sorted = [...paths]
    .sort(([a], [b]) => a - b)
    .map(([level, lines]) => `<path stroke-opacity="${short(level / strengths)}" d="${lines.join('')}"/>`);
  return [
    `<g fill="none" stroke="${hexColor(color)}" stroke-width="1.5" data-head="${name.replace(/[^\w. -]/g, '')}">`,
    ...sorted,
    '</g>',
  ];
}

/** Which colour is which head, in as many lines as it takes. */
function headLegend(heads: readonly HeadLines[], width: number, top: number): { elements: string[]; bottom: number } {
  const elements: string[] = [];
  let x = margin;
  let y = top + 12;
  for (const { name, color } of heads) {
    const needs = 14 + labelWidth(name) + 16;
    if (x > margin && x + needs > width) {
      x = margin;
      y += 16;
    }
    elements.push(
      `<rect x="${short(x)}" y="${short(y - 9)}" width="10" height="10" rx="2" fill="${hexColor(color)}"/>`,
      svgText(x + 14, y, name),
    );
    x += needs;
  }
  return { elements, bottom: y };
}
