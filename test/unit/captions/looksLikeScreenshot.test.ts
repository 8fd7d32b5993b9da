import assert from 'node:assert/strict';
import { looksLikeScreenshot } from '../../../core/captions/looksLikeScreenshot';
import { paddedRegion, wholeImage } from '../../../core/images/seenRegion';

const side = 96;
const square = wholeImage;
const png = { format: 'png', width: 800, height: 800 };

/** An image, pixel by pixel, in grey. */
function image(grey: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: side * side }, (_, i) => Array<number>(3).fill(grey(i % side, Math.floor(i / side)))).flat(),
  );
}

/** A light page with a dark bar above, a grey sidebar, and lines of text. */
const page = image((x, y) => {
  if (y < 8) return 40;
  if (x < 20) return 225;
  return y % 3 === 0 && x > 26 && x < 80 && (x + y) % 2 === 0 ? 190 : 255;
});

describe('whether an image looks like a screenshot', () => {
  it('a page with bar, sidebar and text does, as a bitmap of some size', () => {
    assert.equal(looksLikeScreenshot(page, side, square, png), true);
    assert.equal(looksLikeScreenshot(page, side, square, { ...png, format: 'svg' }), false);
    assert.equal(looksLikeScreenshot(page, side, square, { ...png, width: 390 }), false);
  });

  it('a form on a page below a bar does, though there is little text on it', () => {
    const form = image((x, y) => {
      if (y < 10) return 40;
      if (x < 30 || x >= 66 || y < 20 || y >= 80) return 235;
      return y % 12 === 0 && x > 34 && x < 62 && x % 2 === 0 ? 120 : 255;
    });
    assert.equal(looksLikeScreenshot(form, side, square, png), true);
  });

  it('a page with little on it does, by the bar above; stripes do not, though a drawing lies on them', () => {
    const above = (bar: number) =>
      image((x, y) => (y < bar ? 40 : y > 40 && y < 50 && x > 30 && x < 66 && (x + y) % 2 === 0 ? 120 : 240));
    assert.equal(looksLikeScreenshot(above(10), side, square, png), true);
    assert.equal(looksLikeScreenshot(above(32), side, square, png), false);
  });

  it('what has one area around it, no text, or no even areas does not', () => {
    const chart = image((x, y) => (x === 12 || y === 84 || (y < 84 && x > 12 && x % 9 < 4 && x < 80) ? 120 : 255));
    const stripes = image((_, y) => (y < 32 ? 30 : y < 64 ? 130 : 230));
    const noise = image((x, y) => (x * 7919 + y * 104729) % 251);
    for (const each of [chart, stripes, noise]) assert.equal(looksLikeScreenshot(each, side, square, png), false);
  });

  it('the padding around a wide one is no panel of it', () => {
    const wide = paddedRegion({ width: 960, height: 480 }, { width: side, height: side });
    // One grey with text, between white bars above and below.
    const text = image((x, y) => (y < 24 || y >= 72 ? 255 : y % 4 === 0 && x > 8 && x < 88 && x % 3 > 0 ? 150 : 200));
    assert.equal(looksLikeScreenshot(text, side, wide, png), false);
  });
});
