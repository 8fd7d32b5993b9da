import assert from 'node:assert/strict';
import { combineInto } from '../../../core/attention/combineInto';
import { readRegion } from '../../../core/attention/region/readRegion';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import type { AttentionGroup, Explanation, HeadAddress, HeadReading } from '../../../core/run/explanation';
import type { HeadRegion } from '../../../core/attention/region/headRegion';
import { type Choice, type HeadsShown, resolveChoice } from '../../../webview/run/choice';
import { fromTensor, type HeadMatrix, rowRegion, sumsOf } from '../../../webview/run/headMatrix';
import { edgesOf } from '../../../webview/lines/isolatedToken';
import { mostLines, tokenWeights } from '../../../webview/lines/linesPainter';
import { fetchedWeights } from '../../../webview/textView/unitWeights';
import { ShownHeads } from '../../../webview/run/shownHeads';
import { shownName } from '../../../webview/run/wording';

const matrix = (data: number[], size = Math.sqrt(data.length)): HeadMatrix =>
  fromTensor({ shape: [1, 1, size, size], data: Float32Array.from(data) });

/** Each head gives all of its weight to the key of its own number. */
const weights = (head: number, size: number) =>
  Float32Array.from({ length: size * size }, (_, i) => (i % size === head ? 1 : 0));

function explanationOf(size: number, heads = 3): Explanation {
  const pooled = Array.from({ length: heads }, (_, head) => poolMaximum(weights(head, size), size, size));
  const { rows, columns } = pooled[0];
  const group: AttentionGroup = {
    kind: 'self',
    causal: false,
    queries: 'input',
    keys: 'input',
    layers: [
      {
        layer: 0,
        heads,
        queries: size,
        keys: size,
        thumbnails: { rows, columns, data: new Float32Array(pooled.flatMap(({ data }) => [...data])) },
      },
    ],
    first: { layer: 0, head: 0 },
  };
  const tokens = Array.from({ length: size }, (_, i) => ({ id: i, text: 'a', start: i, end: i + 1, special: false }));
  return {
    run: 'r',
    model: { id: 'm', architecture: 'x', dtype: 'q8', task: 'text-generation', contextLength: 512, found: '' },
    text: 'a'.repeat(size),
    tokens,
    groups: [group],
    predictions: [],
    predictionsOf: 'input',
    times: { load: 0, run: 1, total: 2 },
  };
}

const noRegion = () => Promise.reject(new Error('No part is asked for.'));

const tabs = [{ id: 'matrix', heads: 'combined' }] as const;

const address = (head: number): HeadAddress => ({ kind: 'self', layer: 0, head });

function show(size: number, change: Partial<Choice>, heads: HeadsShown = 'combined') {
  const explanation = explanationOf(size);
  const asked: number[] = [];
  const failures: unknown[] = [];
  const combined: HeadReading['combined'][] = [];
  const shown = new ShownHeads(
    explanation,
    ({ head, combined: several }) => {
      asked.push(head);
      if (several) combined.push(several);
      return Promise.resolve(matrix([...weights(head, size)]));
    },
    noRegion,
    failure => failures.push(failure),
  );
  const choice = {
    ...resolveChoice(explanation, { head: address(1), heads: [0, 1, 2].map(address) }, tabs),
    ...change,
  };
  shown.show(choice, heads);
  return { shown, asked, combined, failures, choice };
}

const settled = () => new Promise(setImmediate);

describe('combineInto', () => {
  it('gives the mean or the largest of each cell, and leaves the heads as they are', () => {
    const heads = [
      [1, 0, 0.5, 0.5],
      [0, 1, 0.5, 0.5],
      [0.5, 0.5, 0, 1],
    ].map(weights => Float32Array.from(weights));
    for (const [how, expected] of [
      ['mean', [0.5, 0.5, 1 / 3, 2 / 3]],
      ['maximum', [1, 1, 0.5, 1]],
    ] as const) {
      const together = new Float32Array(4);
      for (const head of heads) combineInto(together, head, how, 3);
      together.forEach((weight, i) => assert.ok(Math.abs(weight - expected[i]) < 1e-6, `${how} ${i}: ${weight}`));
    }
    assert.deepEqual([...heads[0]], [1, 0, 0.5, 0.5]);
    assert.throws(() => combineInto(new Float32Array(4), Float32Array.of(1), 'mean', 1), RangeError);
  });
});

describe('ShownHeads', () => {
  it('shows the mean of a short text’s heads at once', () => {
    const { shown, asked, choice } = show(4, { combine: 'mean' });
    assert.deepEqual(
      [...shown.matrix.data.slice(0, 4)].map(weight => weight.toFixed(3)),
      ['0.333', '0.333', '0.333', '0.000'],
    );
    assert.equal(shownName(choice, 'combined'), 'Mean of 3 heads');
    assert.deepEqual(asked, []);
    assert.equal(shown.loaded, undefined);
  });

  it('asks for the heads of a longer text in one, made where all of them are', async () => {
    const { shown, combined } = show(100, { combine: 'maximum' });
    assert.equal(shown.matrix.exact, false);
    assert.deepEqual([...shown.matrix.data.slice(0, 2)], [1, 1], 'roughly at once');
    await settled();
    assert.deepEqual(combined, [{ heads: [0, 1, 2].map(address), how: 'maximum' }]);
    assert.equal(shown.matrix.exact, true);
    assert.equal(shown.loaded, undefined);
  });

  it('fetches only the leading head where one is looked at', async () => {
    const { shown, asked, choice } = show(100, { combine: 'one' });
    await settled();
    assert.deepEqual(asked, [1]);
    assert.deepEqual([...shown.matrix.data.slice(0, 3)], [0, 1, 0]);
    assert.equal(shownName(choice, 'combined'), 'Head 0.1');
  });

  it('keeps the heads apart for lines', async () => {
    const { shown, choice } = show(100, { combine: 'mean' }, 'each');
    await settled();
    assert.deepEqual(
      shown.each.map(({ address: { head }, matrix: { data, exact } }) => [head, exact, data.indexOf(1)]),
      [
        [0, true, 0],
        [1, true, 1],
        [2, true, 2],
      ],
    );
    assert.equal(shownName(choice, 'each'), '3 heads');
  });

  it('tells of a head that cannot be had', async () => {
    const failures: unknown[] = [];
    const explanation = explanationOf(100);
    const shown = new ShownHeads(
      explanation,
      () => Promise.reject(new Error('gone')),
      noRegion,
      failure => failures.push(failure),
    );
    shown.show(resolveChoice(explanation, {}, tabs), 'combined');
    await settled();
    assert.match(String(failures.at(-1)), /gone/);
  });

  const long = 1500;
  const parts = (region: HeadRegion, address: HeadReading) => {
    const heads = address.combined?.heads ?? [address];
    const data = new Float32Array(long * long);
    for (const { head } of heads) combineInto(data, weights(head, long), address.combined?.how ?? 'mean', heads.length);
    return readRegion({ queries: long, keys: long, data }, region);
  };

  const shownInParts = (explanation: ReturnType<typeof explanationOf>) =>
    new ShownHeads(
      explanation,
      () => Promise.reject(new Error('A whole head was asked for.')),
      (address, region) => Promise.resolve(parts(region, address)),
      failure => assert.equal(failure, undefined),
    );

  it('of a long text’s heads asks for parts only: alone, several in one, and side by side for lines', async () => {
    const explanation = explanationOf(long);
    const shown = shownInParts(explanation);
    const fetched = async <Result>(get: () => Result): Promise<Result> => {
      get();
      await new Promise(resolve => setTimeout(resolve, 80));
      return get();
    };
    const choice = resolveChoice(explanation, { head: address(1), heads: [0, 1, 2].map(address) }, tabs);
    const rowOf = (matrix: HeadMatrix) => matrix.part?.('row', rowRegion(matrix, 700))?.data;
    shown.show({ ...choice, combine: 'one' }, 'combined');
    assert.deepEqual([...(await fetched(() => rowOf(shown.matrix)))!.slice(0, 4)], [0, 1, 0, 0]);
    shown.show({ ...choice, combine: 'maximum' }, 'combined');
    assert.deepEqual([...(await fetched(() => rowOf(shown.matrix)))!.slice(0, 4)], [1, 1, 1, 0]);
    shown.show({ ...choice, combine: 'mean' }, 'each');
    assert.deepEqual(
      shown.each.map(({ address: { head } }) => head),
      [0, 1, 2],
    );
    for (const [head] of shown.each.entries()) {
      const edges = await fetched(() => edgesOf(shown.each[head].matrix));
      assert.deepEqual(
        [edges?.at.length, edges?.upTo[1]],
        [Math.min(long, mostLines), long],
        'how many there are, and the strongest of them',
      );
      const given = await fetched(() => tokenWeights(shown.each[head].matrix, { side: 'key', index: head }));
      assert.ok(given?.length === long && given.every(weight => weight === 1));
    }
    assert.equal(shown.long?.matrix, shown.each[1].matrix, 'the one that leads');
    shown.dispose();
  });

  it('of long heads tells sums and the weights of words as of short ones', async () => {
    const explanation = explanationOf(long);
    const shown = shownInParts(explanation);
    shown.show(resolveChoice(explanation, { head: address(2) }, tabs), 'combined');
    const range = { firstQuery: 10, lastQuery: 19, firstKey: 1, lastKey: 4 };
    const units = (size: number) => ({
      kind: 'word' as const,
      count: long / size,
      of: Int32Array.from({ length: long }, (_, i) => Math.floor(i / size)),
      first: Int32Array.from({ length: long / size }, (_, i) => i * size),
    });
    const fetched = async <Result>(get: () => Result | undefined): Promise<Result> => {
      assert.equal(get(), undefined);
      await new Promise(resolve => setTimeout(resolve, 80));
      return get()!;
    };
    const sums = await fetched(() => sumsOf(shown.matrix, 'brush', range, false));
    assert.deepEqual(
      [sums.mass, sums.cells, [...sums.rows], [...sums.columns]],
      [1, 40, Array<number>(10).fill(1), [0, 1, 0, 0]],
    );
    const from = await fetched(() => fetchedWeights(shown.matrix, 'from', 3, units(10), units(2)));
    assert.deepEqual([from.length, ...from.slice(0, 3)], [750, 0, 1, 0]);
    const to = await fetched(() => fetchedWeights(shown.matrix, 'to', 1, units(10), units(2)));
    assert.ok(to.length === 150 && to.every(weight => weight === 1));
    shown.dispose();
  });
});
