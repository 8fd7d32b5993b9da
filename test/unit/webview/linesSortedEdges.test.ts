import assert from 'node:assert/strict';
import { countFrom, defaultLevel, levelOf, levels, sortEdges, weightOf } from '../../../core/attention/sortedEdges';

describe('sortEdges', () => {
  it('puts the strongest first, so that those above a threshold are the beginning', () => {
    const { at, upTo } = sortEdges(Float32Array.of(0.1, 0.9, 0, 0.4, 1e-7, 0.6));
    assert.deepEqual([...at], [1, 5, 3, 0]);
    assert.equal(upTo[levelOf(0.4)], 3);
    assert.equal(upTo[levels + 1], 0);
  });

  it('counts a weight that is the threshold, as 32 bits have it', () => {
    for (let level = 1; level <= levels; level++) assert.equal(levelOf(Math.fround(weightOf(level))), level);
  });

  it('keeps equal weights in the order of the text', () => {
    assert.deepEqual([...sortEdges(Float32Array.of(0.25, 0.25, 0.25, 0.25)).at], [0, 1, 2, 3]);
  });

  it('takes numbers that are no weights for none', () => {
    assert.deepEqual([...sortEdges(Float32Array.of(NaN, -1, 2)).at], [2]);
  });
});

describe('defaultLevel', () => {
  const uniform = (n: number) => sortEdges(new Float32Array(n * n).fill(1 / n));

  it('leaves so many lines that they can be told apart', () => {
    const random = Float32Array.from({ length: 512 * 512 }, (_, i) => (((i * 7919) % 100003) / 100003) ** 16 / 30);
    const edges = [sortEdges(random), sortEdges(random)];
    const lines = countFrom(edges, defaultLevel(edges, 512));
    assert.ok(lines > 0 && lines <= 1500, String(lines));
  });

  it('never leaves a head without lines', () => {
    for (const n of [1, 4, 64, 512]) assert.ok(countFrom([uniform(n)], defaultLevel([uniform(n)], n)) > 0);
  });
});
