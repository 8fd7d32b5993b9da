import type { HeadComparison } from '../attention/compare/compareHeads';
import type { MatrixScale } from '../attention/weightScale';
import { differenceScale } from './differenceScale';
import {
  groupsHeading,
  heading,
  headMapPart,
  headTreePart,
  type PicturePart,
  type ShownGroups,
  theseTwoPart,
} from './headGroupsPart';
import { heatLegend, legendHeight } from './heatScale';
import { heatScaleOf } from './heatScaleOf';
import { columnLabels, columnLabelsReach, hatchPattern, labelGap, matrixPart, rowLabels } from './matrixPart';
import type { PictureColors, Rgb } from './pictureColors';
import { axisLabels, type QueryKeyLabels, short } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** One of two heads that are held against each other. */
export interface ComparedSide {
  /** "Head 2.1". */
  readonly name: string;
  /** What is said beside its name. */
  readonly note: string;
  readonly causal: boolean;
  /** Places of the common axes where it has no token. */
  readonly missing: { readonly queries: readonly number[]; readonly keys: readonly number[] };
}

/** What the picture of a comparison is made from. */
export interface ComparisonPicture extends PictureHeading, QueryKeyLabels {
  readonly one: ComparedSide;
  readonly other: ComparedSide;
  /** "0.0 − 2.1". */
  readonly difference: string;
  readonly comparison: HeadComparison;
  /** All heads of the run, where the two are of one. */
  readonly heads?: ShownGroups & { readonly picture: 'map' | 'tree' };
}

/** The colours that it is drawn in. */
export interface ComparisonColors {
  readonly colors: PictureColors;
  readonly heat: { readonly colors: readonly Rgb[]; readonly scale: MatrixScale };
  /** Of a difference below zero. */
  readonly negative: Rgb;
  /** Chart colours: of the first layer and of the last. */
  readonly pens: readonly Rgb[];
}

const largestCell = 18;
const largestMatrix = 384;
const mostLabelWidth = 120;
const gap = 28;

/**
 * Two heads side by side and their difference, on one scale and with common axes, and below how far they are from each
 * other and, of one run, all heads on a map or by their tree, as a self-contained SVG document ({@link svgDocument}).
 */
export async function comparisonSvg(
  picture: ComparisonPicture,
  { colors, heat, negative, pens }: ComparisonColors,
): Promise<string> {
  const { one, other, comparison, heads, queryLabels, keyLabels } = picture;
  const [queries, keys] = [queryLabels.length, keyLabels.length];
  const cell = Math.min(largestCell, largestMatrix / Math.max(queries, keys, 1));
  const [rows, columns] = [queryLabels, keyLabels].map(labels => axisLabels(labels, cell, mostLabelWidth));
  const reach = columnLabelsReach(columns);
  const first = margin + rows.width + labelGap;
  const width = Math.max(cell * keys + Math.max(gap, reach.right + 10), 250);
  const top = headingHeight + 22 + reach.up + labelGap + 8;
  const scale = heatScaleOf(heat);
  const signed = differenceScale(colors.background, negative, heat.colors[heat.colors.length - 1], heat.scale);
  const both = (axis: 'queries' | 'keys') => [...one.missing[axis], ...other.missing[axis]];
  const panels = [
    { ...one, data: comparison.one, scale },
    { ...other, data: comparison.other, scale },
    {
      name: 'Difference',
      note: picture.difference,
      causal: one.causal && other.causal,
      missing: { queries: both('queries'), keys: both('keys') },
      data: comparison.one.map((weight, i) => weight - comparison.other[i]),
      scale: signed,
      signed: true,
    },
  ];
  const elements = [hatchPattern(colors)];
  for (const [i, { name, note, missing, scale: its, ...matrix }] of panels.entries()) {
    const place = { left: first + i * width, top, cellWidth: cell, cellHeight: cell };
    elements.push(
      heading(place.left, headingHeight + 18, name, note, colors),
      ...(await matrixPart({ ...matrix, queries, keys }, its, place, colors, missing)),
      ...(i === 0 ? rowLabels(rows, place) : []),
      ...columnLabels(columns, place),
    );
  }
  const legends = top + cell * queries + 16;
  elements.push(
    ...heatLegend(first, legends, scale, colors),
    ...heatLegend(first + 2 * width, legends, signed, colors, 'difference', 'difference'),
  );
  const below = legends + legendHeight + 36;
  const parts: PicturePart[] = [];
  if (heads) {
    elements.push(heading(margin, below, ...groupsHeading(heads.groups, heads.picture), colors));
    parts.push(
      heads.picture === 'map'
        ? headMapPart(heads, margin, below + 12, colors, pens)
        : await headTreePart(heads, margin, below + 12, colors, heat.colors),
    );
  }
  const beside = parts.length > 0 ? margin + parts[0].width + 40 : first;
  parts.push(theseTwoPart(comparison, beside, below, colors, heat.colors[heat.colors.length - 1]));
  return svgDocument(
    {
      title: picture.title,
      subtitle: picture.source,
      colors,
      description: `${one.name} and ${other.name} as matrices of ${queries} queries by ${keys} keys, and their difference.${comparison.jensenShannon === undefined ? '' : ` Their mean Jensen-Shannon divergence is ${short(comparison.jensenShannon)} bits.`}`,
      width: Math.max(first + 2 * width + Math.max(cell * keys + reach.right, 290), beside + 330) + margin,
      height: below + Math.max(...parts.map(({ height }) => height)) + 24,
    },
    [...elements, ...parts.flatMap(part => part.elements)],
  );
}
