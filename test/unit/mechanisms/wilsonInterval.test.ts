import assert from 'node:assert/strict';
import { wilsonInterval } from '../../../core/mechanisms/wilsonInterval';

describe('wilsonInterval', () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  for (const [right, of, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ]) {
    it(`of ${right} in ${of} is Newcombe's`, () => {
      const [from, to] = wilsonInterval(right, of);
      assert.ok(Math.abs(from - low) < 5e-5, `${from}`);
      assert.ok(Math.abs(to - high) < 5e-5, `${to}`);
    });
  }

  it('is where a part that high or low would just be called unlikely', () => {
    const [low, high] = wilsonInterval(30, 100);
    for (const part of [low, high]) {
      assert.ok(Math.abs(Math.abs(0.3 - part) / Math.sqrt((part * (1 - part)) / 100) - 1.959964) < 1e-6);
    }
  });

  it('says nothing without a sample', () => assert.deepEqual(wilsonInterval(0, 0), [0, 1]));
});
