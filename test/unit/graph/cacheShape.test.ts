import assert from 'node:assert';
import { cacheShape } from '../../../core/graph/cacheShape';

const sizes = { headSize: 64, keyValueHeads: 3 };

describe('cacheShape', () => {
  it('takes sizes of the model for their names, not lengths', () => {
    assert.deepStrictEqual(
      cacheShape(
        'past_key_values.0.key',
        ['batch_size', 3, 'past_sequence_length', 'kv_cache_dim'],
        ['batch_size', 3, 'total_sequence_length', 'kv_cache_dim'],
        sizes,
      ),
      ['batch_size', 3, 'past_sequence_length', 64],
    );
    assert.deepStrictEqual(
      cacheShape('past_key_values.0.value', ['batch', 'kv_heads', 'past_len', 'head_dim'], undefined, sizes),
      ['batch', 3, 'past_len', 64],
    );
    assert.deepStrictEqual(cacheShape('past.0.key', ['b', 'a', 'past', 'd'], ['b', 'a', 'all', 'd'], sizes), [
      'b',
      3,
      'past',
      64,
    ]);
  });

  it('leaves alone what is known, what is no cache, and what nothing tells', () => {
    const whole = ['batch_size', 3, 'past_sequence_length', 32];
    assert.deepStrictEqual(cacheShape('past_key_values.0.key', whole, undefined, sizes), whole);
    const ids = ['batch', 'heads', 'tokens', 'dim'];
    assert.deepStrictEqual(cacheShape('input_ids', ids, undefined, sizes), ids);
    const named = ['batch', 3, 'past', 'kv_cache_dim'];
    assert.deepStrictEqual(cacheShape('past_key_values.0.key', named, undefined, {}), named);
  });
});
