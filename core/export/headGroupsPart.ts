import { formatWeight } from '../attention/formatWeight';
import { layerRadius } from '../attention/compare/layerRadius';
import type { HeadGroups } from '../attention/compare/headGroups';
import type { HeadPlace } from '../attention/compare/matchHeads';
import { mapPlaces } from '../attention/compare/mapPlaces';
import { treeLayout } from '../attention/compare/treeLayout';
import { colorRamp } from './colorRamp';
import { escapeXml } from './escapeXml';
import { heatLegend, legendHeight, type HeatScale } from './heatScale';
import { matrixPart } from './matrixPart';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { placeNames } from './placeNames';
import { short, svgText } from './svgLabels';

/** All heads by how alike they look, and which of them are chosen. */
export interface ShownGroups {
  readonly groups: HeadGroups;
  /** The two that are held against each other. */
  readonly chosen: readonly HeadPlace[];
  /** Those that are selected. */
  readonly selected: readonly HeadPlace[];
}

/** Elements of a picture, and the room that they take. */
export interface PicturePart {
  readonly elements: readonly string[];
  readonly width: number;
  readonly height: number;
}

const frame = { width: 330, height: 242, edge: 22 };
const [side, treeWidth] = [264, 96];
/** Of more heads, names would stand over each other. */
const mostNamed = 64;

const isIn = (places: readonly HeadPlace[], { layer, head }: HeadPlace) =>
  places.some(place => place.layer === layer && place.head === head);
const nameOf = ({ layer, head }: HeadPlace) => `${layer}.${head}`;

/**
 * All heads in the plane, the nearer the more alike, each with its name.
 * @param first The colour of the first layer, `last` that of the last.
 */
export function headMapPart(
  { groups, chosen, selected }: ShownGroups,
  left: number,
  top: number,
  colors: PictureColors,
  [first, last]: readonly Rgb[],
): PicturePart {
  const { heads, points, held } = groups;
  const places = mapPlaces(points, frame);
  const ramp = colorRamp(first, last).colors;
  const layers = [...new Set(heads.map(({ layer }) => layer))];
  const [foreground, background] = [colors.foreground, colors.background].map(hexColor);
  // The chosen ones last, so that none lies over them.
  const order = [...heads.keys()].sort((a, b) => Number(isIn(chosen, heads[a])) - Number(isIn(chosen, heads[b])));
  const dots = order.map(i => {
    const place = heads[i];
    const { x, y } = places[i];
    const isChosen = isIn(chosen, place);
    const fill = hexColor(
      ramp[layers.length > 1 ? Math.round((layers.indexOf(place.layer) / (layers.length - 1)) * (ramp.length - 1)) : 0],
    );
    const marked = isChosen || (selected.length > 1 && isIn(selected, place));
    return `<circle cx="${short(left + x)}" cy="${short(top + y)}" r="${short(layerRadius(layers.indexOf(place.layer), layers.length, isChosen))}" fill="${fill}" stroke="${marked ? foreground : background}"${isChosen ? ' stroke-width="2"' : ''}><title>${nameOf(place)}</title></circle>`;
  });
  const named = heads.map((head, i) => ({ name: nameOf(head), ...places[i], isChosen: isIn(chosen, head) }));
  const names = placeNames(
    heads.length > mostNamed ? named.filter(({ isChosen }) => isChosen) : named,
    places,
    frame.width,
  ).map(({ name, isChosen, x, y, leftward }) =>
    svgText(
      left + x,
      top + y + 3,
      name,
      `font-size="${isChosen ? 11 : 8}"${isChosen ? ` fill="${foreground}"` : ''}${leftward ? ' text-anchor="end"' : ''}`,
    ),
  );
  return {
    elements: [
      `<rect x="${short(left)}" y="${short(top)}" width="${frame.width}" height="${frame.height}" fill="none" stroke="${hexColor(colors.line)}"/>`,
      ...dots,
      ...names,
      svgText(left, top + frame.height + 16, `${Math.round(held * 100)} % of the distances fit in the plane; layers:`),
      ...layers.map(
        (layer, i) =>
          `<circle cx="${short(left + 6 + i * Math.min(28, frame.width / layers.length))}" cy="${short(top + frame.height + 30)}" r="${short(layerRadius(i, layers.length))}" fill="${hexColor(ramp[layers.length > 1 ? Math.round((i / (layers.length - 1)) * (ramp.length - 1)) : 0])}"><title>layer ${layer}</title></circle>`,
      ),
      ...layers.flatMap((layer, i) =>
        layers.length <= 12 ? [svgText(left + 14 + i * 28, top + frame.height + 34, String(layer))] : [],
      ),
    ],
    width: frame.width,
    height: frame.height + 40,
  };
}

/** The distances of all heads as a matrix, ordered by the tree that stands beside it, with the heads' names. */
export async function headTreePart(
  { groups, chosen }: ShownGroups,
  left: number,
  top: number,
  colors: PictureColors,
  heat: readonly Rgb[],
): Promise<PicturePart> {
  const { heads, data, order } = groups;
  const n = heads.length;
  const step = side / Math.max(1, n);
  const most = data.reduce((largest, bits) => Math.max(largest, bits), 0) || 1;
  const scale: HeatScale = {
    colors: heat,
    place: bits => bits / most,
    marks: [0, most / 2, most].map(bits => Number(bits.toFixed(3))),
  };
  const x = (height: number) => short(left + treeWidth - 2 - height * (treeWidth - 6));
  const y = (middle: number) => short(top + middle * step);
  const tree = treeLayout(groups).map(
    ({ height, heights, middles }) =>
      `M${x(heights[0])} ${y(middles[0])}H${x(height)}V${y(middles[1])}H${x(heights[1])}`,
  );
  const ordered = new Float32Array(n * n);
  order.forEach((a, row) =>
    order.forEach((b, column) => {
      ordered[row * n + column] = data[a * n + b];
    }),
  );
  const place = { left: left + treeWidth, top, cellWidth: step, cellHeight: step };
  const frames = order.flatMap((head, row) =>
    isIn(chosen, heads[head])
      ? [
          `<rect x="${short(place.left + 0.5)}" y="${short(top + row * step + 0.5)}" width="${side - 1}" height="${short(Math.max(2, step - 1))}" fill="none" stroke="${hexColor(colors.foreground)}"/>`,
        ]
      : [],
  );
  const names =
    step >= 7
      ? order.map((head, row) =>
          svgText(
            place.left + side + 5,
            top + (row + 0.5) * step + 3,
            nameOf(heads[head]),
            `font-size="8"${isIn(chosen, heads[head]) ? ` fill="${hexColor(colors.foreground)}"` : ''}`,
          ),
        )
      : [];
  return {
    elements: [
      `<path d="${tree.join('')}" fill="none" stroke="${hexColor(colors.dim)}"/>`,
      ...(await matrixPart({ queries: n, keys: n, data: ordered, causal: false }, scale, place, colors)),
      ...frames,
      ...names,
      ...heatLegend(place.left, top + side + 12, scale, colors, 'bits', 'distances'),
    ],
    width: treeWidth + side + 30,
    height: side + 12 + legendHeight,
  };
}

/** What is said above either picture. */
export function groupsHeading({ queries, queriesOf }: HeadGroups, picture: 'map' | 'tree'): readonly [string, string] {
  const sampled = queries < queriesOf ? ` of ${queries} of ${queriesOf} queries` : '';
  return picture === 'map'
    ? ['All heads on a map', `Jensen-Shannon${sampled}, 2-D`]
    : ['All distances', `Jensen-Shannon${sampled}, bits, by cluster`];
}

/** How far two heads are from each other: in total, and a bar for each query. */
export function theseTwoPart(
  {
    jensenShannon,
    cosine,
    sameStrongest,
    byRow,
    rows,
  }: {
    readonly jensenShannon?: number;
    readonly cosine?: number;
    readonly sameStrongest?: number;
    readonly byRow: Float32Array;
    readonly rows: number;
  },
  left: number,
  top: number,
  colors: PictureColors,
  color: Rgb,
): PicturePart {
  const [width, bar, height] = [330, 110, 64];
  // Not the lines' colour: in high contrast that is as strong as the bars'.
  const track = `fill="${hexColor(colors.foreground)}" fill-opacity="0.12"`;
  const lines = (
    [
      ['Jensen-Shannon, bits', jensenShannon],
      ['cosine', cosine],
      ['same strongest key', sameStrongest],
    ] as const
  ).flatMap(([name, value], i) => {
    if (value === undefined) return [];
    const y = top + 22 + i * 20;
    return [
      svgText(left, y + 4, name, `fill="${hexColor(colors.foreground)}"`),
      `<rect x="${short(left + 150)}" y="${short(y - 3)}" width="${bar}" height="6" rx="3" ${track}/>`,
      `<rect x="${short(left + 150)}" y="${short(y - 3)}" width="${short(Math.min(1, Math.max(0, value)) * bar)}" height="6" rx="3" fill="${hexColor(color)}"/>`,
      svgText(left + width, y + 4, formatWeight(value), 'text-anchor="end"'),
    ];
  });
  const most = byRow.reduce((largest, bits) => (bits > largest ? bits : largest), 0);
  const full = [0.001, 0.01, 0.1, 1].find(step => step >= most) ?? 1;
  const base = top + 178;
  const pitch = Math.min(12, width / Math.max(1, byRow.length));
  const bars = Array.from(byRow, (bits, query) =>
    Number.isNaN(bits)
      ? ''
      : `M${short(left + query * pitch)} ${base}v-${short(Math.max(0.5, (bits / full) * height))}h${short(Math.max(0.3, pitch - (pitch > 3 ? 1 : 0)))}V${base}z`,
  );
  return {
    elements: [
      heading(left, top, 'These two', `over ${rows} ${rows === 1 ? 'query' : 'queries'}`, colors),
      ...(lines.length > 0 ? lines : [svgText(left, top + 26, 'They have no query in common.')]),
      heading(left, top + 98, 'By row', `distance of each query, bits, 0 to ${full}`, colors),
      `<path d="${bars.join('')}" fill="${hexColor(color)}"/>`,
      `<rect x="${short(left)}" y="${base}" width="${width}" height="1" ${track}/>`,
    ],
    width,
    height: 184,
  };
}

/** A heading with a quieter note behind it. */
export function heading(x: number, y: number, title: string, note: string, colors: PictureColors): string {
  return `<text x="${short(x)}" y="${short(y)}" font-weight="600" fill="${hexColor(colors.foreground)}">${escapeXml(title)} <tspan font-weight="400" fill="${hexColor(colors.dim)}">${escapeXml(note)}</tspan></text>`;
}
