import assert from 'node:assert/strict';
import type { HeadSummary } from '../../../core/attention/measures/summarizeHeads';
import { headColumn, shownColumns } from '../../../core/attention/measures/headColumns';
import { headsCsv, headsJson } from '../../../core/export/headNumbers';
import { headRows } from '../../../webview/compare/headRows';
import { moved, wholeWindow, zoomAt } from '../../../webview/compare/zoomWindow';

const mass = (value: number) => ({ mass: value, chance: 0.1, rows: 5, spread: 3 });
const summaries: HeadSummary[] = [
  {
    layer: 0,
    head: 0,
    entropy: 0.2,
    distance: 1,
    masses: { previous: mass(0.9) },
    label: { id: 'previous', name: 'previous token', evidence: 'e' },
    effect: 0.25,
  },
  { layer: 0, head: 1, entropy: 0.8, distance: undefined, masses: {}, label: undefined },
  {
    layer: 1,
    head: 0,
    entropy: 0.5,
    distance: 4,
    masses: { previous: mass(0.1), induction: mass(0.6) },
    label: { id: 'induction', name: 'induction', evidence: 'e' },
  },
];
const names = (rows: readonly HeadSummary[]) => rows.map(({ layer, head }) => `${layer}.${head}`);

describe('the table of heads', () => {
  it('sorts by any column, what cannot be measured last either way', () => {
    assert.deepEqual(names(headRows(summaries, '', { column: 'head', descending: true })), ['1.0', '0.1', '0.0']);
    assert.deepEqual(names(headRows(summaries, '', { column: 'entropy', descending: true })), ['0.1', '1.0', '0.0']);
    assert.deepEqual(names(headRows(summaries, '', { column: 'previous', descending: false })), ['1.0', '0.0', '0.1']);
    assert.deepEqual(names(headRows(summaries, '', { column: 'previous', descending: true })), ['0.0', '1.0', '0.1']);
    assert.deepEqual(names(headRows(summaries, '', { column: 'effect', descending: true })), ['0.0', '0.1', '1.0']);
    assert.deepEqual(names(headRows(summaries, 'effect>0.2', { column: 'head', descending: false })), ['0.0']);
    assert.deepEqual(names(headRows(summaries, '', { column: 'label', descending: false })), ['1.0', '0.0', '0.1']);
  });

  it('has the columns in one order, each with its way of writing numbers', () => {
    assert.equal(
      shownColumns.map(({ label }) => label).join(),
      'entropy,distance,effect,part of the logit,patching,previous,next,itself,first,separators,duplicate,induction,pair,lineStart,line,word',
    );
    const written = (id: string) => headColumn(id)?.format(2 / 3);
    assert.deepEqual(['entropy', 'distance', 'previous', 'effect'].map(written), ['0.67', '0.7', '0.67', '0.67']);
    assert.deepEqual(
      shownColumns.filter(({ leastFirst }) => leastFirst).map(({ id }) => id),
      ['entropy'],
    );
    assert.equal(headColumn('nothing'), undefined);
  });

  it('filters by number, label and measure, all words at once', () => {
    const filtered = (filter: string) => names(headRows(summaries, filter, { column: 'head', descending: false }));
    assert.deepEqual(filtered('0.'), ['0.0', '0.1']);
    assert.deepEqual(filtered('Induction'), ['1.0']);
    assert.deepEqual(filtered('entropy<0.6'), ['0.0', '1.0']);
    assert.deepEqual(filtered('previous>0.05 1.'), ['1.0']);
    assert.deepEqual(filtered('nothing'), []);
  });

  it('is written as CSV and JSON, with nothing where nothing was measured', () => {
    const lines = headsCsv(summaries).split('\r\n');
    assert.equal(
      lines[0],
      'layer,head,label,entropy,distance,previous,next,itself,first,separators,duplicate,induction,pair,lineStart,line,word,effect,attribution,patch',
    );
    assert.equal(lines[2], '0,1,,0.8,,,,,,,,,,,,,,,');
    assert.equal(lines[3], '1,0,induction,0.5,4,0.1,,,,,,0.6,,,,,,,');
    assert.deepEqual(
      (JSON.parse(headsJson('m', 't', summaries)) as { heads: { layer: number }[] }).heads.map(({ layer }) => layer),
      [0, 0, 1],
    );
  });
});

describe('the zoom that pictures share', () => {
  it('keeps what is under the pointer there, and stays within the whole', () => {
    const half = zoomAt(wholeWindow, 0.5, 0.25, 1, 0.1);
    assert.deepEqual(half, { left: 0.125, top: 0.5, side: 0.5 });
    assert.equal(half.left + 0.25 * half.side, 0.25);
    assert.deepEqual(zoomAt(half, 8, 0, 0, 0.1), wholeWindow);
    assert.equal(zoomAt(wholeWindow, 0.01, 0, 0, 0.1).side, 0.1);
    assert.deepEqual(moved(half, 9, -9), { left: 0.5, top: 0, side: 0.5 });
  });
});
