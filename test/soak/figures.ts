import os from 'node:os';

/** One line of a part's table. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** What it is held to, in words, and whether it is. */
  readonly bound?: string;
  readonly held?: boolean;
}

/** Prints a part's table under the machine's name; the process ends with code 1 where a bound is broken. */
export function tell(figures: readonly Figure[]): void {
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}\n`);
  console.log('| | measured | bound | |\n| --- | --- | --- | --- |');
  for (const { what, measured, bound, held = true } of figures) {
    console.log(`| ${what} | ${measured} | ${bound ?? ''} | ${bound === undefined ? '' : held ? 'held' : 'BROKEN'} |`);
    if (!held) process.exitCode = 1;
  }
}

/** The slope of a line through points (least squares), and half the width of its interval of 95 % confidence. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): { slope: number; error: number } {
  const n = points.length;
  const [meanX, meanY] = [0, 1].map(i => points.reduce((sum, point) => sum + point[i], 0) / n);
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: 1.96 * Math.sqrt(rest / (n - 2) / spread) };
}
