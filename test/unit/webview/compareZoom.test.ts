import assert from 'node:assert/strict';
import { movedView, shownPlace, viewWith, wholeView, zoomedView } from '../../../webview/compare/mapView';
import { orderWith, within, zoomedOrder } from '../../../webview/compare/orderWindow';

describe('the part of the map that is seen', () => {
  const size = { width: 300, height: 200 };

  it('stays within the map, and what was zoomed at stays where it was', () => {
    const place = { x: 100, y: 50 };
    const view = zoomedView(wholeView, 2, place, size);
    assert.deepEqual(shownPlace(place, view), place);
    assert.deepEqual(zoomedView(view, 0.1, place, size), wholeView);
    assert.deepEqual(movedView(view, 5000, -5000, size), { zoom: 2, x: 150, y: 0 });
    assert.equal(zoomedView(view, 1000, place, size).zoom, 16);
  });

  it('moves to what is to be seen, and no farther', () => {
    const view = { zoom: 2, x: 0, y: 0 };
    assert.deepEqual(viewWith(view, { x: 100, y: 100 }, size), view);
    const moved = viewWith(view, { x: 400, y: 100 }, size);
    assert.equal(shownPlace({ x: 200, y: 50 }, moved).x, 280);
  });
});

describe('the part of the order that is seen', () => {
  const all = { first: 0, count: 270 };

  it('is larger or smaller round a place, within the ends', () => {
    assert.deepEqual(zoomedOrder(all, 10, 270, 100), { first: 87, count: 27 });
    assert.deepEqual(zoomedOrder(all, 10, 270, 2), { first: 0, count: 27 });
    assert.deepEqual(zoomedOrder({ first: 87, count: 27 }, 0.01, 270), all);
    assert.equal(zoomedOrder(all, 1000, 270).count, 6);
    assert.equal(zoomedOrder({ first: 0, count: 4 }, 1000, 4).count, 4);
  });

  it('follows what is pointed at', () => {
    const part = { first: 50, count: 20 };
    assert.deepEqual(orderWith(part, 60, 270), part);
    assert.deepEqual(orderWith(part, 40, 270), { first: 40, count: 20 });
    assert.deepEqual(orderWith(part, 80, 270), { first: 61, count: 20 });
    assert.deepEqual(within({ first: 260, count: 20 }, 270), { first: 250, count: 20 });
  });
});
