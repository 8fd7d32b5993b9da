const decades = 4;

/** Where a weight (0 to 1) lies on a scale: 0 to 1. The logarithm covers four decades, from 0.0001 to 1. */
export function scaleWeight(weight: number, scale: MatrixScale): number {
  const clamped = Math.min(1, Math.max(0, weight));
  switch (scale) {
    case 'linear':
      return clamped;
    case 'sqrt':
      return Math.sqrt(clamped);
    case 'log':
      return Math.max(0, 1 + Math.log10(Math.max(clamped, 1e-9)) / decades);
  }
}

/** Weights worth a mark on the legend of a scale, smallest first. */
export function legendMarks(scale: MatrixScale): readonly number[] {
  switch (scale) {
    case 'linear':
      return [0, 0.25, 0.5, 0.75, 1];
    case 'sqrt':
      return [0, 0.1, 0.25, 0.5, 1];
    case 'log':
      return [0.0001, 0.001, 0.01, 0.1, 1];
  }
}

/** How a weight becomes a colour: as it is, its square root, or its logarithm (four decades). */
export type MatrixScale = 'linear' | 'sqrt' | 'log';
