import assert from 'node:assert/strict';
import { joinSteps } from '../../../core/attention/joinSteps';

describe('joinSteps', () => {
  it('puts each step’s rows below the earlier ones, padded with zeros', () => {
    const prompt = {
      heads: 2,
      queries: 2,
      keys: 2,
      data: Float32Array.of(1, 0, 0.5, 0.5, /* head 1 */ 1, 0, 0.25, 0.75),
    };
    const next = { heads: 2, queries: 1, keys: 3, data: Float32Array.of(0.2, 0.3, 0.5, /* head 1 */ 0, 0, 1) };
    const joined = joinSteps([prompt, next]);
    assert.deepEqual([joined.heads, joined.queries, joined.keys], [2, 3, 3]);
    assert.deepEqual(
      [...joined.data].map(x => Math.round(x * 100) / 100),
      [1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5, 1, 0, 0, 0.25, 0.75, 0, 0, 0, 1],
    );
  });

  it('gives cross-attention, whose keys stay the same, row by row', () => {
    const step = (values: number[]) => ({ heads: 1, queries: 1, keys: 3, data: Float32Array.from(values) });
    assert.deepEqual([...joinSteps([step([1, 0, 0]), step([0, 1, 0])]).data], [1, 0, 0, 0, 1, 0]);
  });

  it('refuses no steps, and steps of different heads', () => {
    assert.throws(() => joinSteps([]), RangeError);
    const step = (heads: number) => ({ heads, queries: 1, keys: 1, data: new Float32Array(heads) });
    assert.throws(() => joinSteps([step(1), step(2)]), RangeError);
  });
});
