import assert from 'node:assert/strict';
import { LineRaster, type LineStyle } from '../../../webview/lines/lineRaster';

const white: LineStyle = { color: [255, 255, 255], alpha: 1, width: 1, dash: [] };

function draw(
  width: number,
  height: number,
  lines: readonly (readonly [number, number])[],
  style: Partial<LineStyle> = {},
): number[][] {
  const pixels = new Int32Array(width * height);
  const raster = new LineRaster(pixels, width, height);
  raster.fill([0, 0, 0]);
  for (const [from, to] of lines) raster.line(from, to, { ...white, ...style });
  assert.ok(
    pixels.every(pixel => pixel >>> 24 === 0xff),
    'opaque',
  );
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixels[y * width + x] & 0xff),
  );
}

const ink = (rows: number[][]) => rows.flat().reduce((sum, value) => sum + value, 0) / 255;

describe('LineRaster', () => {
  it('draws a level line as wide as it is', () => {
    assert.deepEqual(draw(3, 3, [[1.5, 1.5]]), [
      [0, 0, 0],
      [255, 255, 255],
      [0, 0, 0],
    ]);
    assert.deepEqual(
      draw(2, 4, [[2, 2]], { width: 2 }).map(([x]) => x),
      [0, 255, 255, 0],
    );
  });

  it('covers the area of the line, at any slope', () => {
    for (const to of [60, 100, 150, 190]) {
      const area = Math.hypot(100, to - 50) * 2;
      assert.ok(Math.abs(ink(draw(100, 260, [[50, to]], { width: 2 })) - area) < area * 0.03, `to ${to}`);
    }
  });

  it('cuts off what is outside, above and below', () => {
    assert.equal(
      ink(
        draw(10, 10, [
          [-50, -20],
          [30, 400],
        ]),
      ),
      0,
    );
    assert.ok(ink(draw(10, 10, [[-500, 500]])) > 0);
    assert.ok(ink(draw(10, 10, [[-1e6, 1e6]])) < 15);
  });

  it('leaves alone what a line only nearly touches', () => {
    for (let from = -3; from < 3; from += 0.1) {
      for (const to of [-400, -3, 5, 400]) {
        const pixels = new Int32Array(400);
        const raster = new LineRaster(pixels, 20, 20);
        raster.fill([100, 100, 100]);
        raster.line(from, to, white);
        assert.ok(
          pixels.every(pixel => (pixel & 0xff) >= 99),
          `from ${from} to ${to}`,
        );
      }
    }
  });

  it('draws what is thinner than a pixel fainter', () => {
    const [, middle] = draw(3, 3, [[1.5, 1.5]], { width: 0.5 });
    assert.ok(middle.every(value => value >= 126 && value <= 128));
  });

  it('blends with what is there, in each colour', () => {
    const pixels = new Int32Array(1);
    const raster = new LineRaster(pixels, 1, 1);
    raster.fill([200, 100, 0]);
    raster.line(0.5, 0.5, { color: [0, 200, 255], alpha: 0.5, width: 1, dash: [] });
    assert.deepEqual(
      [0, 8, 16].map(shift => (pixels[0] >>> shift) & 0xff),
      [100, 150, 127],
    );
  });

  it('leaves gaps between dashes', () => {
    assert.deepEqual(draw(8, 1, [[0.5, 0.5]], { dash: [2, 1] })[0], [255, 255, 0, 255, 255, 0, 255, 255]);
  });
});
