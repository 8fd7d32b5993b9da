import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Patch } from '../../../core/cause/causeOrder';
import { normalised, patchGrid, rankCells } from '../../../core/cause/patchMaps';
import type { Cut } from '../../../core/run/cause';
import type { PatchCell, PatchPair } from '../../../core/run/patch';
import { cutEffect } from '../../../inference/answers/cutEffect';
import { probabilitiesOf } from '../../../inference/answers/compareSaid';
import { patchPlan, patchSaid, patchValues } from '../../../inference/answers/patching';
import type { OpenModel } from '../../../inference/models/openModel';
import { textModel } from '../../../inference/models/textModel';
import { withTypes } from '../../../inference/models/tokenTypes';
import { KeptAttention } from '../../../inference/runs/keptAttention';
import { runOnce } from '../../../inference/runs/runModel';
import { openFixture, useModels, useReference } from '../support/useModel';
import { using } from '../support/using';

/** What patches are called in the given files. */
const partOf = { residual: 'residual', head: 'head', attention: 'attention', mlp: 'feedForward' } as const;

interface Given {
  readonly ids: readonly number[];
  readonly otherIds: readonly number[];
  readonly orders: readonly { readonly name: string; readonly patch?: Patch[]; readonly knockout?: unknown }[];
  readonly logitsOf: (name: string, position: number) => Float32Array;
}

function given(model: string): Given {
  const folder = path.join('test', 'fixtures', 'cause-models', model);
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  const idsOf = (name: string) => {
    const { inputs } = read(name) as { inputs: Record<string, { data: number[] } | undefined> };
    return withTypes(inputs.input_ids!.data, inputs.token_type_ids?.data);
  };
  const truth = read('truth.json') as {
    runs: { name: string; offset: number; shape: number[] }[];
    unchanged: { offset: number; shape: number[] };
  };
  const numbers = new Float32Array(readFileSync(path.join(folder, 'truth.bin')).buffer.slice(0));
  return {
    ids: idsOf('inputs.json'),
    otherIds: idsOf('other.json'),
    orders: (read('do.json') as { runs: Given['orders'] }).runs,
    logitsOf: (name, position) => {
      const run = name === 'unchanged' ? truth.unchanged : truth.runs.find(one => one.name === name)!;
      const columns = run.shape[run.shape.length - 1];
      return numbers.slice(run.offset + position * columns, run.offset + (position + 1) * columns);
    },
  };
}

async function runOf(open: OpenModel, ids: readonly number[]) {
  const recorder = await runOnce(open, ids, undefined, {});
  const tokens = ids.map(id => ({ id, text: `t${id}`, start: 0, end: 0, special: false }));
  return { ids, attention: new KeptAttention(recorder.attention()), texts: { input: { text: '', tokens } } };
}

/** The cells of an order's patches. */
function cellsOf(patches: readonly Patch[]): PatchCell[] {
  return patches.flatMap(({ part, layer, heads, positions }) =>
    (positions === 'all' ? [undefined] : positions).flatMap(place =>
      (heads === undefined || heads === 'all' ? [undefined] : heads).map((head): PatchCell => ({
        part: partOf[part],
        layer,
        ...(head !== undefined && { head }),
        ...(place !== undefined && { place }),
      })),
    ),
  );
}

const cases = [
  ['gpt2', 'eager', 'GPT2LMHeadModel'],
  ['gpt2', 'sdpa', 'GPT2LMHeadModel'],
  ['gpt2', 'fused', 'GPT2LMHeadModel'],
  ['llama', 'eager', 'LlamaForCausalLM'],
  ['llama', 'fused', 'LlamaForCausalLM'],
  ['bert', 'sdpa', 'BertForMaskedLM'],
] as const;

for (const [model, form, architecture] of cases) {
  describe(`patches in ${model}, ${form}`, function () {
    this.timeout(120_000);
    let open: OpenModel;
    useReference(
      'fp32',
      {
        reference: `../cause-models/${model}`,
        graphs: { 'model.onnx': `model_${form}.onnx` },
        config: { architectures: [architecture] },
      },
      opened => (open = opened),
    );
    const { ids, otherIds, orders, logitsOf } = given(model);
    const patched = orders.filter(({ patch, knockout, name }) => patch && !knockout && !name.includes('itself'));
    const [token, minus] = [5, 17];
    const runs = async () => ({
      use: using(open),
      clean: await runOf(open, ids),
      corrupted: await runOf(open, otherIds),
    });
    const pair = (position: number): PatchPair => ({ kind: 'self', direction: 'noise', position });

    it('all at once give PyTorch’s logits, of two tokens, of one, and in divergence', async () => {
      const patches = patched.map(({ patch }) => cellsOf(patch!));
      for (const position of [5, ids.length - 1]) {
        const both = await runs();
        const ask = (metric: Parameters<typeof patchValues>[1]['metric']) =>
          patchValues(both, { ...pair(position), metric, patches });
        const logits = await ask({ by: 'logits', token, minus });
        const log = await ask({ by: 'logProbability', token });
        const divergence = await ask({ by: 'divergence' });
        const unchanged = logitsOf('unchanged', position);
        assert.ok(Math.abs(logits.clean - (unchanged[token] - unchanged[minus])) < 1e-4);
        assert.ok(Math.abs(divergence.clean) < 1e-6);
        patched.forEach(({ name }, i) => {
          const row = logitsOf(name, position);
          const p = probabilitiesOf({ rows: 1, columns: row.length, data: row }, 0);
          const q = probabilitiesOf({ rows: 1, columns: row.length, data: unchanged }, 0);
          const bits = q.reduce((sum, value, id) => sum + value * Math.log2(value / p[id]), 0);
          const near = (actual: number, expected: number, what: string) =>
            assert.ok(Math.abs(actual - expected) < 1e-4, `${name}, ${what}: ${actual} for ${expected}`);
          near(logits.patched[i], row[token] - row[minus], 'logits');
          near(log.patched[i], Math.log(p[token]), 'log p');
          near(divergence.patched[i], bits, 'divergence');
        });
        assert.ok(logits.patched.some(value => Math.abs(value - logits.clean) > 0.01));
      }
    });

    it('many give the same from their layer on as by whole runs, each part by itself and all together', async () => {
      const position = 7;
      const both = await runs();
      const metric = { by: 'logits', token, minus } as const;
      const each: PatchCell[][] = ['residual', 'feedForward', 'head', 'attention'].flatMap(part =>
        [0, 1].flatMap(layer =>
          ids.map((_, place): PatchCell[] => [
            { part, layer, place, ...((part === 'head' || part === 'attention') && { head: 1 }) } as PatchCell,
          ]),
        ),
      );
      for (const some of [each.filter(([{ part }]) => part === 'residual'), each]) {
        const ask = (patches: readonly (readonly PatchCell[])[]) =>
          patchValues(both, { ...pair(position), metric, patches });
        const ahead = await ask(some);
        for (let from = 0; from < some.length; from += 8) {
          const whole = await ask(some.slice(from, from + 8));
          whole.patched.forEach((value, i) => {
            const place = JSON.stringify(some[from + i]);
            assert.ok(
              Math.abs(value - ahead.patched[from + i]) < 1e-5,
              `${place}: ${ahead.patched[from + i]} for ${value}`,
            );
          });
        }
        assert.ok(ahead.patched.some(value => Math.abs(value - ahead.clean) > 0.01));
      }
    });

    it('of the whole stream that enters a layer make it the other run, in both directions', async () => {
      const all = ids.map((_, place): PatchCell => ({ part: 'residual', layer: 1, place }));
      const metric = { by: 'logits', token, minus } as const;
      for (const direction of ['noise', 'denoise'] as const) {
        const position = ids.length - 2;
        const values = await patchValues(await runs(), {
          kind: 'self',
          direction,
          position,
          metric,
          patches: [all, []],
        });
        const [other, own] =
          direction === 'noise' ? [values.corrupted, values.clean] : [values.clean, values.corrupted];
        assert.ok(Math.abs(values.patched[0] - other) < 1e-4);
        assert.ok(Math.abs(values.patched[1] - own) < 1e-6);
        assert.ok(Math.abs(other - own) > 0.01);
      }
    });
  });
}

describe('patching two texts with the built-in model', function () {
  this.timeout(120_000);
  let open: OpenModel;
  useModels(async () => {
    const opened = await openFixture('tiny-code-gpt');
    open = opened;
    return [opened];
  });
  const text = 'const items = [1, 2, 3];\nfor (const item of items) {\n  console.log(';
  const idsOf = (of: string) => textModel(open).tokenizer.encode(of);

  it('says what can be patched, what both say, and proposes what each says first', async () => {
    const clean = await runOf(open, idsOf(text));
    const corrupted = await runOf(open, idsOf(text.replace('const item of', 'const value of')));
    const position = clean.ids.length - 1;
    const plan = await patchPlan(
      { use: using(open), clean, corrupted },
      { kind: 'self', direction: 'denoise', position },
    );
    assert.deepEqual(plan.missing, {});
    assert.equal(plan.places.length, clean.ids.length);
    assert.equal(plan.proposed.by, 'logits');
    const [first] = plan.said;
    assert.equal(first.text.trim(), 'item');
    assert.ok(first.clean > first.corrupted);
  });

  it('tells what it says with cells patched together, as the values do', async () => {
    const runs = {
      use: using(open),
      clean: await runOf(open, idsOf(text)),
      corrupted: await runOf(open, idsOf(text.replace('const item of', 'const value of'))),
    };
    const position = runs.clean.ids.length - 1;
    const pair: PatchPair = { kind: 'self', direction: 'denoise', position };
    const cells: PatchCell[] = [
      { part: 'head', layer: 1, head: 1 },
      { part: 'head', layer: 2, head: 0, place: position },
      { part: 'feedForward', layer: 3, place: position },
    ];
    const said = await patchSaid(runs, { ...pair, cells });
    const { patched, clean } = await patchValues(runs, {
      ...pair,
      metric: { by: 'logProbability', token: said[0].id },
      patches: [cells],
    });
    assert.ok(Math.abs(Math.log(said[0].patched!) - patched[0]) < 1e-4);
    assert.ok(Math.abs(Math.log(said[0].clean) - clean) < 1e-4);
    assert.ok(said.every(({ patched: p }) => p !== undefined && p >= 0 && p <= 1));
  });

  it('of texts of other lengths leaves tokens out, and refuses to patch them in a sentence', async () => {
    const runs = {
      use: using(open),
      clean: await runOf(open, idsOf(text)),
      corrupted: await runOf(open, idsOf(text.replace('const item of', 'const firstOfAll of'))),
    };
    assert.ok(runs.corrupted.ids.length > runs.clean.ids.length);
    const position = runs.clean.ids.length - 1;
    const pair: PatchPair = { kind: 'self', direction: 'denoise', position };
    const { places } = await patchPlan(runs, pair);
    const left = places.find(({ other }) => other === undefined)!;
    const metric = { by: 'divergence' } as const;
    await assert.rejects(
      patchValues(runs, { ...pair, metric, patches: [[{ part: 'residual', layer: 0, place: left.one }]] }),
      /^Error: Token \d+ is in one of the runs alone, so nothing can be patched there; choose another\.$/,
    );
    // What the norm reads at the position is all that is said there, wherever it stands.
    const { clean, patched } = await patchValues(runs, {
      ...pair,
      metric,
      patches: [
        [{ part: 'residual', layer: 4, place: position }],
        [{ part: 'attention', layer: 1, head: 1 }],
        [{ part: 'head', layer: 1, head: 1 }],
      ],
    });
    assert.ok(Math.abs(patched[0] - clean) < 1e-5);
    assert.ok(patched.every(Number.isFinite));
  });

  it('noise is the same for a seed, destroys, and is brought back by the clean embeddings', async () => {
    const clean = await runOf(open, idsOf(text));
    const position = clean.ids.length - 1;
    const tokens = [2, 15];
    const ask = (seed: number, direction: PatchPair['direction'], samples = 2) =>
      patchValues(
        { use: using(open), clean },
        {
          kind: 'self',
          direction,
          position,
          noise: { tokens, strength: 3, seed, samples },
          metric: { by: 'divergence' },
          patches: [
            tokens.map((place): PatchCell => ({ part: 'residual', layer: 0, place })),
            [{ part: 'residual', layer: 0, place: tokens[0] }],
            [{ part: 'residual', layer: 4, place: position }],
          ],
        },
      );
    const one = await ask(1, 'denoise');
    assert.ok(one.corrupted > 0.01 && Math.abs(one.clean) < 1e-6);
    assert.ok(Math.abs(one.patched[0]) < 1e-5 && Math.abs(one.patched[2]) < 1e-5);
    assert.ok(one.patched[1] > 1e-3 && Math.abs(one.patched[1] - one.corrupted) > 1e-4);
    assert.deepEqual(await ask(1, 'denoise'), one);
    assert.notEqual((await ask(2, 'denoise')).corrupted, one.corrupted);
    const noising = await ask(1, 'noise');
    assert.ok(Math.abs(noising.corrupted - one.corrupted) < 1e-5);
    assert.ok(Math.abs(noising.patched[0] - one.corrupted) < 1e-5);
    assert.ok(Math.abs(noising.patched[2] - one.corrupted) < 1e-5);
  });

  it('of a repeated sequence shows the induction head and the previous-token head before it, whose edges the prediction stands on', async () => {
    const repeated = 'red cat tree blue dog moon red cat tree blue';
    const clean = await runOf(open, idsOf(repeated));
    // In the first of the two another word stands before what is to be repeated.
    const corrupted = await runOf(open, idsOf(repeated.replace('blue', 'big')));
    const position = clean.ids.length - 1;
    const follows = clean.ids.indexOf(clean.ids[position]) + 1;
    const runs = { use: using(open), clean, corrupted };
    const { said, proposed } = await patchPlan(runs, { kind: 'self', direction: 'denoise', position });
    assert.equal(said[0].id, clean.ids[follows]);
    assert.ok(said[0].clean > 0.6 && said[0].corrupted < 0.01);
    const layers = [0, 1, 2, 3].map(layer => ({ layer, heads: 6 }));
    const { cells } = patchGrid('head', layers, []);
    const ranked = async (direction: PatchPair['direction']) => {
      const values = await patchValues(runs, { kind: 'self', direction, position, metric: proposed, patches: cells });
      return rankCells(
        values.patched.map(value => normalised(value, values)),
        direction,
      ).map(({ cell, value }) => ({ name: `${Math.floor(cell / 6)}.${cell % 6}`, value }));
    };
    // 0.1 looks at the token before, 1.1 and 3.1 at what followed the same token before.
    const denoised = await ranked('denoise');
    assert.deepEqual(new Set(denoised.slice(0, 3).map(({ name }) => name)), new Set(['0.1', '1.1', '3.1']));
    assert.ok(
      denoised[2].value > 0.3 && denoised[3].value < denoised[2].value / 2,
      JSON.stringify(denoised.slice(0, 4)),
    );
    const noised = await ranked('noise');
    assert.equal(noised[0].name, '0.1');
    assert.ok(noised[0].value < 0.3);
    const after = async (layer: number, query: number, key: number) => {
      const cut: Cut = {
        kind: 'self',
        heads: [{ layer, head: 1 }],
        queries: { first: query, last: query },
        keys: { first: key, last: key },
        form: 'scores',
      };
      const { effect } = await cutEffect(using(open), clean, { cuts: [cut], position, token: clean.ids[follows] });
      return effect.token!.after;
    };
    assert.ok((await after(0, follows, follows - 1)) < 0.05, 'without the edge of the previous-token head');
    assert.ok((await after(1, position, follows)) < 0.2, 'without the edge of the induction head');
    assert.ok((await after(1, position, follows - 2)) > 0.6, 'without another edge of it');
  });
});
