import assert from 'node:assert/strict';
import type { PictureLook } from '../../../core/export/pictureLook';
import { accuracyChart } from '../../../core/mechanisms/accuracyChart';
import {
  accuracyBins,
  byMechanism,
  quartiles,
  rightDates,
  rightParts,
  type MeasuredDates,
} from '../../../core/mechanisms/measuredDates';
import { claimRows, interval, measuredRows, percent } from '../../../core/mechanisms/measuredTables';
import { longWay, writeDate } from '../../../core/mechanisms/writeDates';
import { exportMeasured } from '../../../inference/export/exportMeasured';

const look: PictureLook = {
  colors: { background: [0, 0, 0], foreground: [255, 255, 255], dim: [128, 128, 128], line: [64, 64, 64] },
  heat: { colors: [[0, 0, 0]], scale: 'linear' },
  negative: [255, 128, 0],
  pens: [
    [1, 0, 0],
    [2, 0, 0],
    [3, 0, 0],
    [4, 0, 0],
    [5, 0, 0],
  ],
  focus: [255, 255, 0],
};

const day = new Date(Date.UTC(1943, 2, 14));
/** 9, 10, 14 and 30 characters. */
const dates = [...['d/m/yyyy', 'dd.mm.yyyy', 'month d, yyyy'], longWay].map(way => writeDate(day, way));

const measured: MeasuredDates = {
  seed: 3,
  count: 4,
  places: 40,
  dates,
  outputs: {
    ...byMechanism(() => dates.map(({ iso }) => iso)),
    // Days wrong, days and months wrong, a year wrong, all right.
    none: ['1943-03-15', '1943-04-15', '1953-03-14', '1943-03-14'],
  },
  facts: byMechanism(id => ({
    reading: id === 'transformer' ? 1 : 40,
    writing: 10,
    products: 62,
    productsEach: id === 'transformer' ? 0 : 1,
    bits: 3072,
    each: id !== 'none',
  })),
  answer: { text: dates[3].text, times: byMechanism(() => [4, 1, 3, 2]) },
};

describe('dates measured', () => {
  it('are right as a whole and in parts, counted by hand', () => {
    const all = rightDates(measured, 'none', () => true);
    assert.deepEqual([all.right, all.of, all.part], [1, 4, 0.25]);
    assert.equal(rightDates(measured, 'none', ({ long }) => long).part, 1);
    assert.equal(rightDates(measured, 'luong', () => true).part, 1);
    // Of twelve parts four are wrong.
    assert.deepEqual([rightParts(measured, 'none', 0).right, rightParts(measured, 'none', 0).of], [8, 12]);
    // Distances of days: “14/3/1943” 7 + 8, “14.03.1943” 8 + 8, “march 14, 1943” 6 + 8, the long one 15 + 8.
    assert.deepEqual([rightParts(measured, 'none', 15).right, rightParts(measured, 'none', 15).of], [1, 3]);
  });

  it('fall into bins that hold each once', () => {
    assert.deepEqual(
      accuracyBins(measured, 'length').map(({ from, to, of, accuracy }) => [from, to, of, accuracy.none.right]),
      [
        [8, 11, 2, 0],
        [12, 15, 1, 0],
        [28, 30, 1, 1],
      ],
    );
    const distances = accuracyBins(measured, 'distance');
    assert.equal(
      distances.reduce((sum, { of }) => sum + of, 0),
      12,
    );
    assert.deepEqual(distances[0].parts, ['years']);
    assert.deepEqual(distances.at(-1)!.parts, ['days']);
    assert.deepEqual(accuracyBins({ ...measured, dates: [] }, 'distance'), []);
  });

  it('stand on the chart where their lengths are, at the height of their part', () => {
    const { places, lines } = accuracyChart(measured, 'length');
    const [a, b, c] = places.map(({ x }) => x);
    // 8, 12 and 28 characters.
    assert.ok(Math.abs((b - a) / (c - a) - 4 / 20) < 1e-9);
    const none = lines.find(({ id }) => id === 'none')!;
    assert.deepEqual(
      none.points.map(([, y]) => y),
      [172, 172, 8],
    );
    assert.equal(none.band.length, 6);
  });

  it('are told in percent with an interval that holds them', () => {
    assert.equal(percent(rightDates(measured, 'none', () => true)), '25.0 %');
    assert.equal(percent(rightDates(measured, 'luong', () => true)), '100 %');
    assert.equal(percent(rightDates(measured, 'none', () => false)), '–');
    // Wilson of 1 in 4: 0.0456 to 0.6994.
    assert.equal(interval(rightDates(measured, 'none', () => true)), '4–70');
    assert.equal(interval(rightDates(measured, 'luong', () => true)), '51–100');
  });

  it('have the middle of their times', () => {
    assert.deepEqual(quartiles([4, 1, 3, 2]), { median: 2.5, low: 1.75, high: 3.25 });
    assert.deepEqual(quartiles([]), { median: 0, low: 0, high: 0 });
    assert.equal(measuredRows(measured).at(-1)!.cells.none.value, '2.5');
  });

  it('give each of the five claims its numbers and how they were had', () => {
    const claims = claimRows(measured);
    assert.deepEqual(
      claims.map(({ claim }) => claim),
      ['long sequences', 'parallel', 'context', 'retention', 'performance'],
    );
    for (const { recurrent, attention, how } of claims) {
      assert.match(recurrent, /\d/);
      assert.match(attention, /\d/);
      assert.ok(how.length > 20);
    }
    assert.match(claims[1].recurrent, /^50 steps \(40 to read, 10 to write\)$/);
    assert.match(claims[1].attention, /^transformer 11 steps/);
    // 30 characters of 3,072 bits.
    assert.match(claims[3].attention, /luong 92,160/i);
    assert.match(claims[3].recurrent, /^3,072 bits/);
  });

  it('are exported whole', () => {
    const lines = exportMeasured('csv', measured, look).trimEnd().split('\r\n');
    assert.equal(lines.length, 5);
    assert.equal(
      lines[4],
      `"sunday the 14th of march, 1943",1943-03-14,"weekday the dth of month, yyyy",30,0,11,23,${Array(4).fill('1943-03-14').join()}`,
    );
    const json = JSON.parse(exportMeasured('json', measured, look)) as {
      seed: number;
      dates: { written: Record<string, string> }[];
      overLength: { bins: unknown[] };
    };
    assert.equal(json.seed, 3);
    assert.equal(json.dates[0].written.none, '1943-03-15');
    assert.equal(json.overLength.bins.length, 3);
    const svg = exportMeasured('svg', measured, look);
    assert.equal(svg.match(/<polyline /g)?.length, 8);
    // A point a model and bin: three of length, and those of distance.
    assert.equal(svg.match(/<circle /g)?.length, 4 * (3 + accuracyBins(measured, 'distance').length));
    for (const color of ['#010000', '#020000', '#040000', '#050000']) assert.ok(svg.includes(`stroke="${color}"`));
    assert.match(
      exportMeasured('html', measured, look),
      /<caption>Right over distance: years, months, days that are right/,
    );
  });
});
