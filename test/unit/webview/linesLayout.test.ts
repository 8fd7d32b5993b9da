import assert from 'node:assert/strict';
import { columnKey } from '../../../webview/lines/columnKey';
import { laneOffset, layOutLines, rowMiddle, rowsBetween } from '../../../webview/lines/linesLayout';

const lay = (change: Partial<Parameters<typeof layOutLines>[0]> = {}) =>
  layOutLines({ width: 740, height: 560, queries: 31, keys: 31, heads: 1, labels: { query: 90, key: 90 }, ...change });

describe('layOutLines', () => {
  it('shrinks rows to the height, down to what can be read, and scrolls from there', () => {
    assert.ok(lay().height <= 560);
    assert.equal(lay({ queries: 4, keys: 4 }).query.pitch, 22);
    assert.equal(lay({ queries: 512, keys: 512 }).height, 512 * 15);
  });

  it('keeps everything within the width, lines included, from 480 pixels on', () => {
    const widths = [456, 536, 740, 1216];
    const cases = widths.flatMap(width =>
      [1, 2, 3, 6].flatMap(heads => [10, 90, 400].map(label => ({ width, heads, label }))),
    );
    for (const { width, heads, label } of cases) {
      const layout = lay({ width, heads, labels: { query: label, key: label } });
      const right = layout.left + layout.width + layout.key.labelWidth + layout.numbersWidth;
      assert.ok(
        right <= width && layout.left - layout.query.labelWidth - layout.numbersWidth >= 0,
        `${width} ${heads} ${label}: ${right}`,
      );
      assert.ok(layout.width >= 100);
    }
  });

  it('gives each head its numbers where there is room, else all of them their mean', () => {
    assert.equal(lay({ width: 1216, heads: 3 }).numbers, 3);
    assert.equal(lay({ width: 456, heads: 3 }).numbers, 1);
  });

  it('spreads out the shorter column beside the longer one', () => {
    const { query, key, height } = lay({ queries: 11, keys: 22 });
    assert.equal(query.pitch, key.pitch * 2);
    assert.ok(rowMiddle(query, 10) < height);
  });
});

describe('rowsBetween', () => {
  const column = { count: 10, pitch: 20, top: 5, labelWidth: 0 };
  it('finds the rows in sight', () => {
    assert.deepEqual(rowsBetween(column, 0, 1000), [0, 10]);
    assert.deepEqual(rowsBetween(column, 30, 50), [1, 3]);
    assert.deepEqual(rowsBetween(column, 900, 1000), [10, 10]);
    assert.deepEqual(rowsBetween(column, -100, -50), [0, 0]);
  });
});

describe('laneOffset', () => {
  it('fans heads out around the middle, within the row', () => {
    assert.equal(laneOffset(0, 1, 16), 0);
    assert.deepEqual(
      [0, 1, 2].map(head => laneOffset(head, 3, 16)),
      [-3, 0, 3],
    );
    assert.ok(Math.abs(laneOffset(0, 40, 16)) <= 16 * 0.3 + 1e-9);
  });
});

describe('columnKey', () => {
  const counts = { query: 3, key: 5 };
  it('stays within the column', () => {
    assert.deepEqual(columnKey('ArrowUp', { side: 'query', index: 0 }, counts, 0), { side: 'query', index: 0 });
    assert.deepEqual(columnKey('PageDown', { side: 'key', index: 1 }, counts, 0), { side: 'key', index: 4 });
    assert.deepEqual(columnKey('End', { side: 'query', index: 0 }, counts, 0), { side: 'query', index: 2 });
  });

  it('crosses to the strongest of the other column', () => {
    assert.deepEqual(columnKey('ArrowRight', { side: 'query', index: 1 }, counts, 4), { side: 'key', index: 4 });
    assert.deepEqual(columnKey('ArrowRight', { side: 'key', index: 1 }, counts, 2), { side: 'key', index: 1 });
    assert.deepEqual(columnKey('ArrowLeft', { side: 'key', index: 1 }, counts, 2), { side: 'query', index: 2 });
  });

  it('leaves other keys alone', () => assert.equal(columnKey('t', { side: 'key', index: 0 }, counts, 0), undefined));
});
