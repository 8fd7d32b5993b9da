import assert from 'node:assert/strict';
import {
  cellsInSight,
  clampViewport,
  mostZoom,
  panBy,
  revealCell,
  viewportOf,
  wholeMatrix,
  zoomAt,
} from '../../../webview/matrix/matrixViewport';

const fitted = { columns: 1000, rows: 500, cellWidth: 0.5, cellHeight: 0.8 };

describe('the matrix’s viewport', () => {
  it('keeps what is under the pointer there when zooming', () => {
    const before = { zoom: 2, column: 100, row: 50 };
    const under = (viewport: typeof before) => [
      viewport.column + 120 / (0.5 * viewport.zoom),
      viewport.row + 90 / (0.8 * viewport.zoom),
    ];
    const after = zoomAt(before, 3, 120, 90, fitted);
    assert.equal(after.zoom, 6);
    under(after).forEach((cell, axis) => assert.ok(Math.abs(cell - under(before)[axis]) < 1e-9));
  });

  it('goes from the whole to cells of 48 pixels, and not beyond the edges', () => {
    assert.deepEqual(zoomAt(wholeMatrix, 0.5, 10, 10, fitted), wholeMatrix);
    assert.equal(zoomAt(wholeMatrix, 1e6, 0, 0, fitted).zoom, 60);
    assert.equal(mostZoom({ ...fitted, cellWidth: 60 }), 1);
    assert.deepEqual(clampViewport({ zoom: 4, column: 900, row: -3 }, fitted), { zoom: 4, column: 750, row: 0 });
    assert.deepEqual(zoomAt({ zoom: 4, column: 750, row: 375 }, 0.25, 400, 300, fitted), wholeMatrix);
  });

  it('moves by pixels, and only as far as a cell needs to be seen', () => {
    assert.deepEqual(panBy({ zoom: 4, column: 100, row: 100 }, 20, -32, fitted), { zoom: 4, column: 110, row: 90 });
    assert.deepEqual(revealCell({ zoom: 4, column: 100, row: 100 }, 110, 120, fitted), {
      zoom: 4,
      column: 100,
      row: 100,
    });
    assert.deepEqual(revealCell({ zoom: 4, column: 100, row: 100 }, 20, 400, fitted), {
      zoom: 4,
      column: 151,
      row: 20,
    });
  });

  it('shows a range whole and in the middle, and knows which cells are in sight', () => {
    const viewport = viewportOf({ firstQuery: 100, lastQuery: 149, firstKey: 200, lastKey: 299 }, fitted);
    assert.deepEqual(viewport, { zoom: 10, column: 200, row: 100 });
    assert.deepEqual(cellsInSight(viewport, fitted), { firstQuery: 100, lastQuery: 149, firstKey: 200, lastKey: 299 });
    const wide = viewportOf({ firstQuery: 100, lastQuery: 100, firstKey: 200, lastKey: 299 }, fitted);
    assert.deepEqual(wide, { zoom: 10, column: 200, row: 75.5 });
    assert.deepEqual(cellsInSight(wholeMatrix, fitted), { firstQuery: 0, lastQuery: 499, firstKey: 0, lastKey: 999 });
  });
});
