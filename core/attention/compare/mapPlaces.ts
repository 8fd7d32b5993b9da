/** The size of a map in its own units, and the room that is left at its edges. */
export interface MapFrame {
  readonly width: number;
  readonly height: number;
  readonly edge: number;
}

/**
 * Where points of the plane lie on a map: as large as fits, in the middle, with one unit for both axes, so that the map's
 * distances mean something.
 * @param points [point][x, y], row-major.
 */
export function mapPlaces(points: Float32Array, { width, height, edge }: MapFrame): { x: number; y: number }[] {
  const count = points.length / 2;
  const axis = (dimension: number) => Array.from({ length: count }, (_, i) => points[2 * i + dimension]);
  const range = (values: readonly number[]) => ({
    least: Math.min(...values),
    span: Math.max(1e-6, Math.max(...values) - Math.min(...values)),
  });
  const [xs, ys] = [range(axis(0)), range(axis(1))];
  const unit = Math.min((width - 2 * edge) / xs.span, (height - 2 * edge) / ys.span);
  const [left, top] = [(width - unit * xs.span) / 2, (height - unit * ys.span) / 2];
  return Array.from({ length: count }, (_, i) => ({
    x: left + (points[2 * i] - xs.least) * unit,
    y: top + (points[2 * i + 1] - ys.least) * unit,
  }));
}
