import assert from 'node:assert/strict';
import type { LayerHeads } from '../../../../core/attention/attentionMatrix';
import { attentionRollout } from '../../../../core/attention/measures/attentionRollout';
import { layerOf, looksAt, near, randomHead } from './support/heads';
import { gpt2Examples } from './support/recordings';

/** The weight of every path from the query down to the key, summed: rollout without a matrix product. */
function overPaths(layers: readonly LayerHeads[], query: number, key: number, depth = layers.length - 1): number {
  if (depth < 0) return query === key ? 1 : 0;
  const { heads, queries, keys, data } = layers[depth];
  let sum = 0;
  for (let via = 0; via < keys; via++) {
    let weight = query === via ? 0.5 : 0;
    for (let head = 0; head < heads; head++) weight += data[(head * queries + query) * keys + via] / heads / 2;
    if (weight > 0) sum += weight * overPaths(layers, via, key, depth - 1);
  }
  return sum;
}

/** Up to the last of the layers. */
function rollout(layers: readonly LayerHeads[]): Float64Array {
  return layers.reduce<Float64Array | undefined>((before, layer) => attentionRollout(before, layer), undefined)!;
}

describe('attentionRollout', () => {
  it('by hand: two layers of the previous token', () => {
    const layer = layerOf(0, looksAt([0, 0, 1]));
    const rolled = rollout([layer, { ...layer, layer: 1 }]);
    assert.deepEqual([...rolled], [1, 0, 0, 0.75, 0.25, 0, 0.25, 0.5, 0.25]);
  });

  for (const causal of [true, false]) {
    it(`is the sum over all paths, ${causal ? 'causal' : 'both ways'}`, () => {
      for (const n of [1, 3, 6]) {
        const layers = [0, 1, 2].map(layer =>
          layerOf(layer, randomHead(n, 3 * layer + 1, causal), randomHead(n, 3 * layer + 2, causal)),
        );
        const rolled = rollout(layers);
        for (let query = 0; query < n; query++) {
          for (let key = 0; key < n; key++) {
            assert.ok(near(rolled[query * n + key], overPaths(layers, query, key)), `${query}, ${key} of ${n}`);
          }
        }
      }
    });
  }

  it('keeps rows that sum to 1, on GPT-2', () => {
    const { layers } = gpt2Examples()[3];
    const rolled = rollout(layers);
    for (let query = 0; query < 7; query++) {
      assert.ok(
        near(
          rolled.subarray(query * 7, query * 7 + 7).reduce((a, b) => a + b, 0),
          1,
          1e-5,
        ),
      );
    }
  });

  it('refuses attention from one sequence to another', () =>
    assert.throws(() => attentionRollout(undefined, { ...layerOf(0, looksAt([0])), keys: 2 }), RangeError));
});
