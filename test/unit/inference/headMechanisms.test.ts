import assert from 'node:assert/strict';
import { mechanisms } from '../../../core/attention/mechanisms/mechanisms';
import type { AttentionKind } from '../../../core/attention/attentionKind';
import { attentionSteps } from '../../../inference/answers/attentionSteps';
import { explain } from '../../../inference/answers/explain';
import { headMechanisms } from '../../../inference/answers/headMechanisms';
import type { OpenModel } from '../../../inference/models/openModel';
import type { UseModel } from '../../../inference/runs/runAttention';
import { runOnce } from '../../../inference/runs/runModel';
import { largestDifference } from '../support/referenceAttention';
import { openFixture, useModels, useReference } from '../support/useModel';

/** Gives a model to whoever asks, and counts how often. */
function lender(open: OpenModel): { use: UseModel; asked: () => number; turns: () => number } {
  let [count, turns] = [0, 0];
  const use: UseModel = Object.assign(
    <Result>(work: (model: OpenModel) => Promise<Result>) => {
      count++;
      return work(open);
    },
    {
      turn: () => {
        turns++;
        return Promise.resolve();
      },
    },
  );
  return { use, asked: () => count, turns: () => turns };
}

const notCancelled = { isCancelled: () => false };

/** Of every head: its own mechanism, computed from what was captured, against its probabilities in the graph. */
async function checkOwn(open: OpenModel, input: string | number[], kinds: readonly AttentionKind[]): Promise<void> {
  const known =
    typeof input === 'string'
      ? (await explain(open, input, notCancelled)).known
      : { ids: input, attention: { layers: (await runOnce(open, input, undefined, {})).attention() } };
  const { use } = lender(open);
  let checked = 0;
  for (const { kind, layer, heads, queries } of known.attention.layers) {
    if (!kinds.includes(kind)) continue;
    for (let head = 0; head < heads; head++) {
      const address = { kind, layer, head };
      const query = queries - 1;
      const answer = await headMechanisms(known, address, { query, only: ['scaled'] }, use);
      const [scaled] = answer.mechanisms;
      assert.ok(scaled.largest <= 1e-5, `${kind} ${layer}.${head}: ${scaled.largest}`);
      assert.ok(scaled.mean.change < 1e-4, `${kind} ${layer}.${head}: ${scaled.mean.change}`);
      const steps = await attentionSteps(
        open,
        known.ids,
        'outputIds' in known ? known.outputIds : undefined,
        address,
        query,
      );
      assert.ok(largestDifference(scaled.row, steps.weights) <= 1e-5);
      checked++;
    }
  }
  assert.ok(checked > 0);
}

/** The scaled dot product of captured queries and keys is the model's own to 1e-5, and the others are held against that. */
describe('a head by other mechanisms', function () {
  this.timeout(60_000);
  const opened = new Map<string, OpenModel>();
  useModels(async () => {
    const models = [];
    for (const id of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-dates', 'tiny-deberta']) {
      const model = await openFixture(id);
      opened.set(id, model);
      models.push(model);
    }
    return models;
  });

  it('causal: equal to the model’s probabilities in each head', () =>
    checkOwn(opened.get('tiny-code-gpt')!, 'const a = [1, 2];\n"b, c"', ['self']));
  it('an encoder, both ways', () => checkOwn(opened.get('tiny-code-classifier')!, 'const a = [1, 2];', ['self']));
  it('an encoder-decoder: encoder, decoder and cross attention', () =>
    checkOwn(opened.get('tiny-dates')!, 'friday, jul 4, 1986', ['encoder', 'decoder', 'cross']));
  it('scores with relative positions of their own', () =>
    checkOwn(opened.get('tiny-deberta')!, 'the list of items', ['self']));

  it('all mechanisms for a query, reading the head from the model once for several questions', async () => {
    const open = opened.get('tiny-code-gpt')!;
    const { known } = await explain(open, 'const a = [1, 2];\nconst b = a;', notCancelled);
    const { use, asked, turns } = lender(open);
    const address = { kind: 'self', layer: 2, head: 1 } as const;
    const all = await headMechanisms(known, address, { query: 5 }, use);
    assert.deepEqual(
      all.mechanisms.map(({ id }) => id),
      mechanisms.map(({ id }) => id),
    );
    assert.ok(turns() > known.ids.length, 'the work is done in pieces');
    const cold = await headMechanisms(known, address, { query: 5, temperature: 0.1, only: ['scaled'] }, use);
    assert.ok(cold.mechanisms[0].ofRow.entropy < all.mechanisms[0].ofRow.entropy);
    assert.ok(cold.mechanisms[0].largest > 1e-3);
    const wide = { query: 5, parameters: { window: { window: 4096 } }, only: ['window' as const] };
    assert.ok((await headMechanisms(known, address, wide, use)).mechanisms[0].largest <= 1e-5);
    assert.equal(asked(), 1);
    await headMechanisms(known, { ...address, head: 2 }, { query: 5, only: ['linear'] }, use);
    assert.equal(asked(), 2);
  });

  it('stops where nobody wants the answer any longer, and says what a wrong question lacks', async () => {
    const open = opened.get('tiny-code-gpt')!;
    const { known } = await explain(open, 'const a = 1;', notCancelled);
    const { use } = lender(open);
    const address = { kind: 'self', layer: 0, head: 0 } as const;
    let left = 4;
    const stopped: UseModel = Object.assign(<Result>(work: (model: OpenModel) => Promise<Result>) => use(work), {
      turn: () => (left-- > 0 ? Promise.resolve() : Promise.reject(new Error('Cancelled.'))),
    });
    await assert.rejects(headMechanisms(known, address, { query: 0 }, stopped), /^Error: Cancelled\.$/);
    assert.equal(left, -1);
    await assert.rejects(headMechanisms(known, address, { query: 400 }, use), /There is no token 400 in this run/);
    await assert.rejects(headMechanisms(known, address, { query: 0, temperature: 0 }, use), /above 0; choose another/);
    await assert.rejects(headMechanisms(known, { ...address, head: 9 }, { query: 0 }, use), /There is no head 0\.9/);
  });
});

describe('a head by other mechanisms, with keys that heads share and positions that are turned', function () {
  this.timeout(60_000);
  let shared: OpenModel;
  const graphs = { 'model.onnx': 'model.onnx' };
  const config = { architectures: ['LlamaForCausalLM'] };
  useReference('fp32', { reference: 'llama_op_gqa', graphs, config }, opened => (shared = opened));
  it('onnxruntime’s GroupQueryAttention', () => checkOwn(shared, [3, 17, 99, 4, 17, 60], ['self']));
});

describe('a head by other mechanisms, rotary positions in the graph', function () {
  this.timeout(60_000);
  let rotary: OpenModel;
  const config = { architectures: ['LlamaForCausalLM'] };
  useReference(
    'fp32',
    { reference: 'llama', graphs: { 'model.onnx': 'model_eager.onnx' }, config },
    opened => (rotary = opened),
  );
  it('Llama’s', () => checkOwn(rotary, [3, 17, 99, 4, 17, 60], ['self']));
});
