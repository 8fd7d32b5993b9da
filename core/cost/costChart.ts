import { formatBytes } from '../models/formatBytes';
import { valueAt, type Fit, type Point } from './leastSquares';
import { cacheBytes, scoreBytes, type CostPlan, type LengthCost, type Spread } from './lengthCost';
import { formatCount, formatTime } from './costWords';
import type { CostFits } from './costFits';

/** Which colour of a picture something has. */
export type ChartInk = 'first' | 'second' | 'foreground' | 'dim' | 'line';

/** What a chart is drawn from: SVG paths and texts. */
export type ChartShape =
  | {
      readonly kind: 'path';
      readonly d: string;
      readonly ink: ChartInk;
      readonly filled?: boolean;
      readonly width?: number;
      readonly dash?: string;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly ink: ChartInk;
      readonly anchor: 'start' | 'middle' | 'end';
    };

/** One thing over the length. */
export interface CostCurve {
  readonly name: string;
  readonly ink: ChartInk;
  /** Lengths of dashes and gaps; none for a solid line. */
  readonly dash?: string;
  /** How its measured places are marked; none: it is computed. */
  readonly mark?: 'circle' | 'square';
  readonly places: readonly (Point & Partial<Pick<Spread, 'low' | 'high'>>)[];
  readonly line: readonly Point[];
}

/** How the axes go. */
export type ChartScale = 'log' | 'linear';

/** What is drawn. */
export interface ChartContent {
  readonly curves: readonly CostCurve[];
  readonly scale: ChartScale;
  /** The last length on the axis. */
  readonly to: number;
  /** Lengths that are marked with a line and a word. */
  readonly marked: readonly { readonly length: number; readonly word: string }[];
  readonly format: (value: number) => string;
}

/** A chart's size, and the room for its numbers. */
export const chartSize = { width: 420, height: 260, left: 58, right: 12, top: 14, bottom: 26 } as const;

/** The shortest length on the axis. */
const first = 16;

/** The curves of times: medians with their quartiles, attention's parabola and the rest's line. @param to where these end. */
export function timeCurves(points: readonly LengthCost[], fits: CostFits, to: number): CostCurve[] {
  const curve = (part: 'attention' | 'rest', fit: Fit | undefined) => ({
    places: points.map(point => ({ x: point.length, y: point[part].median, ...point[part] })),
    line: fit ? lengthsBetween(to).map(x => ({ x, y: valueAt(fit, x) })) : [],
  });
  return [
    { name: 'attention', ink: 'first', mark: 'circle', ...curve('attention', fits.attention.quadratic) },
    { name: 'the rest', ink: 'second', mark: 'square', dash: '7 3', ...curve('rest', fits.rest.linear) },
  ];
}

/** The curves of bytes: the most that was held while each ran, the scores of a layer and the cache, which are computed. */
export function memoryCurves(plan: CostPlan, points: readonly LengthCost[], to: number): CostCurve[] {
  const held = (part: 'attention' | 'rest') =>
    points.flatMap(({ length, memory }) => (memory ? [{ x: length, y: memory[part] }] : []));
  const measured = (
    [
      ['attention', 'first', 'circle'],
      ['rest', 'second', 'square'],
    ] as const
  ).flatMap(([part, ink, mark]): CostCurve[] => {
    const places = held(part);
    const name = `while ${part === 'rest' ? 'the rest' : part} runs`;
    return places.length > 0 ? [{ name, ink, mark, places, line: places }] : [];
  });
  const computed = (bytes: (length: number) => number) => lengthsBetween(to).map(x => ({ x, y: bytes(x) }));
  const { cache } = plan;
  return [
    ...measured,
    {
      name: 'scores of a layer (computed)',
      ink: 'first',
      dash: '2 3',
      places: [],
      line: computed(length => scoreBytes(plan, length)),
    },
    ...(typeof cache === 'string'
      ? []
      : [
          {
            name: 'KV cache (computed)',
            ink: 'foreground' as const,
            dash: '9 3 2 3',
            places: [],
            line: computed(length => cacheBytes(cache, length)),
          },
        ]),
  ];
}

/** Draws curves over the length. */
export function costChart({ curves, scale, to, marked, format }: ChartContent): readonly ChartShape[] {
  const { width, height, left, right, top, bottom } = chartSize;
  const values = curves
    .flatMap(({ places, line }) => [...places.map(({ y, high = y }) => high), ...line.map(({ y }) => y)])
    .filter(value => value > 0 && Number.isFinite(value));
  if (values.length === 0) return [];
  const measured = curves
    .flatMap(({ places, mark, line }) => (mark ? places : line).map(({ y }) => y))
    .filter(y => y > 0);
  const x = (length: number) => left + along(length, scale, to) * (width - left - right);
  const [low, high] = bounds(scale, Math.min(...measured), Math.max(...values));
  const y = (value: number) => {
    const part =
      scale === 'log' ? (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low)) : value / high;
    return top + (1 - part) * (height - top - bottom);
  };
  const shapes: ChartShape[] = [];
  for (const value of valueTicks(scale, low, high)) {
    shapes.push(
      { kind: 'path', d: `M${left} ${round(y(value))}H${width - right}`, ink: 'line' },
      { kind: 'text', x: left - 6, y: y(value) + 3, text: format(value), ink: 'dim', anchor: 'end' },
    );
  }
  for (const length of lengthTicks(scale, to)) {
    const anchor = length === to ? 'end' : 'middle';
    shapes.push({ kind: 'text', x: x(length), y: height - 8, text: formatCount(length), ink: 'dim', anchor });
  }
  marked.forEach(({ length, word }, i) => {
    if (length < (scale === 'log' ? first : 0) || length > to) return;
    const isRight = x(length) > width / 2;
    shapes.push(
      { kind: 'path', d: `M${round(x(length))} ${top}V${height - bottom}`, ink: 'foreground', dash: '2 3' },
      {
        kind: 'text',
        x: x(length) + (isRight ? -5 : 5),
        y: top + 9 + 13 * i,
        text: word,
        ink: 'foreground',
        anchor: isRight ? 'end' : 'start',
      },
    );
  });
  for (const { ink, dash, mark, places, line } of curves) {
    const inside = (value: number) => value >= (scale === 'log' ? low : 0);
    let path = '';
    let begun = false;
    for (const point of line) {
      if (!inside(point.y)) begun = false;
      else {
        path += `${begun ? 'L' : 'M'}${round(x(point.x))} ${round(y(point.y))}`;
        begun = true;
      }
    }
    if (path) shapes.push({ kind: 'path', d: path, ink, dash, width: 1.6 });
    for (const { x: length, y: value, low: from, high: until } of places) {
      if (!inside(value)) continue;
      const [across, down] = [round(x(length)), round(y(value))];
      if (from !== undefined && until !== undefined && inside(from)) {
        shapes.push({ kind: 'path', d: `M${across} ${round(y(from))}V${round(y(until))}`, ink });
      }
      shapes.push({ kind: 'path', d: markAt(mark, across, down), ink, filled: true });
    }
  }
  return shapes;
}

/** The part of the axis at which a length stands: 0 at its left end, 1 at its right. */
export function along(length: number, scale: ChartScale, to: number): number {
  return scale === 'log' ? Math.log(length / first) / Math.log(to / first) : length / to;
}

/** Times and bytes as the axes write them. */
export const chartFormats = { time: formatTime, bytes: formatBytes } as const;

function bounds(scale: ChartScale, least: number, most: number): readonly [number, number] {
  if (scale === 'linear') return [0, most * 1.05];
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most * 1.05))];
}

function valueTicks(scale: ChartScale, low: number, high: number): number[] {
  if (scale === 'log') {
    const decades = Math.round(Math.log10(high / low));
    const every = Math.ceil(decades / 6);
    return Array.from({ length: Math.floor(decades / every) + 1 }, (_, i) => low * 10 ** (i * every));
  }
  const step = niceStep(high / 4);
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
}

function lengthTicks(scale: ChartScale, to: number): number[] {
  if (scale === 'linear') {
    const step = niceStep(to / 4);
    return [...Array.from({ length: Math.floor(to / step) + 1 }, (_, i) => i * step).filter(at => at < to * 0.88), to];
  }
  const ticks: number[] = [];
  for (let length = first; length < to / 1.8; length *= to / first > 128 ? 4 : 2) ticks.push(length);
  return [...ticks, to];
}

function niceStep(about: number): number {
  const unit = 10 ** Math.floor(Math.log10(about));
  return unit * ([1, 2, 5].find(step => step * unit >= about) ?? 10);
}

function lengthsBetween(to: number): number[] {
  return Array.from({ length: 61 }, (_, i) => first * (to / first) ** (i / 60));
}

function markAt(mark: CostCurve['mark'], x: number, y: number): string {
  return mark === 'square'
    ? `M${round(x - 3)} ${round(y - 3)}h6v6h-6z`
    : `M${round(x - 3.2)} ${y}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
