import assert from 'node:assert/strict';
import { headGroups } from '../../../../core/attention/compare/headGroups';
import { headsLike } from '../../../../core/attention/compare/headsLike';
import { planarMap } from '../../../../core/attention/compare/planarMap';
import { layerOf, looksAt, near, randomHead } from '../measures/support/heads';
import { gpt2Examples } from '../measures/support/recordings';

describe('planarMap', () => {
  const distancesOf = (points: readonly (readonly [number, number])[]) =>
    Float32Array.from(points.flatMap(([x, y]) => points.map(([u, v]) => Math.hypot(x - u, y - v))));

  it('gives back the distances of points that lie in a plane', () => {
    const given = [
      [0, 0],
      [3, 0],
      [3, 4],
      [-2, 1],
      [0.5, -3],
    ] as const;
    const distances = distancesOf(given);
    const { points, held } = planarMap(distances, 5);
    const found = distancesOf(Array.from({ length: 5 }, (_, i) => [points[2 * i], points[2 * i + 1]] as const));
    found.forEach((d, i) => assert.ok(near(d, distances[i], 1e-4), `${i}`));
    assert.ok(near(held, 1, 1e-5));
  });

  it('holds two thirds of a regular tetrahedron, and takes none, one and equal points', () => {
    const { held } = planarMap(
      Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 0 : 1)),
      4,
    );
    assert.ok(near(held, 2 / 3, 1e-5));
    assert.deepEqual([...planarMap(new Float32Array(0), 0).points], []);
    assert.deepEqual([...planarMap(new Float32Array(1), 1).points], [0, 0]);
    assert.ok(planarMap(new Float32Array(9), 3).points.every(x => Math.abs(x) < 1e-6));
  });
});

describe('headGroups', () => {
  it('joins the two that are alike first, the stranger last, at the mean of the distances', () => {
    const back = Array.from({ length: 10 }, (_, i) => Math.max(0, i - 1));
    const previous = looksAt(back);
    const nearly = { ...previous, data: previous.data.map((x, i) => 0.95 * x + 0.05 * randomHead(10, 3).data[i]) };
    const itself = looksAt(back.map((_, i) => i));
    const { merges, order, data, queries, queriesOf } = headGroups([layerOf(0, previous, itself), layerOf(1, nearly)]);
    assert.equal(merges.length, 2);
    assert.deepEqual([merges[0].left, merges[0].right].sort(), [0, 2]);
    assert.ok(near(merges[0].height, data[2], 1e-6));
    assert.deepEqual([merges[1].left, merges[1].right].sort(), [1, 3]);
    assert.ok(near(merges[1].height, (data[1] + data[3 + 2]) / 2, 1e-6));
    assert.equal(Math.abs(order.indexOf(0) - order.indexOf(2)), 1);
    assert.deepEqual([queries, queriesOf], [9, 9]);
    assert.deepEqual(
      headsLike(
        {
          heads: [
            { layer: 0, head: 0 },
            { layer: 0, head: 1 },
            { layer: 1, head: 0 },
          ],
          data,
        },
        0,
        1,
      ).map(({ head }) => head),
      [2],
    );
  });

  it('groups the 144 heads of GPT-2: each once, merges upwards, the same each time', () => {
    const { layers } = gpt2Examples()[3];
    const groups = headGroups(layers);
    assert.deepEqual(
      [...groups.order].sort((a, b) => a - b),
      Array.from({ length: 144 }, (_, i) => i),
    );
    assert.equal(groups.merges.length, 143);
    groups.merges.forEach(({ left, right, height }, i) => {
      assert.ok(Math.max(left, right) < 144 + i && height >= (groups.merges[i - 1]?.height ?? 0));
    });
    assert.ok(groups.held > 0.3 && groups.held <= 1, `${groups.held}`);
    assert.deepEqual([...headGroups(layers).points], [...groups.points]);
  });

  it('takes one head', () => {
    const { merges, order } = headGroups([layerOf(0, looksAt([0, 0]))]);
    assert.deepEqual([merges, order], [[], [0]]);
  });
});
