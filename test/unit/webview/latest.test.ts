import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import { Latest } from '../../../webview/attention/latest';

describe('Latest', () => {
  it('passes on the last of quick values, and none twice', async () => {
    const sent: unknown[] = [];
    const latest = new Latest<unknown>(5, value => sent.push(value));
    latest.set(1);
    latest.set({ a: 2 });
    await after(20);
    latest.set({ a: 2 });
    await after(20);
    latest.set(undefined);
    await after(20);
    assert.deepEqual(sent, [{ a: 2 }, undefined]);
  });

  it('starts anew after a reset', async () => {
    const sent: unknown[] = [];
    const latest = new Latest<unknown>(5, value => sent.push(value));
    latest.set(1);
    await after(20);
    latest.set(2);
    latest.reset();
    latest.set(1);
    await after(20);
    assert.deepEqual(sent, [1, 1]);
  });
});
