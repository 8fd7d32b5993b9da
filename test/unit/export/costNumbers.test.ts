import assert from 'node:assert/strict';
import { costChart, memoryCurves, timeCurves, type ChartContent } from '../../../core/cost/costChart';
import { costFits } from '../../../core/cost/costFits';
import type { MeasuredCost } from '../../../core/cost/lengthCost';
import { costCsv, costJson, costTables } from '../../../core/export/costNumbers';
import { costSvg } from '../../../core/export/costSvg';
import { blueLook } from './blueLook';
import { elements, parseXml } from './xml';

const only = (median: number) => ({ median, low: median * 0.9, high: median * 1.2 });

/** Attention takes 1e-4 n², the rest 0.02 n: they meet at 200. */
const measured: MeasuredCost = {
  plan: {
    lengths: [16, 32, 64, 128, 256],
    notes: [],
    context: 1024,
    heads: 6,
    layers: 4,
    cache: { layers: 4, heads: 2, headSize: 32, type: 'float16', numberBytes: 2, tokenBytes: 1024 },
    machine: 'A <machine> & more',
  },
  points: [16, 32, 64, 128, 256].map(length => ({
    length,
    runs: 5,
    attention: only(1e-4 * length ** 2),
    rest: only(0.02 * length),
    whole: only(1e-4 * length ** 2 + 0.02 * length),
    nodes: { attention: 12, rest: 90 },
    memory: { attention: 40 * length ** 2, rest: 5000 * length },
  })),
};
const { plan, points } = measured;
const fits = costFits(points);
const content = (scale: ChartContent['scale'], to: number): ChartContent => ({
  curves: timeCurves(points, fits, to),
  scale,
  to,
  marked: [{ length: 40, word: 'n = 40' }],
  format: value => `${value} ms`,
});

describe('what a pass costs, as files', () => {
  it('CSV has a row a length, with what is computed beside what was measured', () => {
    const [header, ...rows] = costCsv(measured).trim().split('\r\n');
    const last = Object.fromEntries(header.split(',').map((name, i) => [name, rows[4].split(',')[i]]));
    assert.equal(rows.length, 5);
    assert.equal(Number(last.attention_ms), 1e-4 * 256 ** 2);
    assert.equal(Number(last.rest_high), 0.02 * 256 * 1.2);
    assert.equal(Number(last.scores_bytes_computed), 6 * 256 * 256 * 4);
    assert.equal(Number(last.cache_bytes_computed), 256 * 1024);
    assert.equal(Number(last.attention_bytes), 40 * 256 ** 2);
  });

  it('JSON has the fits and where they cross, tables say it', () => {
    const json = JSON.parse(costJson('a-model', measured)) as {
      fits: { attention: { quadratic: { coefficients: number[] } }; crossing: unknown };
    };
    assert.ok(Math.abs(json.fits.attention.quadratic.coefficients[2] - 1e-4) < 1e-12);
    assert.deepEqual(json.fits.crossing, { kind: 'measured', from: 128, to: 256 });
    const [lengths, fitted, cache] = costTables(measured, 40);
    assert.match(fitted.caption, /^Measured: .*between 128 and 256 tokens on\.$/);
    assert.equal(lengths.rows[4][5], '56 %');
    assert.deepEqual(
      cache.rows.map(([, bytes]) => bytes),
      ['1,024 bytes = 2 × 4 layers × 2 heads × 32 × 2 (float16)', '41 KB', '1.0 MB'],
    );
  });

  it('the picture is whole XML, with both charts, in either scale', () => {
    for (const scale of ['log', 'linear'] as const) {
      const svg = costSvg({ title: 'Cost', source: 'a <b>' }, measured, { scale, to: 2048, now: 40 }, blueLook);
      const texts = elements(parseXml(svg), 'text').map(({ text }) => text);
      assert.ok(texts.includes('A <machine> & more') && texts.includes('KV cache (computed)'));
      assert.ok(texts.includes('while attention runs') && texts.includes('2,048'));
      assert.equal(texts.filter(text => text === 'n = 40').length, 2);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    }
  });
});

describe('costChart', () => {
  const marks = (shapes: ReturnType<typeof costChart>) =>
    shapes.flatMap(shape => {
      const at = shape.kind === 'path' && shape.filled && shape.ink === 'first' && /^M([\d.]+) ([\d.]+)/.exec(shape.d);
      return at ? [[Number(at[1]), Number(at[2])]] : [];
    });

  it('on logarithmic axes a square is a straight line, twice as steep as what grows with the length', () => {
    const places = marks(costChart(content('log', 256)));
    assert.equal(places.length, 5);
    const steps = places.slice(1).map(([x, y], i) => [x - places[i][0], places[i][1] - y]);
    for (const [across, up] of steps) {
      assert.ok(Math.abs(across - steps[0][0]) <= 0.21 && Math.abs(up - steps[0][1]) <= 0.21, JSON.stringify(steps));
    }
  });

  it('on linear axes it lies where its value is, and lengths beyond the axis are left out', () => {
    const places = marks(costChart(content('linear', 512)));
    const [[x16], , , , [x256]] = places;
    // From 58 to 408 for 512 tokens; a mark begins 3.2 left of its place.
    assert.ok(Math.abs(x256 - x16 - (240 / 512) * 350) <= 0.21);
    const far = costChart({ ...content('log', 256), marked: [{ length: 300, word: 'outside' }] });
    assert.ok(!far.some(shape => shape.kind === 'text' && shape.text === 'outside'));
  });

  it('draws nothing of nothing, and no cache where there is none', () => {
    assert.deepEqual(costChart({ ...content('log', 256), curves: [] }), []);
    assert.equal(memoryCurves({ ...plan, cache: 'None.' }, points, 256).length, 3);
    assert.equal(memoryCurves(plan, [{ ...points[0], memory: undefined }], 256).length, 2);
  });
});
