import assert from 'node:assert/strict';
import { keyValueCache, type CacheInput } from '../../../core/cost/keyValueCache';
import { cacheBytes } from '../../../core/cost/lengthCost';

function inputs(layers: number, heads: number | string, size: number, type: string, of = ''): CacheInput[] {
  return Array.from({ length: layers }, (_, layer) =>
    ['key', 'value'].map(what => ({
      name: `past_key_values.${layer}.${of}${what}`,
      type,
      shape: ['batch_size', heads, 'past_sequence_length', size],
    })),
  ).flat();
}

describe('keyValueCache', () => {
  it('GPT-2: 12 layers × 12 heads × 64, keys and values, float32: 72 KiB a token, 72 MiB at its 1,024', () => {
    const cache = keyValueCache([
      { name: 'input_ids', type: 'int64', shape: ['b', 'n'] },
      ...inputs(12, 12, 64, 'float32'),
    ])!;
    assert.equal(cache.tokenBytes, 72 * 1024);
    assert.equal(cacheBytes(cache, 1024), 72 * 2 ** 20);
    assert.deepEqual([cache.layers, cache.heads, cache.headSize, cache.numberBytes], [12, 12, 64, 4]);
    assert.equal(cache.sourceTokenBytes, undefined);
  });

  it('Llama 3 8B: 32 query heads share 8 of keys, in half precision: 128 KiB a token, 1 GiB at 8,192', () => {
    const cache = keyValueCache(inputs(32, 8, 128, 'float16'))!;
    assert.equal(cache.tokenBytes, 128 * 1024);
    assert.equal(cacheBytes(cache, 8192), 2 ** 30);
    assert.equal(cache.heads, 8);
  });

  it('T5 small: 6 layers × 8 heads × 64, for tokens written and, of cross-attention, for those of the source', () => {
    const cache = keyValueCache([
      ...inputs(6, 8, 64, 'float32', 'decoder.'),
      ...inputs(6, 8, 64, 'float32', 'encoder.'),
    ])!;
    assert.equal(cache.tokenBytes, 2 * 6 * 8 * 64 * 4);
    assert.equal(cache.sourceTokenBytes, cache.tokenBytes);
    assert.equal(cache.layers, 6);
  });

  it('adds up layers that differ', () => {
    const cache = keyValueCache([...inputs(2, 4, 256, 'float16'), ...inputs(1, 1, 512, 'float16')])!;
    assert.equal(cache.tokenBytes, 2 * 2 * (2 * 4 * 256 + 512));
  });

  it('is none without inputs for it, with a size that nobody knows, or of an unknown type', () => {
    assert.equal(keyValueCache([{ name: 'input_ids', type: 'int64', shape: ['b', 'n'] }]), undefined);
    assert.equal(keyValueCache(inputs(2, 'heads', 64, 'float32')), undefined);
    assert.equal(keyValueCache(inputs(2, 4, 64, 'string')), undefined);
  });
});
