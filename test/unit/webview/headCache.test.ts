import assert from 'node:assert/strict';
import type { HeadAddress } from '../../../core/run/explanation';
import { HeadCache } from '../../../webview/run/headCache';
import { fromTensor, type HeadMatrix } from '../../../webview/run/headMatrix';

const matrix = (value: number): HeadMatrix => fromTensor({ shape: [1, 1, 1, 1], data: Float32Array.of(value) });
const head = (number: number): HeadAddress => ({ kind: 'self', layer: 0, head: number });

describe('HeadCache', () => {
  it('asks once for a head', async () => {
    let asked = 0;
    const cache = new HeadCache(address => {
      asked++;
      return Promise.resolve(matrix(address.head));
    });
    const [first, second] = await Promise.all([cache.load(head(3)), cache.load(head(3))]);
    assert.equal(first, second);
    assert.equal(await cache.load(head(3)), first);
    assert.equal(cache.get(head(3)), first);
    assert.equal(asked, 1);
  });

  it('cancels what is under way when another head is asked for', async () => {
    const signals: AbortSignal[] = [];
    const answers: (() => void)[] = [];
    const cache = new HeadCache(
      (address, signal) =>
        new Promise(resolve => {
          signals.push(signal);
          answers.push(() => resolve(matrix(address.head)));
        }),
    );
    const stale = cache.load(head(0));
    const wanted = cache.load(head(1));
    assert.deepEqual(
      signals.map(signal => signal.aborted),
      [true, false],
    );
    answers.forEach(answer => answer());
    await assert.rejects(stale, { name: 'AbortError' });
    assert.equal((await wanted).data[0], 1);
    assert.equal(cache.get(head(0)), undefined);
  });

  it('lets go of the head looked at longest ago', async () => {
    const cache = new HeadCache(address => Promise.resolve(matrix(address.head)), 2);
    await cache.load(head(0));
    await cache.load(head(1));
    cache.get(head(0));
    await cache.load(head(2));
    assert.ok(cache.get(head(0)));
    assert.equal(cache.get(head(1)), undefined);
  });

  it('tries again after a failure', async () => {
    let fail = true;
    const cache = new HeadCache(address =>
      fail ? Promise.reject(new Error('gone')) : Promise.resolve(matrix(address.head)),
    );
    await assert.rejects(cache.load(head(0)), /gone/);
    fail = false;
    assert.equal((await cache.load(head(0))).data[0], 0);
  });
});
