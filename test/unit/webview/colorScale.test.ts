import assert from 'node:assert/strict';
import {
  colorRamp,
  contrast,
  legendMarks,
  rampIndex,
  readableOn,
  type Rgb,
  scaleWeight,
} from '../../../webview/common/colorScale';

const dark: Rgb = [31, 31, 31];
const blue: Rgb = [89, 164, 249];
const white: Rgb = [255, 255, 255];

describe('colorScale', () => {
  it('places weights on each scale from 0 to 1', () => {
    for (const scale of ['linear', 'sqrt', 'log'] as const) {
      assert.equal(scaleWeight(0, scale), 0);
      assert.equal(scaleWeight(1, scale), 1);
      assert.equal(scaleWeight(2, scale), 1);
      assert.equal(scaleWeight(-1, scale), 0);
      assert.equal(rampIndex(1, scale), 255);
    }
    assert.equal(scaleWeight(0.25, 'linear'), 0.25);
    assert.equal(scaleWeight(0.25, 'sqrt'), 0.5);
    assert.ok(Math.abs(scaleWeight(0.01, 'log') - 0.5) < 1e-12);
    assert.equal(scaleWeight(0.00001, 'log'), 0);
  });

  it('marks the legend where the scale has room', () => {
    for (const scale of ['linear', 'sqrt', 'log'] as const) {
      const places = legendMarks(scale).map(mark => scaleWeight(mark, scale));
      assert.equal(places[0], 0);
      assert.equal(places.at(-1), 1);
      places.slice(1).forEach((place, i) => assert.ok(place - places[i] > 0.15, scale));
    }
  });

  it('lets the least weight stand apart where it must', () => {
    for (const [from, to] of [
      [[0, 0, 0], blue],
      [white, [0, 99, 211]],
    ] as const) {
      const { colors } = colorRamp(from, to, 1.35);
      assert.deepEqual([colors[0], colors[255]], [from, to]);
      for (const color of colors.slice(1)) assert.ok(contrast(color, from) >= 1.35);
      assert.equal(new Set(colors.map(String)).size > 150, true, 'few colours are left');
    }
  });

  it('goes from one colour to the other, ever lighter or ever darker', () => {
    for (const [from, to] of [
      [dark, blue],
      [white, [0, 99, 211]],
    ] as const) {
      const { colors, pixels } = colorRamp(from, to);
      assert.deepEqual(colors[0], from);
      assert.deepEqual(colors[255], to);
      const contrasts = colors.map(color => contrast(color, from));
      contrasts.slice(1).forEach((value, i) => assert.ok(value >= contrasts[i] - 0.02));
      assert.equal(pixels[255], (0xff000000 | (to[2] << 16) | (to[1] << 8) | to[0]) >>> 0);
    }
  });

  it('finds text that can be read on every colour of a ramp', () => {
    for (const [from, to, text] of [
      [dark, blue, [204, 204, 204]],
      [white, [0, 99, 211], [59, 59, 59]],
    ] as const) {
      for (const color of colorRamp(from, to).colors) assert.ok(contrast(color, readableOn(color, text)) >= 4.5);
    }
  });

  it('measures contrast as WCAG does', () => {
    assert.ok(Math.abs(contrast([0, 0, 0], white) - 21) < 1e-9);
    assert.equal(contrast(dark, dark), 1);
  });
});
