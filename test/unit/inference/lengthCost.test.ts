import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc';
import { costAt } from '../../../inference/answers/costAt';
import { pairNodes } from '../../../core/cost/pairNodes';
import { fusedOperators } from '../../../core/onnx/find/fusedAttention';
import { costPlan, measuredSession } from '../../../inference/cost/costPlan';
import { profileRuns } from '../../../inference/cost/profileRuns';
import { readProfile } from '../../../inference/cost/readProfile';
import type { OpenModel } from '../../../inference/models/openModel';
import { GraphModel } from '../../../inference/graph/graphModel';
import { openFixture } from '../support/useModel';

const ids = Array.from({ length: 20 }, (_, i) => 5 + i);

/** Folders of the runtime's profiles that this process left. */
const profiles = () => readdirSync(os.tmpdir()).filter(name => name.startsWith(`headlight-profile-${process.pid}-`));

/** What a pass costs, of models with every kind of attention. What is measured is never held to a bound. */
describe('what a pass costs over the length', function () {
  this.timeout(60_000);

  // For each layer at least scores, softmax and weights × values; of fused attention one node, and what its mask is made of.
  for (const [id, layers, leastNodes, fused] of [
    ['tiny-code-gpt', 4, 3, false],
    ['tiny-code-classifier', 3, 3, false],
    ['tiny-dates', 2, 3, false],
    ['tiny-deberta', 2, 3, false],
    ['tiny-chat', 3, 3, false],
    ['tiny-gemma3', 2, 1, true],
  ] as const) {
    it(`${id}: attention’s nodes are told from the others, and hold at least a layer’s scores`, async () => {
      const open = await openFixture(id);
      try {
        const plan = costPlan(open);
        assert.equal(plan.layers, layers);
        // 32 is also the size of a head or of a part of it in some.
        const length = 32;
        assert.ok(plan.lengths.includes(length));
        const cost = await costAt(open, { ids }, length, CancellationToken.None);
        assert.ok(cost.runs >= 3 && cost.length === length);
        assert.ok(cost.nodes.attention >= leastNodes * layers, JSON.stringify(cost.nodes));
        assert.ok(cost.nodes.attention < cost.nodes.rest, JSON.stringify(cost.nodes));
        for (const { low, median, high } of [cost.attention, cost.rest, cost.whole]) {
          assert.ok(low >= 0 && low <= median && median <= high && high > 0);
        }
        if (!fused) assert.ok(cost.memory!.attention >= plan.heads * length ** 2 * 4);
        assert.deepEqual(profiles(), []);
      } finally {
        await open.dispose();
      }
    });
  }

  for (const id of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-deberta', 'tiny-chat']) {
    it(`${id}: attention’s nodes are those that the graph’s attention was found at, and no projection`, async () => {
      const open = await openFixture(id);
      try {
        const session = measuredSession(open)!;
        const feeds = [];
        for (const length of [13, 32]) {
          feeds.push(await session.feedsOf(() => open.run(Array.from({ length }, (_, i) => ids[i % ids.length]))));
        }
        const [others, nodes] = await profileRuns(session, feeds, () => undefined);
        const pairs = [...pairNodes(nodes, 32, { nodes: others, length: 13 }, fusedOperators)];
        for (const { node } of session.sites) {
          assert.ok(
            pairs.some(key => key.startsWith(`${node}_kernel_time `)),
            `${node} is not among ${pairs.join(', ')}`,
          );
        }
        const types = new Map(nodes.map(({ key, type }) => [key, type]));
        const products = pairs.filter(key => /MatMul|Gemm/.test(types.get(key) ?? ''));
        // Scores, and weights × values. DeBERTa's scores of distances are made for a span of them, not for pairs.
        assert.equal(products.length, 2 * session.sites.length, products.join(', '));
      } finally {
        await open.dispose();
      }
    });
  }

  for (const [id, tokenBytes, source] of [
    // Layers × heads of keys × size of a head × 4 bytes, keys and values, as the exports' configurations have them.
    ['tiny-code-gpt', 2 * 4 * 6 * 32 * 4, undefined],
    ['tiny-chat', 2 * 3 * 2 * 12 * 4, undefined],
    ['tiny-t5', 2 * 2 * 4 * 12 * 4, 2 * 2 * 4 * 12 * 4],
  ] as const) {
    it(`${id}: its cache takes ${tokenBytes} bytes a token`, async () => {
      const open = await openFixture(id);
      try {
        const { cache } = costPlan(open);
        assert.ok(typeof cache !== 'string');
        assert.deepEqual([cache.tokenBytes, cache.sourceTokenBytes], [tokenBytes, source]);
      } finally {
        await open.dispose();
      }
    });
  }

  it('an encoder keeps no cache; a graph that is given numbers is not measured, and says why', async () => {
    const encoder = await openFixture('tiny-code-classifier');
    assert.equal(costPlan(encoder).cache, 'An encoder reads the whole text at once and keeps no cache.');
    await assert.rejects(costAt(encoder, { ids }, 17, CancellationToken.None), /is not measured at 17 tokens; choose/);
    await encoder.dispose();
    const folder = path.resolve('samples/workspace/films');
    const graph = await GraphModel.open(
      { id: 'next-film.onnx', folder, dtype: 'fp32', graph: { file: 'next-film.onnx' } },
      'next-film.onnx',
    );
    const { lengths, notes, cache } = costPlan(graph);
    assert.deepEqual(lengths, []);
    assert.equal(cache, 'This file is fed no cache: for each new token the whole text is read again.');
    assert.match(notes[0], /^next-film\.onnx is given numbers, not text, .*; choose a model that reads text\.$/);
    await graph.dispose();
  });

  it('goes no further than memory allows, and says what would take it', () => {
    const model = (contextLength: number, heads: number, words: number, bytes = 1) =>
      ({
        info: { id: 'large', task: 'text-generation', contextLength },
        bytes,
        sessions: {
          model: {
            sites: [{ heads, causal: true }],
            inputMetadata: [],
            outputMetadata: [{ name: 'logits', isTensor: true, shape: ['batch', 'n', words] }],
          },
        },
      }) as unknown as OpenModel;
    const last = (open: OpenModel) => costPlan(open).lengths.at(-1);
    assert.equal(last(model(1024, 12, 50_000)), 1024);
    assert.equal(last(model(32_768, 12, 50_000)), 2048);
    assert.equal(last(model(32_768, 64, 50_000)), Math.floor(Math.sqrt(2 ** 30 / (12 * 64))));
    assert.equal(last(model(32_768, 12, 152_000)), Math.floor(2 ** 30 / (4 * 152_000)));
    assert.match(
      costPlan(model(32_768, 12, 152_000)).notes[0],
      /^Up to 1,766 tokens, .*a gigabyte for their logits\.$/,
    );
    assert.match(costPlan(model(1024, 12, 50_000, 3e9)).notes[0], /takes more than 2 GB .*; choose a smaller one\.$/);
  });

  it('stops between runs where nobody wants the answer any longer', async () => {
    const open = await openFixture('tiny-code-gpt');
    const source = new CancellationTokenSource();
    source.cancel();
    await assert.rejects(costAt(open, { ids }, 64, source.token), /^Error: Cancelled\.$/);
    // And while the runtime keeps its profile, of which no file stays.
    let runs = 0;
    const session = measuredSession(open)!;
    const feeds = await session.feedsOf(() => open.run(ids));
    const stop = () => {
      if (++runs === 2) throw new Error('Cancelled.');
    };
    await assert.rejects(profileRuns(session, [feeds, feeds, feeds], stop), /^Error: Cancelled\.$/);
    assert.equal(runs, 2);
    assert.deepEqual(profiles(), []);
    await open.dispose();
  });
});

describe('readProfile', () => {
  const event = (name: string, ts: number, dur: number, op: string, more: object = {}) =>
    JSON.stringify({
      cat: 'Node',
      name: `${name}_kernel_time`,
      ts,
      dur,
      args: { op_name: op, node_index: '1', ...more },
    });
  const ran = (ts: number, dur: number) => JSON.stringify({ cat: 'Session', name: 'model_run', ts, dur });

  it('gives the nodes of each run, without what stands in their bodies', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-test-'));
    const file = path.join(folder, 'profile.json');
    const shapes = {
      input_type_shape: [{ float: [1, 2] }, { int64: [] }],
      output_type_shape: [{ float: [3] }],
      mem_bytes_in_use: '700',
    };
    writeFileSync(
      file,
      `[\n${[
        JSON.stringify({ cat: 'Session', name: 'session_initialization', ts: 0, dur: 5 }),
        event('a', 10, 20, 'MatMul', shapes),
        event('inner', 41, 30, 'Add'),
        event('deeper', 75, 10, 'Mul'),
        event('nested', 73, 15, 'If'),
        event('outer', 40, 60, 'If'),
        ran(8, 100),
        event('a', 200, 8, 'MatMul'),
        ran(199, 10),
      ].join(',\n')}\n]\n`,
    );
    const runs = await readProfile(file);
    rmSync(folder, { recursive: true });
    assert.deepEqual(
      runs.map(nodes => nodes.map(({ type, time }) => [type, Math.round(time * 1000)])),
      [
        [
          ['MatMul', 20],
          ['Add', 30],
          ['Mul', 10],
          ['If', 5],
          ['If', 15],
        ],
        [['MatMul', 8]],
      ],
    );
    assert.deepEqual(runs[0][0].shapes, [[1, 2], [], [3]]);
    assert.equal(runs[0][0].held, 700);
    assert.equal(runs[0][1].held, undefined);
  });
});
