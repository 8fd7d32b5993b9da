import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import { Throttle } from '../../../webview/attention/throttle';

describe('Throttle', () => {
  it('passes on the last of quick values, and none twice', async () => {
    const sent: unknown[] = [];
    const throttle = new Throttle<unknown>(5, value => sent.push(value));
    throttle.set(1);
    throttle.set({ a: 2 });
    await after(20);
    throttle.set({ a: 2 });
    await after(20);
    throttle.set(undefined);
    await after(20);
    assert.deepEqual(sent, [{ a: 2 }, undefined]);
  });

  it('starts anew after a reset', async () => {
    const sent: unknown[] = [];
    const throttle = new Throttle<unknown>(5, value => sent.push(value));
    throttle.set(1);
    await after(20);
    throttle.set(2);
    throttle.reset();
    throttle.set(1);
    await after(20);
    assert.deepEqual(sent, [1, 1]);
  });
});
