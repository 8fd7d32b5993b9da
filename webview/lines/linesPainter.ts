import { cssColor } from '../common/colorScale';
import type { HeadMatrix } from '../attention/headMatrix';
import type { HeadPen } from './headPens';
import { type ColumnToken, laneOffset, type LinesLayout, rowMiddle } from './linesLayout';
import { levelOf, levels, type SortedEdges } from './sortedEdges';

/** What lines are painted on and with. */
export interface LinesPaper {
  readonly context: CanvasRenderingContext2D;
  readonly layout: LinesLayout;
  readonly pens: readonly HeadPen[];
  /** Which part of the layout's height the canvas shows, in CSS pixels. */
  readonly from: number;
  readonly to: number;
  readonly highContrast: boolean;
}

/** More lines than this, over all heads, are neither told apart nor painted within a frame: the strongest are. */
export const mostLines = 6000;

/** More lines than this are drawn without dashes: among so many, dashes are noise, and slow. */
const mostDashed = 600;
const bands = 20;
const strongestAlways = 5;

/** Paints the lines of all heads from a level up, the stronger over the weaker. */
export function paintLines(paper: LinesPaper, heads: readonly SortedEdges[], level: number): void {
  const counts = heads.map(({ upTo }) => Math.min(upTo[level], Math.floor(mostLines / heads.length)));
  const dashed = counts.reduce((sum, count) => sum + count, 0) <= mostDashed;
  const keys = paper.layout.key.count;
  for (let band = 0; band < bands; band++) {
    const [weakest, stronger] = [band, band + 1].map(edge => Math.floor(edge * levels / bands) + 1);
    if (stronger <= level) continue;
    heads.forEach(({ at, upTo }, head) => {
      const end = Math.min(counts[head], upTo[Math.max(level, weakest)]);
      strokeBand(paper, head, band, dashed, line => {
        for (let i = upTo[stronger]; i < end; i++) {
          const query = Math.floor(at[i] / keys);
          line(query, at[i] - query * keys);
        }
      });
    });
  }
}

/** Paints one token's lines from a level up, and its strongest in any case. */
export function paintToken(paper: LinesPaper, matrices: readonly HeadMatrix[], { side, index }: ColumnToken, level: number): void {
  const others = matrices.map(matrix => {
    const weights = tokenWeights(matrix, { side, index });
    const strongest = Float32Array.from(weights).sort().at(-strongestAlways) ?? 0;
    const least = Math.max(1, Math.min(level, levelOf(strongest)));
    const byBand: number[][] = Array.from({ length: bands }, () => []);
    weights.forEach((weight, other) => {
      const its = levelOf(weight);
      if (its >= least) byBand[Math.floor((its - 1) * bands / levels)].push(other);
    });
    return byBand;
  });
  for (let band = 0; band < bands; band++) {
    others.forEach((byBand, head) => strokeBand(paper, head, band, true, line => {
      for (const other of byBand[band]) {
        if (side === 'query') line(index, other);
        else line(other, index);
      }
    }));
  }
}

/** The weights that a query gives all keys, or that a key is given by all queries. */
export function tokenWeights({ data, keys, queries }: HeadMatrix, { side, index }: ColumnToken): Float32Array {
  return side === 'query' ? data.subarray(index * keys, (index + 1) * keys) : Float32Array.from({ length: queries }, (_, query) => data[query * keys + index]);
}

/** One head's lines of about the same weight are one path: fast, and where they cross they do not add up to a heavier one. */
function strokeBand(
  { context, layout, pens, from, to, highContrast }: LinesPaper, head: number, band: number, dashed: boolean,
  lines: (line: (query: number, key: number) => void) => void,
): void {
  const { query: left, key: right, width } = layout;
  const [leftLane, rightLane] = [left, right].map(({ pitch }) => laneOffset(head, pens.length, pitch) - from);
  const bottom = to - from;
  context.beginPath();
  lines((query, key) => {
    const [y, y2] = [rowMiddle(left, query) + leftLane, rowMiddle(right, key) + rightLane];
    if ((y < 0 && y2 < 0) || (y > bottom && y2 > bottom)) return;
    context.moveTo(0, y);
    context.lineTo(width, y2);
  });
  const strength = (band + 1) / bands;
  context.globalAlpha = highContrast ? 0.4 + 0.6 * strength : 0.14 + 0.86 * strength;
  context.lineWidth = 0.7 + 2.1 * strength ** 2;
  context.strokeStyle = cssColor(pens[head].color);
  context.setLineDash(dashed ? [...pens[head].dash] : []);
  context.stroke();
  context.globalAlpha = 1;
}
