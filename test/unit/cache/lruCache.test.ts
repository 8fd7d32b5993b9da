import assert from 'node:assert/strict';
import { LruCache } from '../../../core/cache/lruCache';

describe('LruCache', () => {
  it('lets go of what was used longest ago, a look counting as use', () => {
    const cache = new LruCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    assert.equal(cache.get('a'), 1);
    cache.set('c', 3);
    assert.deepEqual(
      ['a', 'b', 'c'].map(key => cache.get(key)),
      [1, undefined, 3],
    );
  });

  it('counts what it is told to, and keeps the last one though it alone is too large', () => {
    const cache = new LruCache<string, { size: number }>(10, ({ size }) => size);
    cache.set('a', { size: 6 });
    cache.set('b', { size: 4 });
    assert.equal(cache.total, 10);
    cache.set('c', { size: 1 });
    assert.equal(cache.get('a'), undefined);
    cache.set('d', { size: 11 });
    assert.equal(cache.total, 11);
    assert.deepEqual(cache.get('d'), { size: 11 });
  });

  it('looks again at sizes that grow', () => {
    const cache = new LruCache<string, { size: number }>(10, ({ size }) => size);
    const growing = { size: 1 };
    cache.set('a', growing);
    cache.set('b', { size: 4 });
    growing.size = 9;
    assert.deepEqual(cache.get('b'), { size: 4 });
    assert.equal(cache.get('a'), undefined);
  });

  it('replaces and deletes', () => {
    const cache = new LruCache<string, number>(2);
    cache.set('a', 1);
    cache.set('a', 2);
    assert.equal(cache.total, 1);
    cache.delete('a');
    assert.equal(cache.get('a'), undefined);
  });
});
