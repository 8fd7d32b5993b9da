/** A thousand explanations of mixed lengths: what the inference process and the extension host hold, and whether it grows. */
import { slopeOf, tell } from './figures';
import { inHost } from './hostPart';

/** From this run on memory is to be flat. */
const flatFrom = 300;

async function main(): Promise<void> {
  const points = await inHost('runs');
  const later = points.filter(({ run }) => run > flatFrom);
  const megabytes = (kilobytes: number) => `${(kilobytes / 1024).toFixed(0)} MB`;
  for (const point of points.filter(({ run }) => run % 100 === 1)) {
    console.log(
      `run ${point.run}: process ${megabytes(point.process)}, host ${megabytes(point.host)} (heap ${megabytes(point.heap)}, arrays ${megabytes(point.arrays)})`,
    );
  }
  const figures = (['process', 'host'] as const).flatMap(of => {
    const { slope, error } = slopeOf(later.map(point => [point.run, point[of]]));
    const plateau = later.reduce((sum, point) => sum + point[of], 0) / later.length;
    const most = of === 'process' ? 750 : 450;
    return [
      {
        what: `${of === 'process' ? 'inference process' : 'extension host'}: growth after run ${flatFrom}`,
        measured: `${slope.toFixed(0)} ± ${error.toFixed(0)} KB a run`,
        // A run that stayed would be 400 KB and more in the host, megabytes in the process.
        bound: 'at most 100 KB',
        held: slope + error <= 100,
      },
      {
        what: `${of === 'process' ? 'inference process' : 'extension host'}: plateau (first run ${megabytes(points[0][of])})`,
        measured: megabytes(plateau),
        bound: `at most ${most} MB`,
        held: plateau <= most * 1024,
      },
    ];
  });
  tell(figures);
}

void main();
