import assert from 'node:assert/strict';
import { alignSequences } from '../../../../core/attention/compare/alignSequences';
import { assign } from '../../../../core/attention/compare/assign';
import { matchHeads } from '../../../../core/attention/compare/matchHeads';
import { layerOf, randomHead } from '../measures/support/heads';

describe('assign', () => {
  const cost = (costs: Float32Array, columns: number, chosen: ArrayLike<number>) =>
    Array.from(chosen).reduce((sum, column, row) => sum + (column < 0 ? 0 : costs[row * columns + column]), 0);

  it('by hand: not each row its cheapest, where two want the same', () => {
    assert.deepEqual([...assign(Float32Array.of(1, 2, 1, 5), 2, 2)], [1, 0]);
  });

  it('is as cheap as the best of all permutations', () => {
    let state = 7;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const permutations = (items: readonly number[]): number[][] =>
      items.length === 0
        ? [[]]
        : items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map(rest => [item, ...rest]));
    for (let round = 0; round < 20; round++) {
      const costs = Float32Array.from({ length: 5 * 6 }, random);
      const best = Math.min(...permutations([0, 1, 2, 3, 4, 5]).map(order => cost(costs, 6, order.slice(0, 5))));
      const chosen = assign(costs, 5, 6);
      assert.ok(Math.abs(cost(costs, 6, chosen) - best) < 1e-5);
      assert.equal(new Set(chosen).size, 5);
    }
  });

  it('leaves rows over where there are fewer columns', () => {
    assert.deepEqual([...assign(Float32Array.of(3, 1, 2), 3, 1)], [-1, 0, -1]);
    assert.deepEqual([...assign(new Float32Array(0), 2, 0)], [-1, -1]);
  });
});

describe('matchHeads', () => {
  it('finds the heads of a model again where they were shuffled and disturbed', () => {
    const heads = Array.from({ length: 6 }, (_, i) => randomHead(16, i + 1));
    const order = [3, 0, 5, 1, 4, 2];
    const disturbed = heads.map((head, i) => ({
      ...head,
      data: head.data.map((x, at) => 0.9 * x + 0.1 * randomHead(16, 50 + i).data[at]),
    }));
    const places = Array.from({ length: 16 }, (_, i) => ({ one: i, other: i }));
    const { pairs, queries, queriesOf } = matchHeads(
      [layerOf(0, ...heads)],
      [layerOf(0, ...order.map(i => disturbed[i]))],
      places,
      places,
    );
    assert.deepEqual(
      pairs.map(({ other }) => order[other.head]),
      [0, 1, 2, 3, 4, 5],
    );
    assert.ok(pairs.every(({ distance }) => distance > 0 && distance < 0.1));
    assert.deepEqual([queries, queriesOf], [15, 15]);
  });

  it('compares only what both texts have, and fewer queries where all would take long', () => {
    const places = alignSequences([...'abcdefgh'], [...'abXcdefgh']);
    const layers = [layerOf(0, randomHead(8, 1), randomHead(8, 2))];
    const others = [layerOf(0, randomHead(9, 3), randomHead(9, 4))];
    assert.equal(matchHeads(layers, others, places, places).queriesOf, 7);
    assert.equal(matchHeads(layers, others, places, places, 100).queries, 3);
  });
});
