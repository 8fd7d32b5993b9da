import assert from 'node:assert/strict';
import type { LayerHeads } from '../../../../core/attention/attentionMatrix';
import { attentionFlow, flowWork, mostFlowWork } from '../../../../core/attention/measures/attentionFlow';
import { layerOf, looksAt, near, randomHead } from './support/heads';

/** The least capacity of all cuts between the query above and the input below: equal to the most that can flow. */
function leastCut(layers: readonly LayerHeads[], query: number, input: number): number {
  const n = layers[0].queries;
  const nodes = (layers.length + 1) * n;
  const source = layers.length * n + query;
  let least = Infinity;
  for (let side = 0; side < 2 ** nodes; side++) {
    const above = (node: number) => ((side >> node) & 1) === 1;
    if (!above(source) || above(input)) continue;
    let cut = 0;
    layers.forEach(({ heads, data }, depth) => {
      for (let from = 0; from < n; from++) {
        for (let to = 0; to < n; to++) {
          if (!above((depth + 1) * n + from) || above(depth * n + to)) continue;
          cut += from === to ? 0.5 : 0;
          for (let head = 0; head < heads; head++) cut += data[(head * n + from) * n + to] / heads / 2;
        }
      }
    });
    least = Math.min(least, cut);
  }
  return least;
}

describe('attentionFlow', () => {
  it('by hand: one layer carries its own weights', () => {
    const flow = attentionFlow([layerOf(0, looksAt([0, 0, 1]))], 2);
    assert.deepEqual([...flow], [0, 0.5, 0.5]);
  });

  it('by hand: two ways of one half each, where rollout gives 0.5', () => {
    const layer = layerOf(0, looksAt([0, 0, 1]));
    assert.deepEqual([...attentionFlow([layer, layer], 2)], [0.5, 1, 0.5]);
  });

  for (const causal of [true, false]) {
    it(`is the least cut, ${causal ? 'causal' : 'both ways'}`, () => {
      for (let seed = 1; seed <= 3; seed++) {
        const layers = [0, 1, 2].map(layer =>
          layerOf(layer, randomHead(3, seed + 10 * layer, causal, 3), randomHead(3, seed + 10 * layer + 5, causal, 3)),
        );
        for (let query = 0; query < 3; query++) {
          const flow = attentionFlow(layers, query);
          for (let input = 0; input < 3; input++) {
            assert.ok(near(flow[input], leastCut(layers, query, input), 1e-5), `seed ${seed}: ${query} to ${input}`);
          }
        }
      }
    });
  }

  it('gives the inputs asked for, in their order; none from what a causal query cannot see', () => {
    const layers = [0, 1].map(layer => layerOf(layer, randomHead(6, layer + 1)));
    const all = attentionFlow(layers, 3);
    assert.deepEqual([...attentionFlow(layers, 3, [3, 0, 5])], [all[3], all[0], 0]);
  });

  it('refuses what would take too long', () => {
    const large: LayerHeads = {
      layer: 0,
      heads: 1,
      queries: 1024,
      keys: 1024,
      causal: true,
      sameSequence: true,
      data: new Float32Array(1024 * 1024),
    };
    const layers = new Array<LayerHeads>(12).fill(large);
    assert.ok(flowWork(layers, 1023, 1024) > mostFlowWork);
    assert.throws(() => attentionFlow(layers, 1023), /12 layers of 1024 tokens to 1024 of them is too much/);
  });
});
