import { type HeadMatrix, rowRegion } from '../run/headMatrix';
import type { HeadPen } from '../common/headPens';
import type { LineRaster, LineStyle } from './lineRaster';
import { type ColumnToken, laneOffset, type LinesLayout, rowMiddle } from './linesLayout';
import { levelOf, levels, type SortedEdges } from '../../core/attention/sortedEdges';

/** What lines are drawn on and with. */
export interface LinesPaper {
  readonly raster: LineRaster;
  /** Pixels of the raster to a CSS pixel. */
  readonly ratio: number;
  readonly layout: LinesLayout;
  readonly pens: readonly HeadPen[];
  /** Which part of the layout's height the raster shows, in CSS pixels. */
  readonly from: number;
  readonly to: number;
  readonly highContrast: boolean;
}

/** More lines than this, over all heads, cannot be told apart: only the strongest are drawn. */
export const mostLines = 6000;

/** More lines than this are drawn without dashes, which would be noise. */
const mostDashed = 600;
/** Up to so many lines each is as strong as its weight says. */
const mostLoud = 250;
const bands = 20;
const farAlpha = 0.35;
const strongestAlways = 5;

/** Draws the lines of all heads from a level up, the stronger over the weaker. */
export function paintLines(paper: LinesPaper, heads: readonly SortedEdges[], level: number): void {
  const counts = heads.map(({ upTo }) => Math.min(upTo[level], Math.floor(mostLines / heads.length)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const dashed = total <= mostDashed;
  // The more lines, the quieter each, so that they can be seen through.
  const loudness = Math.max(0.4, Math.min(1, Math.sqrt(mostLoud / total)));
  const keys = paper.layout.key.count;
  for (let band = 0; band < bands; band++) {
    const [weakest, stronger] = [band, band + 1].map(edge => Math.floor((edge * levels) / bands) + 1);
    if (stronger <= level) continue;
    heads.forEach(({ at, upTo }, head) => {
      const end = Math.min(counts[head], upTo[Math.max(level, weakest)]);
      strokeBand(paper, head, band, { dashed, loudness }, line => {
        for (let i = upTo[stronger]; i < end; i++) {
          const query = Math.floor(at[i] / keys);
          line(query, at[i] - query * keys);
        }
      });
    });
  }
}

/** Draws one token's lines from a level up, and its strongest in any case. */
export function paintToken(
  paper: LinesPaper,
  matrices: readonly HeadMatrix[],
  { side, index }: ColumnToken,
  level: number,
): void {
  const others = matrices.map(matrix => {
    const weights = tokenWeights(matrix, { side, index }) ?? new Float32Array();
    const strongest = Float32Array.from(weights).sort().at(-strongestAlways) ?? 0;
    const least = Math.max(1, Math.min(level, levelOf(strongest)));
    const byBand: number[][] = Array.from({ length: bands }, () => []);
    weights.forEach((weight, other) => {
      const its = levelOf(weight);
      if (its >= least) byBand[Math.floor(((its - 1) * bands) / levels)].push(other);
    });
    return byBand;
  });
  for (let band = 0; band < bands; band++) {
    others.forEach((byBand, head) =>
      strokeBand(paper, head, band, { dashed: true, loudness: 1 }, line => {
        for (const other of byBand[band]) {
          if (side === 'query') line(index, other);
          else line(other, index);
        }
      }),
    );
  }
}

/** The weights that a query gives all keys, or that a key is given by all queries; undefined while they are on their way. */
export function tokenWeights(matrix: HeadMatrix, { side, index }: ColumnToken): Float32Array | undefined {
  const { data, keys, queries, part } = matrix;
  if (part) {
    return part(
      'token',
      side === 'query' ? rowRegion(matrix, index) : { firstQuery: 0, queries, firstKey: index, keys: 1, factor: 1 },
    )?.data;
  }
  return side === 'query'
    ? data.subarray(index * keys, (index + 1) * keys)
    : Float32Array.from({ length: queries }, (_, query) => data[query * keys + index]);
}

/** Draws lines of one head and of about the same weight. Those that lead far out of sight are faint: they say little there. */
function strokeBand(
  { raster, ratio, layout, pens, from, to, highContrast }: LinesPaper,
  head: number,
  band: number,
  { dashed, loudness }: { readonly dashed: boolean; readonly loudness: number },
  lines: (line: (query: number, key: number) => void) => void,
): void {
  const { query: left, key: right } = layout;
  const [leftLane, rightLane] = [left, right].map(({ pitch }) => laneOffset(head, pens.length, pitch) - from);
  const bottom = to - from;
  const strength = (band + 1) / bands;
  const near: LineStyle = {
    color: pens[head].color,
    alpha: (highContrast ? 0.4 + 0.6 * strength : 0.14 + 0.86 * strength) * loudness,
    width: (0.7 + 2.1 * strength ** 2 * loudness) * ratio,
    dash: dashed ? pens[head].dash.map(length => length * ratio) : [],
  };
  const far: LineStyle = { ...near, alpha: near.alpha * farAlpha, width: 0.7 * ratio };
  lines((query, key) => {
    const [y, y2] = [rowMiddle(left, query) + leftLane, rowMiddle(right, key) + rightLane];
    if ((y < 0 && y2 < 0) || (y > bottom && y2 > bottom)) return;
    raster.line(y * ratio, y2 * ratio, y < 0 || y2 < 0 || y > bottom || y2 > bottom ? far : near);
  });
}
