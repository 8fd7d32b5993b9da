import assert from 'node:assert/strict';
import { headOf } from '../../../../core/attention/attentionMatrix';
import { compareHeads } from '../../../../core/attention/compare/compareHeads';
import { pairwiseDistances } from '../../../../core/attention/measures/pairwiseDistances';
import { layerOf, looksAt, near, randomHead } from './support/heads';
import { gpt2Examples } from './support/recordings';

describe('pairwiseDistances', () => {
  it('agrees with the exact distance on all pairs of GPT-2', () => {
    const { layers } = gpt2Examples()[3];
    const places = Array.from({ length: layers[0].queries }, (_, i) => ({ one: i, other: i }));
    const { heads, data, queries } = pairwiseDistances(layers);
    assert.equal(heads.length, 144);
    assert.equal(queries, 6);
    for (let a = 0; a < 144; a += 5) {
      for (let b = 0; b < 144; b += 3) {
        const { jensenShannon: exact } = compareHeads(
          headOf(layers[heads[a].layer], heads[a].head),
          headOf(layers[heads[b].layer], heads[b].head),
          places,
          places,
        );
        assert.ok(near(data[a * 144 + b], exact!, 1e-4), `${a}, ${b}: ${data[a * 144 + b]}, ${exact}`);
        assert.equal(data[a * 144 + b], data[b * 144 + a]);
      }
      assert.equal(data[a * 144 + a], 0);
    }
  });

  it('compares fewer queries where all would take too long, and stays near', () => {
    const layer = layerOf(
      0,
      randomHead(96, 1),
      randomHead(96, 2),
      looksAt(Array.from({ length: 96 }, (_, i) => Math.max(i - 1, 0))),
    );
    const all = pairwiseDistances([layer]);
    const some = pairwiseDistances([layer], 5000);
    assert.equal(all.queries, 95);
    assert.ok(some.queries >= 10 && some.queries < 48, `${some.queries}`);
    some.data.forEach((x, i) => assert.ok(Math.abs(x - all.data[i]) < 0.05));
  });

  it('takes no heads, and one token', () => {
    assert.deepEqual(pairwiseDistances([]).heads, []);
    assert.deepEqual([...pairwiseDistances([layerOf(0, looksAt([0]), looksAt([0]))]).data], [0, 0, 0, 0]);
  });

  it('refuses layers of different lengths', () =>
    assert.throws(() => pairwiseDistances([layerOf(0, looksAt([0, 0])), layerOf(1, looksAt([0]))]), /differ/));
});
