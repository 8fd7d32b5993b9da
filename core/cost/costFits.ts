import { leastSquares, valueAt, type Fit } from './leastSquares';
import type { LengthCost } from './lengthCost';

/** A line and a parabola through the same points. */
export interface BothFits {
  readonly linear?: Fit;
  readonly quadratic?: Fit;
}

/** Where attention's time passes that of the rest. */
export type Crossing =
  /** Between two lengths that were measured. */
  | { readonly kind: 'measured'; readonly from: number; readonly to: number }
  /** Behind the longest that was measured, by attention's parabola and the rest's line. */
  | { readonly kind: 'extrapolated'; readonly at: number }
  /** It is above already at the shortest, or does not come by these fits within a thousand times the longest. */
  | { readonly kind: 'before' | 'never' };

/** What was fitted to the medians. */
export interface CostFits {
  readonly attention: BothFits;
  readonly rest: BothFits;
  readonly crossing?: Crossing;
}

/** Fits a line and a parabola each to attention's time and to the rest's, in milliseconds over tokens, and finds where they cross. */
export function costFits(points: readonly LengthCost[]): CostFits {
  const of = (part: 'attention' | 'rest'): BothFits => {
    const places = points.map(point => ({ x: point.length, y: point[part].median }));
    return { linear: leastSquares(places, 1), quadratic: leastSquares(places, 2) };
  };
  const fits = { attention: of('attention'), rest: of('rest') };
  return { ...fits, crossing: crossingOf(points, fits) };
}

/** So many times the longest length that was measured nothing is said any more. */
const farthest = 1000;

function crossingOf(
  points: readonly LengthCost[],
  { attention, rest }: Omit<CostFits, 'crossing'>,
): Crossing | undefined {
  if (points.length < 2) return undefined;
  const last = points.findLastIndex(point => point.attention.median <= point.rest.median);
  if (last < 0) return { kind: 'before' };
  if (last < points.length - 1) return { kind: 'measured', from: points[last].length, to: points[last + 1].length };
  const [above, below] = [attention.quadratic, rest.linear];
  if (!above || !below) return undefined;
  const [c, b, a] = above.coefficients.map((coefficient, power) => coefficient - (below.coefficients[power] ?? 0));
  const root = a > 0 ? (-b + Math.sqrt(b * b - 4 * a * c)) / (2 * a) : NaN;
  const longest = points[points.length - 1].length;
  if (root > farthest * longest) return { kind: 'never' };
  if (root > longest) return { kind: 'extrapolated', at: root };
  // Measured below and by the fits above: they lie too near to tell.
  return a > 0 && valueAt(above, longest) > valueAt(below, longest)
    ? { kind: 'extrapolated', at: longest }
    : { kind: 'never' };
}
