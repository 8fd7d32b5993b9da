import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { MechanismId } from '../../../core/attention/mechanisms/mechanisms';
import type { PutBack, PutBackScope, PutBackWish } from '../../../core/run/putBack';
import { explain } from '../../../inference/answers/explain';
import { putBack } from '../../../inference/answers/putBack';
import { switchOffHeads } from '../../../inference/answers/effect';
import type { OpenModel } from '../../../inference/models/openModel';
import type { LayerTensor } from '../../../inference/models/recorder';
import type { UseModel } from '../../../inference/runs/runAttention';
import { runOnce } from '../../../inference/runs/runModel';
import { openFixture, useCauseGpt2, useModels, useReference } from '../support/useModel';
import { using } from '../support/using';

const fixtures = path.join('test', 'fixtures');
const read = (...names: string[]): unknown => JSON.parse(readFileSync(path.join(fixtures, ...names), 'utf8'));

const reference = read('mechanisms', 'put_back.json') as {
  readonly layer: number;
  readonly head: number;
  readonly position: number;
  readonly before: number;
  readonly cases: readonly {
    readonly mechanism: MechanismId;
    readonly parameters: Readonly<Record<string, number>>;
    readonly scope: PutBackScope;
    readonly bits: number;
    readonly mean: number;
    readonly after: number;
    readonly likeliest: number;
  }[];
};

interface TestRun {
  readonly ids: readonly number[];
  readonly outputIds?: readonly number[];
  readonly attention: { readonly layers: readonly LayerTensor[] };
}

async function runOf(open: OpenModel, ids: readonly number[]): Promise<TestRun> {
  return { ids, attention: { layers: (await runOnce(open, ids, undefined, {})).attention() } };
}

/** Asks until all parts are done; how many those were. */
async function wholly(run: Parameters<typeof putBack>[0], wish: PutBackWish, use: UseModel) {
  for (let parts = 1; ; parts++) {
    const answer = await putBack(run, wish, use);
    if (!('done' in answer)) return { answer, parts };
    assert.equal(answer.done, parts);
  }
}

function causeModel(model: string): readonly number[] {
  const { inputs } = read('cause-models', model, 'inputs.json') as { inputs: { input_ids: { data: number[] } } };
  return inputs.input_ids.data;
}

/** Each form in which a graph computes the same model gives what PyTorch gives. */
for (const [form, within] of [
  ['eager', 1e-4],
  ['fused', 1e-4],
  ['quantized', 0.35],
] as const) {
  describe(`mechanisms put back into GPT-2, ${form}`, function () {
    this.timeout(120_000);
    let open: OpenModel;
    useCauseGpt2(form, opened => (open = opened));
    for (const { mechanism, parameters, scope, ...expected } of reference.cases) {
      // Which keys are the strongest two changes with the rounding.
      if (form === 'quantized' && mechanism === 'topK') continue;
      it(`${mechanism}, ${scope}: predictions, divergence and perplexity are PyTorch’s`, async () => {
        const { position, layer, head } = reference;
        const run = await runOf(open, causeModel('gpt2'));
        const address = { kind: 'self', layer, head } as const;
        const { answer, parts } = await wholly(run, { address, mechanism, parameters, scope, position }, using(open));
        const layers = scope === 'all' ? 3 : 1;
        assert.equal(parts, layers + 1);
        assert.equal(answer.heads, { head: 1, layer: 4, all: 12 }[scope]);
        assert.equal(answer.positions, run.ids.length);
        const close = (value: number | undefined, other: number, what: string) =>
          assert.ok(
            Math.abs(value! / other - 1) <= within || Math.abs(value! - other) < within / 10,
            `${what}: ${value}, not ${other}`,
          );
        close(answer.perplexity?.before, reference.before, 'perplexity before');
        close(answer.perplexity?.after, expected.after, 'perplexity after');
        close(answer.divergence, expected.mean, 'mean divergence');
        close(answer.effect.divergence, expected.bits, 'divergence');
        assert.equal(answer.perplexity?.tokens, run.ids.length - 1);
        close(Math.max(...answer.effect.candidates.map(({ after }) => after)), expected.likeliest, 'the likeliest');
        assert.equal(answer.rounds, form === 'quantized');
      });
    }
  });
}

/** The model's own mechanism changes nothing, and a head that sees nothing is a head that is off. */
async function checkUnchanged(open: OpenModel, run: TestRun, kinds: readonly PutBackWish['address']['kind'][]) {
  for (const kind of kinds) {
    const address = { kind, layer: 0, head: 1 } as const;
    const { answer } = await wholly(run, { address, mechanism: 'scaled', scope: 'all', position: 0 }, using(open));
    assert.ok(answer.divergence < 1e-8 && answer.divergence > -1e-8, `${kind}: ${answer.divergence}`);
    const other = { address, mechanism: 'linear', scope: 'all', position: 0 } as const;
    assert.ok((await wholly(run, other, using(open))).answer.divergence > 1e-7, kind);
  }
}

describe('mechanisms put back into other models', function () {
  this.timeout(120_000);
  const opened = new Map<string, OpenModel>();
  useModels(async () => {
    const models = [];
    for (const id of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-dates', 'tiny-deberta', 'tiny-t5']) {
      const model = await openFixture(id);
      opened.set(id, model);
      models.push(model);
    }
    return models;
  });
  const explained = async (id: string, text: string) => {
    const open = opened.get(id)!;
    const { known } = await explain(open, text, { isCancelled: () => false });
    return { open, known: known as unknown as TestRun };
  };

  it('causal: its own mechanism changes nothing, and no head of it is lost', async () => {
    const { open, known } = await explained('tiny-code-gpt', 'const a = [1, 2];\n"b, c"');
    await checkUnchanged(open, known, ['self']);
  });
  it('a classifier: the classes', async () => {
    const { open, known } = await explained('tiny-code-classifier', 'const a = [1, 2];');
    await checkUnchanged(open, known, ['self']);
    const address = { kind: 'self', layer: 0, head: 0 } as const;
    const wish = { address, mechanism: 'window', parameters: { window: 1 }, scope: 'all', position: 0 } as const;
    const { answer } = await wholly(known, wish, using(open));
    assert.equal(answer.perplexity, undefined);
    assert.equal(answer.positions, 1);
    assert.ok(answer.effect.candidates.length > 1);
  });
  it('an encoder-decoder: encoder, decoder and cross attention, by what it wrote', async () => {
    const { open, known } = await explained('tiny-dates', 'friday, jul 4, 1986');
    await checkUnchanged(open, known, ['encoder', 'decoder', 'cross']);
    const address = { kind: 'cross', layer: 0, head: 0 } as const;
    const wish = { address, mechanism: 'linear', scope: 'all', position: 2 } as const;
    const { answer } = await wholly(known, wish, using(open));
    assert.ok(answer.perplexity!.after > answer.perplexity!.before);
    assert.equal(answer.perplexity!.tokens, known.outputIds!.length - 1);
  });
  it('relative positions that are added to the scores stay', async () => {
    const { open, known } = await explained('tiny-t5', 'the list of items');
    await checkUnchanged(open, known, ['encoder', 'decoder', 'cross']);
  });

  it('a head alone, with a window of one: as if it copied its own token’s value', async () => {
    const { open, known } = await explained('tiny-code-gpt', 'const a = 1;');
    const address = { kind: 'self', layer: 0, head: 0 } as const;
    const wish = { address, mechanism: 'window', parameters: { window: 1 }, scope: 'head', position: 0 } as const;
    const { answer } = await wholly(known, wish, using(open));
    assert.ok(Math.abs(answer.effect.divergence) < 1e-9, 'the first token sees only itself anyway');
    assert.ok(answer.divergence > 1e-6, 'the others do not');
  });

  it('leaves the run as it was: what is asked of the model afterwards is computed as before', async () => {
    const { open, known } = await explained('tiny-code-gpt', 'const a = 1;');
    const heads = [{ kind: 'self', layer: 0, head: 0 }] as const;
    const run = known as unknown as Parameters<typeof switchOffHeads>[1];
    const before = await switchOffHeads(using(open), run, heads, 3);
    const wish = { address: heads[0], mechanism: 'linear', scope: 'all', position: 3 } as const;
    await wholly(known, wish, using(open));
    assert.deepEqual(await switchOffHeads(using(open), run, heads, 3), before);
  });

  it('begins anew where something else is asked for in between, and says what a wrong question lacks', async () => {
    const { open, known } = await explained('tiny-code-gpt', 'const a = 1;');
    const address = { kind: 'self', layer: 0, head: 0 } as const;
    const wish: PutBackWish = { address, mechanism: 'window', scope: 'all', position: 1 };
    assert.deepEqual(await putBack(known, wish, using(open)), { done: 1, of: 5 });
    assert.deepEqual(await putBack(known, { ...wish, mechanism: 'topK' }, using(open)), { done: 1, of: 5 });
    assert.deepEqual(await putBack(known, wish, using(open)), { done: 1, of: 5 });
    assert.deepEqual(await putBack(known, wish, using(open)), { done: 2, of: 5 });
    const refused = (change: object, words: RegExp) =>
      assert.rejects(putBack(known, { ...wish, ...change }, using(open)), words);
    await refused({ mechanism: 'other' }, /There is no mechanism “other”; choose another\./);
    await refused({ temperature: -1 }, /above 0; choose another/);
    await refused({ address: { ...address, head: 9 } }, /There is no head 0\.9/);
    await refused({ address: { ...address, kind: 'cross' } }, /There is no head|has no cross attention/);
    const head = { ...wish, scope: 'head', position: 400 } as const;
    assert.deepEqual(await putBack(known, head, using(open)), { done: 1, of: 2 });
    await assert.rejects(putBack(known, head, using(open)), /There is no position 400/);
  });
});

/** Written out and fused, with keys that heads share and positions that are turned, the same model answers the same. */
describe('mechanisms put back into Llama', function () {
  this.timeout(120_000);
  const answers = new Map<string, PutBack>();
  for (const form of ['eager', 'fused']) {
    let open: OpenModel;
    describe(form, () => {
      useReference(
        'fp32',
        {
          reference: '../cause-models/llama',
          graphs: { 'model.onnx': `model_${form}.onnx` },
          config: { architectures: ['LlamaForCausalLM'] },
        },
        opened => (open = opened),
      );
      it('its own mechanism changes nothing; a window of three the same in both forms', async () => {
        const run = await runOf(open, causeModel('llama'));
        await checkUnchanged(open, run, ['self']);
        const address = { kind: 'self', layer: 1, head: 3 } as const;
        const wish = { address, mechanism: 'window', parameters: { window: 3 }, scope: 'all', position: 5 } as const;
        answers.set(form, (await wholly(run, wish, using(open))).answer);
      });
    });
  }
  after('both forms agree', () => {
    const [eager, fused] = [answers.get('eager')!, answers.get('fused')!];
    assert.ok(eager.divergence > 1e-3);
    assert.ok(Math.abs(eager.divergence / fused.divergence - 1) < 1e-3, `${eager.divergence} ${fused.divergence}`);
    assert.ok(Math.abs(eager.perplexity!.after / fused.perplexity!.after - 1) < 1e-4);
  });
});
