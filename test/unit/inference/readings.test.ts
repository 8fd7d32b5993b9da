import assert from 'node:assert/strict';
import { attentionRollout } from '../../../core/attention/measures/attentionRollout';
import { explain } from '../../../inference/answers/explain';
import type { ExplainedText } from '../../../inference/runs/explainText';
import type { OpenModel } from '../../../inference/models/openModel';
import { computedHead } from '../../../inference/answers/computedHead';
import { readGroup, readHead, readInParts, readLayers } from '../../../inference/answers/readings';
import { knownNorms } from '../../../inference/answers/valueNorms';
import { keptLayers, noModel } from '../support/keptLayers';
import { largestDifference } from '../support/referenceAttention';
import { openFixture } from '../support/useModel';

/** A run read as it is, value-weighted, and rolled out. */
describe('a run in another reading', function () {
  this.timeout(60_000);
  let open: OpenModel;
  let run: ExplainedText;
  const address = { kind: 'self' as const, layer: 2, head: 1 };

  before(async () => {
    open = await openFixture('tiny-code-gpt');
    run = await explain(open, 'const items = [1, 2, 3];\nfor (const item of items) {\n', { isCancelled: () => false });
  });
  after(() => open.dispose());

  it('value-weighted: each weight times the length of what its key adds, as a part of the row', async () => {
    const norms = await knownNorms(work => work(open), run.known, 'self');
    assert.equal(norms, await knownNorms(work => work(open), run.known, 'self'), 'computed once');
    const raw = await readHead(run.known, address, 'raw', noModel);
    const { data, keys } = await readHead(run.known, address, 'value', noModel, norms);
    const lengths = norms.get(2)!.data.subarray(keys, 2 * keys);
    for (const query of [0, 7, keys - 1]) {
      const products = Array.from({ length: keys }, (_, key) => raw.data[query * keys + key] * lengths[key]);
      const sum = products.reduce((a, b) => a + b, 0);
      products.forEach((product, key) => assert.ok(Math.abs(data[query * keys + key] - product / sum) < 1e-6));
    }
    assert.ok(largestDifference(data, raw.data) > 0.05, 'it says something else than the weights alone');
  });

  it('rolled out: what of each token has come up to the layer, the same for each of its heads', async () => {
    const layers = keptLayers(run.known).map(layer => ({ ...layer, sameSequence: true }));
    for (const layer of [0, 2, 3]) {
      const { data, keys } = await readHead(run.known, { ...address, layer }, 'rollout', noModel);
      const rolled = layers
        .slice(0, layer + 1)
        .reduce<Float64Array | undefined>((before, one) => attentionRollout(before, one), undefined)!;
      for (const query of [0, 9, keys - 1]) {
        assert.ok(
          largestDifference(
            data.slice(query * keys, (query + 1) * keys),
            Float32Array.from(rolled.subarray(query * keys, (query + 1) * keys)),
          ) < 1e-6,
        );
      }
      assert.deepEqual(data, (await readHead(run.known, { ...address, layer, head: 4 }, 'rollout', noModel)).data);
    }
  });

  it('has an overview whose thumbnails are the heads', async () => {
    const norms = await knownNorms(work => work(open), run.known, 'self');
    for (const reading of ['value', 'rollout'] as const) {
      const { group, note } = await readGroup(
        run.known,
        'self',
        reading,
        noModel,
        reading === 'value' ? norms : undefined,
      );
      assert.equal(note, undefined);
      assert.deepEqual(
        group.layers.map(({ layer, heads }) => [layer, heads]),
        [
          [0, 6],
          [1, 6],
          [2, 6],
          [3, 6],
        ],
      );
      const { rows, columns, data } = group.layers[2].thumbnails;
      const head = await readHead(run.known, address, reading, noModel, norms);
      assert.deepEqual([rows, columns], [head.queries, head.keys], 'a short text is not pooled');
      assert.deepEqual(data.slice(rows * columns, 2 * rows * columns), Float32Array.from(head.data));
    }
  });

  it('without the first token: rows sum to 1 again, of several heads after they are one, of a rollout layer by layer', async () => {
    const asked = { ...address, withoutFirst: true };
    const norms = () => knownNorms(work => work(open), run.known, 'self');
    const raw = await readHead(run.known, address, 'raw', noModel);
    const { keys } = raw;
    const one = await computedHead(run.known, asked, noModel, norms);
    for (const query of [1, 7, keys - 1]) {
      const row = raw.data.subarray(query * keys, (query + 1) * keys);
      const left = row.subarray(1).reduce((sum, weight) => sum + weight, 0);
      const found = one.data.subarray(query * keys, (query + 1) * keys);
      assert.equal(found[0], 0);
      for (let key = 1; key < keys; key++) assert.ok(Math.abs(found[key] - row[key] / left) < 1e-6);
    }
    const heads = [address, { ...address, head: 3 }];
    const other = await readHead(run.known, heads[1], 'raw', noModel);
    const mean = await computedHead(run.known, { ...asked, combined: { heads, how: 'mean' } }, noModel, norms);
    const largest = await computedHead(run.known, { ...asked, combined: { heads, how: 'maximum' } }, noModel, norms);
    const query = keys - 1;
    const at = query * keys;
    const both = Array.from({ length: keys }, (_, key) => raw.data[at + key] + other.data[at + key]);
    const left = both.slice(1).reduce((sum, weight) => sum + weight, 0);
    for (let key = 1; key < keys; key++) {
      assert.ok(Math.abs(mean.data[at + key] - both[key] / left) < 1e-6);
      assert.equal(largest.data[at + key], Math.max(raw.data[at + key], other.data[at + key]));
    }
    const value = await computedHead(run.known, { ...asked, reading: 'value' }, noModel, norms);
    assert.ok(Math.abs(value.data.subarray(at, at + keys).reduce((sum, weight) => sum + weight, 0) - 1) < 1e-5);
    const rolled = await computedHead(run.known, { ...asked, reading: 'rollout' }, noModel, norms);
    for (let row = 0; row < keys; row++) {
      const sum = rolled.data.subarray(row * keys, (row + 1) * keys).reduce((all, weight) => all + weight, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5, `${row}: ${sum}`);
      assert.equal(rolled.data[row * keys], row === 0 ? 1 : 0);
    }
    for (const reading of ['raw', 'value', 'rollout'] as const) {
      const layers = await readLayers(run.known, 'self', reading, noModel, await norms(), true);
      const inParts: number[] = [];
      for await (const part of readInParts(run.known, reading, noModel, norms, true).parts('self')) {
        inParts.push(...part);
      }
      assert.deepEqual(inParts, [...layers.flatMap(layer => [...layer.data])]);
      const { group } = await readGroup(run.known, 'self', reading, noModel, await norms(), true);
      const { rows, columns, data } = group.layers[2].thumbnails;
      const head = await computedHead(run.known, { ...asked, reading }, noModel, norms);
      assert.ok(largestDifference(data.slice(rows * columns, 2 * rows * columns), Float32Array.from(head.data)) < 1e-6);
    }
  });

  it('is refused with a reason: no such head, no rollout of cross-attention', async () => {
    await assert.rejects(readHead(run.known, { ...address, layer: 9 }, 'rollout', noModel), /no head 9\.1/);
    const dates = await openFixture('tiny-dates');
    try {
      const { known } = await explain(dates, '31.12.1999', { isCancelled: () => false });
      await assert.rejects(readGroup(known, 'cross', 'rollout', noModel), /layers of one sequence/);
      const norms = await knownNorms(work => work(dates), known, 'cross');
      assert.ok([...norms.values()].every(({ projected }) => projected));
      assert.equal((await readGroup(known, 'cross', 'value', noModel, norms)).group.layers.length, 2);
    } finally {
      await dates.dispose();
    }
  });
});
