import { labelWidth, short, svgText } from './svgLabels';
import { hexColor } from './pictureColors';
import type { PictureLook } from './pictureLook';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';
import {
  costChart,
  chartFormats,
  chartSize,
  memoryCurves,
  timeCurves,
  type ChartContent,
  type ChartInk,
} from '../cost/costChart';
import { costFits } from '../cost/costFits';
import { crossingWords, formatCount } from '../cost/costWords';
import type { MeasuredCost } from '../cost/lengthCost';
import type { ChartScale } from '../cost/costChart';

/** How the two charts are drawn. */
export interface CostLook {
  readonly scale: ChartScale;
  /** The last length on the axis. */
  readonly to: number;
  /** The length of the text that is open. */
  readonly now: number;
}

/** Time and memory over the length as a self-contained SVG document ({@link svgDocument}). */
export function costSvg(
  { title, source }: PictureHeading,
  measured: MeasuredCost,
  { scale, to, now }: CostLook,
  { colors, pens }: PictureLook,
): string {
  const { plan, points } = measured;
  const fits = costFits(points);
  const inks: Readonly<Record<ChartInk, string>> = {
    first: hexColor(pens[0]),
    second: hexColor(pens[1]),
    foreground: hexColor(colors.foreground),
    dim: hexColor(colors.dim),
    line: hexColor(colors.line),
  };
  const marked = [{ length: now, word: `n = ${formatCount(now)}` }];
  const charts: readonly (readonly [string, ChartContent])[] = [
    ['Time', { curves: timeCurves(points, fits, to), scale, to, marked, format: chartFormats.time }],
    ['Memory', { curves: memoryCurves(plan, points, to), scale, to, marked, format: chartFormats.bytes }],
  ];
  const elements = charts.flatMap(([name, content], place) => {
    const left = margin + place * (chartSize.width + 24);
    const top = headingHeight + 8;
    let below = chartSize.height + 34;
    let across = 0;
    const legend = content.curves.flatMap(curve => {
      const needs = 34 + labelWidth(curve.name) + 14;
      if (across > 0 && across + needs > chartSize.width) [across, below] = [0, below + 16];
      const at = across;
      across += needs;
      return [
        `<path d="M${short(at)} ${short(below - 4)}h28" fill="none" stroke="${inks[curve.ink]}" stroke-width="2"${curve.dash ? ` stroke-dasharray="${curve.dash}"` : ''}/>`,
        svgText(at + 34, below, curve.name),
      ];
    });
    return [
      `<g transform="translate(${short(left)} ${short(top)})">`,
      svgText(
        0,
        8,
        `${name} over length${scale === 'log' ? ', both axes logarithmic' : ''}`,
        `font-weight="600" fill="${inks.foreground}"`,
      ),
      '<g transform="translate(0 12)">',
      ...costChart(content).map(shape =>
        shape.kind === 'text'
          ? svgText(shape.x, shape.y, shape.text, `text-anchor="${shape.anchor}" fill="${inks[shape.ink]}"`)
          : `<path d="${shape.d}" fill="${shape.filled ? inks[shape.ink] : 'none'}" stroke="${inks[shape.ink]}" stroke-width="${shape.width ?? 1}"${shape.dash ? ` stroke-dasharray="${shape.dash}"` : ''}/>`,
      ),
      '</g>',
      ...legend,
      '</g>',
    ];
  });
  const crossing = fits.crossing ? crossingWords(fits.crossing, plan) : '';
  const width = 2 * margin + 2 * chartSize.width + 24;
  const words = [...inLines(crossing, width - 2 * margin), plan.machine];
  const first = headingHeight + chartSize.height + 34 + 16 * 3;
  return svgDocument(
    {
      title,
      subtitle: source,
      colors,
      description: `Time and memory of attention and of the rest of a pass over texts of ${points.map(({ length }) => length).join(', ')} tokens. ${crossing}`,
      width,
      height: first + 16 * words.length,
    },
    [...elements, ...words.map((line, i) => svgText(margin, first + 16 * i, line))],
  );
}

/** A sentence in lines that are no wider. */
function inLines(sentence: string, width: number): string[] {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const longer = lines[lines.length - 1] === '' ? word : `${lines[lines.length - 1]} ${word}`;
    if (labelWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
