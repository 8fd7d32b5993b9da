import assert from 'node:assert/strict';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import type { AttentionGroup, Explanation, HeadAddress } from '../../../core/protocol/explanation';
import { type Choice, resolveChoice } from '../../../webview/attention/choice';
import { CombineHeads } from '../../../webview/attention/combineHeads';
import type { HeadMatrix } from '../../../webview/attention/headMatrix';
import { ShownHeads } from '../../../webview/attention/shownHeads';
import { shownName } from '../../../webview/attention/wording';

const matrix = (data: number[], size = Math.sqrt(data.length)): HeadMatrix =>
  ({ queries: size, keys: size, rows: size, columns: size, data: Float32Array.from(data), exact: true });

/** Each head gives all of its weight to the key of its own number. */
const weights = (head: number, size: number) => Float32Array.from({ length: size * size }, (_, i) => i % size === head ? 1 : 0);

function explanationOf(size: number, heads = 3): Explanation {
  const pooled = Array.from({ length: heads }, (_, head) => poolMaximum(weights(head, size), size, size));
  const { rows, columns } = pooled[0];
  const group: AttentionGroup = {
    kind: 'self', causal: false, queries: 'input', keys: 'input',
    layers: [{ layer: 0, heads, queries: size, keys: size, thumbnails: { rows, columns, data: new Float32Array(pooled.flatMap(({ data }) => [...data])) } }],
  };
  const tokens = Array.from({ length: size }, (_, i) => ({ id: i, text: 'a', start: i, end: i + 1, special: false }));
  return {
    run: 'r', model: { id: 'm', architecture: 'x', dtype: 'q8', task: 'text-generation', contextLength: 512, found: '' },
    text: 'a'.repeat(size), tokens, groups: [group], predictions: [], predictionsOf: 'input', times: { load: 0, run: 1, total: 2 },
  };
}

const noRegion = () => Promise.reject(new Error('No part is asked for.'));

const address = (head: number): HeadAddress => ({ kind: 'self', layer: 0, head });

function show(size: number, change: Partial<Choice>) {
  const explanation = explanationOf(size);
  const asked: number[] = [];
  const failures: unknown[] = [];
  const shown = new ShownHeads(explanation, ({ head }) => {
    asked.push(head);
    return Promise.resolve(matrix([...weights(head, size)]));
  }, noRegion, failure => failures.push(failure));
  const choice = { ...resolveChoice(explanation, { head: address(1), heads: [0, 1, 2].map(address) }), ...change };
  shown.show(choice);
  return { shown, asked, failures, choice };
}

const settled = () => new Promise(setImmediate);

describe('CombineHeads', () => {
  it('gives the mean or the largest of each cell, and leaves the heads as they are', () => {
    const heads = [matrix([1, 0, 0.5, 0.5]), matrix([0, 1, 0.5, 0.5]), matrix([0.5, 0.5, 0, 1])];
    for (const [how, expected] of [['mean', [0.5, 0.5, 1 / 3, 2 / 3]], ['maximum', [1, 1, 0.5, 1]]] as const) {
      const together = new CombineHeads(how);
      heads.forEach(head => together.add(head));
      const { data, exact } = together.result();
      data.forEach((weight, i) => assert.ok(Math.abs(weight - expected[i]) < 1e-6, `${how} ${i}: ${weight}`));
      assert.equal(exact, true);
    }
    assert.deepEqual([...heads[0].data], [1, 0, 0.5, 0.5]);
  });

  it('is exact only where all heads are, and refuses heads of another shape', () => {
    const together = new CombineHeads('mean');
    together.add({ ...matrix([1, 0, 0, 1]), exact: false });
    together.add(matrix([1, 0, 0, 1]));
    assert.throws(() => together.add(matrix([1])), RangeError);
    assert.equal(together.result().exact, false);
    assert.throws(() => new CombineHeads('mean').result(), RangeError);
  });
});

describe('ShownHeads', () => {
  it('shows the mean of a short text’s heads at once', () => {
    const { shown, asked, choice } = show(4, { combine: 'mean' });
    assert.deepEqual([...shown.matrix.data.slice(0, 4)].map(weight => weight.toFixed(3)), ['0.333', '0.333', '0.333', '0.000']);
    assert.equal(shownName(choice), 'Mean of 3 heads');
    assert.deepEqual(asked, []);
    assert.equal(shown.loaded, undefined);
  });

  it('fetches a long text’s heads one after the other, and tells how many are there', async () => {
    const { shown, asked } = show(100, { combine: 'maximum' });
    assert.equal(shown.matrix.exact, false);
    assert.equal(shown.loaded, 0);
    await settled();
    assert.deepEqual(asked, [0, 1, 2]);
    assert.equal(shown.matrix.exact, true);
    assert.deepEqual([...shown.matrix.data.slice(0, 4)], [1, 1, 1, 0]);
    assert.equal(shown.loaded, undefined);
  });

  it('fetches only the leading head where one is looked at', async () => {
    const { shown, asked, choice } = show(100, { combine: 'one' });
    await settled();
    assert.deepEqual(asked, [1]);
    assert.deepEqual([...shown.matrix.data.slice(0, 3)], [0, 1, 0]);
    assert.equal(shownName(choice), 'Head 0.1');
  });

  it('keeps the heads apart for lines', async () => {
    const { shown, choice } = show(100, { combine: 'mean', view: 'lines' });
    await settled();
    assert.deepEqual(shown.each.map(({ address: { head }, matrix: { data, exact } }) => [head, exact, data.indexOf(1)]), [[0, true, 0], [1, true, 1], [2, true, 2]]);
    assert.equal(shownName(choice), '3 heads');
  });

  it('tells of a head that cannot be had', async () => {
    const failures: unknown[] = [];
    const explanation = explanationOf(100);
    const shown = new ShownHeads(explanation, () => Promise.reject(new Error('gone')), noRegion, failure => failures.push(failure));
    shown.show(resolveChoice(explanation, {}));
    await settled();
    assert.match(String(failures.at(-1)), /gone/);
  });
});
