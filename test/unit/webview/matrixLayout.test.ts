import assert from 'node:assert/strict';
import { matrixKey } from '../../../webview/matrix/matrixKeys';
import {
  matrixCellAt,
  columnPitch,
  labelPitch,
  layOutMatrix,
  nearestCell,
  zoomLayout,
} from '../../../webview/matrix/matrixLayout';

const input = {
  width: 720,
  height: 640,
  rows: 31,
  columns: 31,
  rowLabel: 90,
  columnLabels: new Array<number>(31).fill(40),
  pixelRatio: 1,
};

describe('layOutMatrix', () => {
  it('has room for a label with its number where labels are numbered, of a low matrix too', () => {
    // 22 rows: 14 pixels a row of the whole height, but not below the columns' labels.
    const low = { ...input, width: 480, height: 300, rows: 22, columns: 22, rowLabel: 50 };
    const layout = layOutMatrix({ ...low, columnLabels: new Array<number>(22).fill(40) });
    assert.ok(layout.rowStep > 1);
    assert.ok(layout.left >= 50 + 26, `${layout.left}`);
  });

  it('has room for “mean” below, however short the labels are', () => {
    const short = { ...input, rows: 4, columns: 4, rowLabel: 8, columnLabels: [8, 8, 8, 8] };
    assert.ok(layOutMatrix(short).left >= 32);
  });

  it('fits into the room with its labels, from 1 to 4096 tokens, in any shape', () => {
    for (const rows of [1, 4, 31, 130, 512, 4096]) {
      for (const columns of [1, 24, 512]) {
        for (const width of [320, 560, 1240]) {
          for (const pixelRatio of [1, 1.5, 2]) {
            const columnLabels = Array.from({ length: columns }, (_, i) => (i % 7) * 20);
            const layout = layOutMatrix({ ...input, width, rows, columns, columnLabels, pixelRatio });
            assert.ok(layout.width <= width + 0.001, `${rows} × ${columns} in ${width}: ${layout.width}`);
            assert.ok(layout.height <= input.height + 0.001);
            // Labels never overlap, at any zoom: those of columns lean by 60°.
            for (const zoom of [1, 3, 20]) {
              const zoomed = zoomLayout(layout, { zoom, row: 0, column: 0 });
              assert.ok(
                zoomed.rowStep * zoomed.cellHeight >= labelPitch - 0.1 || zoomed.rowStep >= rows,
                `${zoomed.rowStep} × ${zoomed.cellHeight}`,
              );
              assert.ok(
                zoomed.columnStep * zoomed.cellWidth >= columnPitch - 0.1 || zoomed.columnStep >= columns,
                `${zoomed.columnStep} × ${zoomed.cellWidth}`,
              );
            }
          }
        }
      }
    }
  });

  it('draws cells of whole device pixels and names every token where there is room', () => {
    const layout = layOutMatrix({ ...input, pixelRatio: 2 });
    assert.equal(layout.cellWidth, layout.cellHeight);
    assert.equal((layout.cellWidth * 2) % 1, 0);
    assert.equal(layout.rowStep, 1);
    assert.equal(layout.columnStep, 1);
  });

  it('cuts no label at the right', () => {
    for (const columns of [1, 8, 31, 53, 300]) {
      for (const width of [320, 560, 1240]) {
        const layout = layOutMatrix({
          ...input,
          width,
          rows: columns,
          columns,
          columnLabels: new Array<number>(columns).fill(44),
        });
        const last = layout.left + (columns - 0.5) * layout.cellWidth;
        assert.ok(
          last + 44 * Math.cos(Math.PI / 3) <= layout.width,
          `${columns} in ${width}: ${last} of ${layout.width}`,
        );
      }
    }
  });

  it('leaves room for the labels that lean out at the right, not for those before', () => {
    const width = (long: number) =>
      layOutMatrix({ ...input, height: 2000, columnLabels: input.columnLabels.map((_, i) => (i === long ? 90 : 5)) })
        .matrixWidth;
    assert.ok(width(0) > width(30));
  });

  it('keeps the cells of a large square matrix about square', () => {
    const { cellWidth, cellHeight } = layOutMatrix({ ...input, width: 500, height: 900, rows: 512, columns: 512 });
    assert.ok(cellHeight / cellWidth < 1.4);
  });

  it('lets the few rows of a wide matrix be read', () => {
    assert.ok(layOutMatrix({ ...input, rows: 11, columns: 512 }).cellHeight >= 14);
  });
});

describe('matrixCellAt', () => {
  const layout = layOutMatrix(input);
  const at = (x: number, y: number) => matrixCellAt(layout, 31, 31, x, y);

  it('finds the cell under a point', () => {
    assert.deepEqual(at(layout.left + 1, layout.top + 1), { query: 0, key: 0 });
    assert.deepEqual(at(layout.left + 30.5 * layout.cellWidth, layout.top + 2.5 * layout.cellHeight), {
      query: 2,
      key: 30,
    });
  });

  it('finds rows and columns by their labels', () => {
    assert.deepEqual(at(10, layout.top + 2.5 * layout.cellHeight), { query: 2 });
    assert.deepEqual(at(layout.left + 5.5 * layout.cellWidth + 5, layout.top - 6), { key: 5 });
  });

  it('finds nothing beside the matrix', () => {
    assert.equal(at(layout.left + layout.matrixWidth + 40, layout.top + 20), undefined);
    assert.equal(at(layout.left + 20, layout.top + layout.matrixHeight + 40), undefined);
    assert.equal(at(2, 2), undefined);
  });

  it('finds rows and columns by their bars', () => {
    assert.deepEqual(at(layout.left + layout.matrixWidth + 10, layout.top + 2.5 * layout.cellHeight), { query: 2 });
    assert.deepEqual(at(layout.left + 5.5 * layout.cellWidth, layout.top + layout.matrixHeight + 10), { key: 5 });
  });

  it('finds the nearest cell, wherever the pointer is dragged to', () => {
    assert.deepEqual(nearestCell(layout, 31, 31, -50, 5000), { query: 30, key: 0 });
    assert.deepEqual(
      nearestCell(layout, 31, 31, layout.left + 5.5 * layout.cellWidth, layout.top + 2.5 * layout.cellHeight),
      { query: 2, key: 5 },
    );
  });
});

describe('matrixKey', () => {
  const size = { queries: 20, keys: 10 };

  it('moves and stops at the edges', () => {
    assert.deepEqual(matrixKey('ArrowUp', false, { query: 0, key: 3 }, size), { query: 0, key: 3 });
    assert.deepEqual(matrixKey('ArrowRight', false, { query: 5, key: 9 }, size), { query: 5, key: 9 });
    assert.deepEqual(matrixKey('PageDown', false, { query: 5, key: 3 }, size), { query: 15, key: 3 });
    assert.deepEqual(matrixKey('End', false, { query: 5, key: 3 }, size), { query: 5, key: 9 });
    assert.deepEqual(matrixKey('Home', true, { query: 5, key: 3 }, size), { query: 0, key: 0 });
  });

  it('leaves other keys alone', () => assert.equal(matrixKey('a', false, { query: 0, key: 0 }, size), undefined));
});
