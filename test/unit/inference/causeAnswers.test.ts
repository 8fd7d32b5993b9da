import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { findAttention, readModel } from '../../../core/onnx';
import type { Knockout } from '../../../core/cause/causeOrder';
import type { Cut } from '../../../core/run/cause';
import { divergenceOf, probabilitiesOf } from '../../../inference/answers/compareSaid';
import { knownNorms } from '../../../inference/answers/valueNorms';
import { cutEffect, cutHead } from '../../../inference/answers/cutEffect';
import { headPart, logitParts } from '../../../inference/answers/logitParts';
import { attentionOf, needsOf } from '../../../inference/answers/needsOf';
import { ChangedRuns } from '../../../inference/cause/changedRuns';
import type { OpenModel } from '../../../inference/models/openModel';
import { KeptAttention } from '../../../inference/runs/keptAttention';
import { textModel } from '../../../inference/models/textModel';
import { int64 } from '../../../inference/models/onnxTensors';
import { runOnce } from '../../../inference/runs/runModel';
import { openFixture, useCauseGpt2, useModels } from '../support/useModel';
import { using } from '../support/using';

const folder = path.join('test', 'fixtures', 'cause-models', 'gpt2');
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const ids = (read('inputs.json') as { inputs: { input_ids: { data: number[] } } }).inputs.input_ids.data;
const orders = (read('do.json') as { runs: { name: string; patch?: unknown; knockout?: Knockout[] }[] }).runs;
const truth = read('truth.json') as {
  runs: { name: string; offset: number }[];
  unchanged: { offset: number };
  attributions: {
    name: string;
    logit: number;
    parts: { part: string; layer?: number; head?: number; value: number }[];
  }[];
};
const attribute = (
  read('do.json') as { attribute: { name: string; position: number; token: number; minus?: number }[] }
).attribute;
const numbers = new Float32Array(readFileSync(path.join(folder, 'truth.bin')).buffer.slice(0));
const vocabulary = 100;

async function runOf(open: OpenModel, tokens: readonly number[]) {
  const recorder = await runOnce(open, tokens, undefined, {});
  return {
    ids: tokens,
    attention: new KeptAttention(recorder.attention()),
    texts: { input: { text: '', tokens: [] } },
  };
}

/** A cut as the panel asks for it: ranges of queries and keys. */
function cutsOf({ layer, heads, queries, keys, form }: Knockout): Cut[] {
  const range = (list: readonly number[]) => list.map(place => ({ first: place, last: place }));
  const all = { first: 0, last: ids.length - 1 };
  return (queries === 'all' ? [all] : range(queries)).flatMap(own =>
    range(keys).map((key): Cut => {
      const numbers = heads === 'all' ? [0, 1, 2, 3] : heads;
      return { kind: 'self', heads: numbers.map(head => ({ layer, head })), queries: own, keys: key, form };
    }),
  );
}

for (const form of ['eager', 'sdpa', 'fused'] as const) {
  describe(`causes in GPT-2, ${form}`, function () {
    this.timeout(120_000);
    let open: OpenModel;
    useCauseGpt2(form, opened => (open = opened));
    const saidIn = (offset: number, position: number) =>
      probabilitiesOf({ rows: ids.length, columns: vocabulary, data: numbers.subarray(offset) }, position);

    for (const { name, knockout } of orders.filter(order => !order.patch && order.knockout)) {
      it(`${name}: what the model then says is PyTorch’s`, async () => {
        const run = await runOf(open, ids);
        const { offset } = truth.runs.find(one => one.name === name)!;
        for (const position of [5, ids.length - 1]) {
          const { effect, moved } = await cutEffect(using(open), run, { cuts: knockout!.flatMap(cutsOf), position });
          const [before, after] = [saidIn(truth.unchanged.offset, position), saidIn(offset, position)];
          assert.ok(Math.abs(effect.divergence - divergenceOf(before, after)) < 1e-4, `${effect.divergence}`);
          for (const candidate of effect.candidates) {
            assert.ok(Math.abs(candidate.before - before[candidate.id]) < 1e-5);
            assert.ok(Math.abs(candidate.after - after[candidate.id]) < 1e-5);
          }
          const first = Math.min(...knockout!.map(({ layer }) => layer));
          for (const { layer, distance } of moved) assert.ok(layer >= first || distance < 1e-9);
          assert.ok(moved.some(({ distance }) => distance > 1e-4));
        }
      });
    }

    it('what a position needs is what the model loses when its edges are cut in all layers, several at once or alone', async () => {
      const run = await runOf(open, ids);
      const position = ids.length - 1;
      const tokens = ids.map((_, place) => ({ first: place, last: place }));
      const needs = await needsOf(using(open), run, { kind: 'self', position, tokens });
      const heads = [0, 1, 2].flatMap(layer => [0, 1, 2, 3].map(head => ({ layer, head })));
      for (const place of [0, 4]) {
        const cut = { kind: 'self', heads, queries: { first: position, last: position }, form: 'scores' } as const;
        const cuts = [{ ...cut, keys: tokens[place] }];
        const { effect } = await cutEffect(using(open), run, { cuts, position });
        assert.ok(Math.abs(effect.divergence - needs[place].bits) < 1e-4);
        const [alone] = await needsOf(using(open), run, { kind: 'self', position, tokens: [tokens[place]] });
        assert.ok(Math.abs(alone.bits - needs[place].bits) < 1e-5);
      }
      // Its edge to itself stays, and what comes later is not seen.
      assert.deepEqual(needs[position], { bits: 0, falls: 0 });
      const earlier = await needsOf(using(open), run, { kind: 'self', position: 3, tokens: [{ first: 3, last: 9 }] });
      assert.deepEqual(earlier, [{ bits: 0, falls: 0 }]);
    });

    it('a cut key has no weight in the head, the others are as much more, or after softmax as they were', async () => {
      const run = await runOf(open, ids);
      const address = { kind: 'self', layer: 1, head: 2 } as const;
      const own = run.attention.layers.find(({ layer }) => layer === 1)!;
      const whole = await run.attention.head(address);
      for (const form of ['scores', 'probabilities'] as const) {
        const cut: Cut = {
          kind: 'self',
          heads: [address],
          queries: { first: 6, last: 6 },
          keys: { first: 2, last: 3 },
          form,
        };
        const { data } = await cutHead(using(open), run, { cuts: [cut], address });
        const row = (matrix: Float32Array) => matrix.subarray(6 * own.keys, 7 * own.keys);
        const [before, after] = [row(whole.data), row(data)];
        const rest = form === 'scores' ? 1 - before[2] - before[3] : 1;
        before.forEach((weight, key) => {
          const expected = key === 2 || key === 3 ? 0 : weight / rest;
          assert.ok(Math.abs(after[key] - expected) < 1e-5, `${form} ${key}`);
        });
      }
    });

    for (const { name, position, token, minus } of attribute) {
      it(`parts of a logit, ${name}: PyTorch’s, and they sum to it`, async () => {
        const parts = await logitParts(open, { ids }, { position, token, minus });
        assert.ok(!('missing' in parts));
        const expected = truth.attributions.find(one => one.name === name)!;
        assert.ok(Math.abs(parts.sum - parts.logit) < 1e-4);
        assert.ok(Math.abs(parts.logit - expected.logit) < 1e-4);
        assert.equal(parts.parts.length, expected.parts.length);
        for (const { part, layer, head, value } of expected.parts) {
          const own = parts.parts.find(one => one.part === part && one.layer === layer && one.head === head);
          assert.ok(own && Math.abs(own.value - value) < 1e-4, `${part} ${layer}.${head}`);
        }
      });
    }

    it('a head’s part is split over the keys that it took it from, which change the logit so when they are cut', async () => {
      const run = await runOf(open, ids);
      const { position, token, minus } = attribute.find(one => one.minus !== undefined)!;
      const parts = await logitParts(open, run, { position, token, minus });
      assert.ok(!('missing' in parts));
      const found = findAttention(readModel(readFileSync(path.join(folder, `model_${form}.onnx`))));
      const patch = [{ part: 'mlp', layer: 2, positions: [position] }] as const;
      const tensor = (values: readonly number[]) => int64(BigInt64Array.from(values, BigInt), [1, values.length]);
      const feeds = { input_ids: tensor(ids), attention_mask: tensor(ids.map(() => 1)) };
      const held = async (knockout: Knockout[]) => {
        const order = { name: 'held', from: 'itself', patch, knockout };
        const runs = new ChangedRuns(found, [order], 'logits', bytes => InferenceSession.create(bytes));
        const { data } = await runs.run(feeds, order, feeds);
        return data[position * vocabulary + token] - data[position * vocabulary + minus!];
      };
      let compared = 0;
      for (const { part, layer, head, value } of parts.parts) {
        if (part !== 'head' || layer === undefined || head === undefined) continue;
        const split = await headPart(open, run, { position, head: { kind: 'self', layer, head }, token, minus });
        assert.ok(!('missing' in split));
        assert.ok(Math.abs(split.value - value) < 1e-4, `${layer}.${head}: ${split.value} for ${value}`);
        const sum = split.keys.reduce((total, one) => total + one, 0);
        assert.ok(Math.abs(sum - value) < 1e-4, `${layer}.${head}: ${sum} for ${value}`);
        split.keys.forEach((one, key) => assert.ok(key <= position || one === 0));
        const told = [...split.promotes, ...split.suppresses];
        assert.equal(new Set(told.map(({ id }) => id)).size, 20);
        assert.ok(split.promotes[0].value > 0 && split.suppresses[0].value < 0);
        if (layer !== 2) continue;
        // With the last feed-forward part held, nothing but the final norm's statistic stands between a key and the logits.
        for (let key = 0; key <= position; key++) {
          const cut = { layer, heads: [head], queries: [position], keys: [key], form: 'probabilities' } as const;
          const change = (await held([])) - (await held([cut]));
          const one = split.keys[key];
          assert.ok(Math.abs(change - one) < 0.05 + 0.3 * Math.abs(change), `${head}, ${key}: ${one} for ${change}`);
          if (Math.abs(change) > 0.05) compared++;
        }
      }
      assert.ok(compared > 3, `${compared} keys that matter`);
    });

    it('refuses what does not fit, in a sentence', async () => {
      const run = await runOf(open, ids);
      const cut: Cut = {
        kind: 'self',
        heads: [{ layer: 0, head: 1 }],
        queries: { first: 2, last: 2 },
        keys: { first: 0, last: 2 },
        form: 'scores',
      };
      const asked = (cuts: readonly Cut[]) => cutEffect(using(open), run, { cuts, position: 3 });
      await assert.rejects(asked([cut]), /cuts all keys that query 2 sees in head 0\.1, and a softmax needs one/);
      await assert.rejects(asked([]), /Nothing is cut/);
      await assert.rejects(asked([{ ...cut, heads: [{ layer: 7, head: 0 }] }]), /There is no head 7\.0 in this run/);
      await assert.rejects(
        asked([{ ...cut, keys: { first: 0, last: 99 } }]),
        /There are no places 0 to 99 in layer 0, which has 11/,
      );
      assert.ok((await asked([{ ...cut, form: 'probabilities' }])).effect.divergence > 0);
      await assert.rejects(
        logitParts(open, { ids }, { position: 3, token: 4000 }),
        /There is no token 4000: the vocabulary has 100/,
      );
    });
  });
}

describe('causes in models of other kinds', function () {
  this.timeout(120_000);
  let models: readonly OpenModel[];
  useModels(async () => {
    const opened = [];
    for (const name of ['tiny-code-gpt', 'tiny-t5', 'tiny-minilm', 'tiny-code-classifier']) {
      opened.push(await openFixture(name));
    }
    models = opened;
    return opened;
  });

  it('beside what a position needs stands what attention says of it', async () => {
    const [open] = models;
    const run = await runOf(open, [11, 12, 13, 14, 15, 16]);
    const said = await attentionOf(using(open), run, { kind: 'self', position: 4 }, () =>
      knownNorms(using(open), run, 'self'),
    );
    for (const row of [said.raw, said.value!, said.rollout!]) {
      assert.equal(row.length, 6);
      assert.ok(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-3);
      assert.equal(row[5], 0);
    }
  });

  it('of a repeated sequence the edge of the induction head to what followed before is what its prediction needs', async () => {
    const [open] = models;
    const { tokenizer } = textModel(open);
    const read = tokenizer.encode('a b c d e f g h a b c d e f g');
    const run = await runOf(open, read);
    const position = read.length - 1;
    const follows = read.indexOf(read[position]) + 1;
    const edge = { queries: { first: position, last: position }, keys: { first: follows, last: follows } };
    const bits: { readonly name: string; readonly bits: number }[] = [];
    for (const { layer, heads } of run.attention.layers) {
      for (let head = 0; head < heads; head++) {
        const cuts: Cut[] = [{ kind: 'self', heads: [{ layer, head }], ...edge, form: 'scores' }];
        const { effect } = await cutEffect(using(open), run, { cuts, position });
        bits.push({ name: `${layer}.${head}`, bits: effect.divergence });
      }
    }
    const [first, second] = bits.sort((a, b) => b.bits - a.bits);
    assert.equal(first.name, '1.1');
    assert.ok(first.bits > 0.5 && first.bits > 5 * second.bits, `${first.bits}, then ${second.name}: ${second.bits}`);
    const tokens = read.map((_, place) => ({ first: place, last: place }));
    const needs = await needsOf(using(open), run, { kind: 'self', position, tokens });
    const most = needs.reduce((best, { bits: own }, place) => (own > needs[best].bits ? place : best), 0);
    assert.equal(most, follows);
  });

  it('a model that says nothing refuses, and has no logit to take apart', async () => {
    const open = models[2];
    const run = await runOf(open, [101, 7, 8, 9, 102]);
    const asked = { kind: 'self', position: 2, tokens: [{ first: 1, last: 1 }] } as const;
    await assert.rejects(needsOf(using(open), run, asked), /says nothing that could change: it has no logits/);
    assert.deepEqual(Object.keys(await logitParts(open, run, { position: 2 })), ['missing']);
  });

  it('a classifier’s answer needs tokens, and why its logit is not taken apart is said', async () => {
    const open = models[3];
    const run = await runOf(open, [1, 7, 8, 9, 2]);
    const needs = await needsOf(using(open), run, { kind: 'self', position: 0, tokens: [{ first: 1, last: 3 }] });
    assert.ok(needs[0].bits > 0);
    const parts = await logitParts(open, run, { position: 0 });
    assert.ok('missing' in parts && /^A logit cannot be taken apart: /.test(parts.missing), JSON.stringify(parts));
  });
});
