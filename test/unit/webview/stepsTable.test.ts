import assert from 'node:assert/strict';
import type { AttentionSteps, HeadAddress } from '../../../core/run/explanation';
import { rowWindow, scrollFor } from '../../../webview/steps/rowWindow';
import { markAfter, rowAfter } from '../../../webview/steps/stepsKeys';
import { StepsCache } from '../../../webview/steps/stepsCache';
import { stripWidth } from '../../../webview/steps/stripWidth';

describe('steps: loading', () => {
  const head: HeadAddress = { kind: 'self', layer: 2, head: 1 };
  const answer = (query: number) => ({ headSize: query }) as AttentionSteps;

  it('holds the last few, and asks again for those it let go', async () => {
    const asked: number[] = [];
    const cache = new StepsCache(({ query }) => {
      asked.push(query);
      return Promise.resolve(answer(query));
    }, 2);
    for (const query of [1, 2, 1, 3, 2, 3]) {
      assert.equal((await cache.load({ address: head, query: query })).headSize, query);
    }
    assert.deepEqual(asked, [1, 2, 3, 2]);
    assert.equal(cache.get({ address: head, query: 1 }), undefined);
    assert.equal(cache.get({ address: { ...head }, query: 3 })?.headSize, 3);
  });

  it('cancels what is no longer wanted, asks once for what is wanted twice, and forgets failures', async () => {
    const signals: AbortSignal[] = [];
    let settle: (() => void)[] = [];
    const cache = new StepsCache(({ query }, signal) => {
      signals.push(signal);
      return new Promise((resolve, reject) =>
        settle.push(() => (query === 9 ? reject(new Error('no')) : resolve(answer(query)))),
      );
    });
    const first = cache.load({ address: head, query: 1 });
    const second = cache.load({ address: head, query: 2 });
    const again = cache.load({ address: head, query: 2 });
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
    settle.forEach(done => done());
    await assert.rejects(first);
    assert.equal(await second, await again);
    settle = [];
    const failed = cache.load({ address: head, query: 9 });
    settle[0]();
    await assert.rejects(failed, /no/);
    void cache.load({ address: head, query: 9 }).catch(() => undefined);
    assert.equal(signals.length, 4);
    cache.cancel();
    assert.equal(signals[3].aborted, true);
  });
});

describe('steps: moving about', () => {
  it('rows, and the headers above them', () => {
    assert.deepEqual(
      ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'a'].map(key => rowAfter(key, 5, 12)),
      [6, 4, 11, 0, 0, 11, undefined],
    );
    assert.equal(rowAfter('ArrowUp', 0, 12), -1);
    assert.equal(rowAfter('ArrowUp', -1, 12), -1);
  });

  it('numbers: along the key and on along the value', () => {
    const size = { headSize: 2, valueSize: 3 };
    const walk = (steps: number[]) =>
      steps.reduce<Parameters<typeof markAfter>[0]>((mark, step) => markAfter(mark, 4, step, false, size), undefined);
    assert.deepEqual(walk([1]), { row: 4, strip: 'key', dimension: 0 });
    assert.deepEqual(walk([1, 1, 1]), { row: 4, strip: 'value', dimension: 0 });
    assert.deepEqual(walk([1, 1, 1, 1, 1, 1, 1]), { row: 4, strip: 'value', dimension: 2 });
    assert.deepEqual(walk([1, 1, 1, -1]), { row: 4, strip: 'key', dimension: 1 });
    assert.deepEqual(markAfter(walk([1]), 4, 1, true, size), { row: 4, strip: 'value', dimension: 0 });
    assert.deepEqual(markAfter(walk([1, 1, 1]), 4, -1, true, size), { row: 4, strip: 'key', dimension: 0 });
  });

  it('of many rows those in view are drawn', () => {
    const { first, last, before, after } = rowWindow(512, 25, 5000, 500);
    assert.ok(first <= 200 && last >= 220 && last - first < 60);
    assert.equal(before + (last - first) * 25 + after, 512 * 25);
    assert.deepEqual(rowWindow(3, 25, 0, 500), { first: 0, last: 3, before: 0, after: 0 });
    assert.deepEqual(
      [scrollFor(0, 25, 100, 200), scrollFor(5, 25, 100, 200), scrollFor(20, 25, 100, 200)],
      [0, 100, 325],
    );
  });

  it('vectors have whole pixels for each number, where there is room', () => {
    for (const width of [400, 560, 760, 1240, 1900]) {
      for (const d of [24, 32, 64]) assert.equal(stripWidth(width, d) % d, 0);
      assert.ok(stripWidth(width, 256) <= 192);
    }
    // One line a key from a panel of 600 pixels on: two vectors, with a bias too, beside 344 and 420 pixels of numbers.
    assert.ok(2 * stripWidth(576, 32) + 388 <= 552 && 2 * stripWidth(576, 32, true) + 450 <= 552);
  });
});
