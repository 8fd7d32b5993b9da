import assert from 'node:assert/strict';
import path from 'node:path';
import { alignSequences } from '../../../core/attention/compare/alignSequences';
import { matchHeads } from '../../../core/attention/compare/matchHeads';
import { attentionSteps } from '../../../inference/answers/attentionSteps';
import { effectOfHeads, effectOfMask } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { groupHeads } from '../../../inference/answers/groupHeads';
import { measureHeads } from '../../../inference/answers/measureHeads';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { runOnce } from '../../../inference/runs/runModel';
import { keptLayers, noModel } from '../support/keptLayers';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';

/** What is asked of a run after it was made: steps of a row, heads switched off, tokens hidden, the text continued. */
describe('a run, asked further', function () {
  this.timeout(60_000);
  const options = { isCancelled: () => false };
  const opened = new Map<string, OpenModel>();

  before(async () => {
    for (const model of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-dates']) {
      opened.set(model, await openModel({ id: model, folder: fixtureFolder(model), dtype: 'fp32' }));
    }
    opened.set(
      'int8',
      await openModel({ id: 'tiny-code-gpt', folder: path.resolve('media/models/tiny-code-gpt'), dtype: 'fp16' }),
    );
  });
  after(() => Promise.all([...opened.values()].map(open => open.dispose())));
  const model = (id: string): OpenModel => opened.get(id)!;

  const code = 'const items = [1, 2, 3];\nfor (const item of items) {\n  console.log(item);\n}\n';

  const cases = [
    ['tiny-code-gpt', code, 'self', 2, 1, 25],
    ['int8', code, 'self', 0, 3, 12],
    ['tiny-code-classifier', code, 'self', 1, 2, 7],
    ['tiny-dates', 'friday, jul 4, 1986', 'encoder', 1, 0, 9],
    ['tiny-dates', 'friday, jul 4, 1986', 'decoder', 0, 2, 4],
    ['tiny-dates', 'friday, jul 4, 1986', 'cross', 1, 3, 6],
  ] as const;
  for (const [id, text, kind, layer, head, query] of cases) {
    it(`${id}, ${kind} ${layer}.${head}: the steps of a row lead to its probabilities`, async () => {
      const { known } = await explain(model(id), text, options);
      const steps = await attentionSteps(model(id), known.ids, known.outputIds, { kind, layer, head }, query);
      const recorded = keptLayers(known).find(l => l.kind === kind && l.layer === layer)!;
      const row = recorded.data.slice(
        (head * recorded.queries + query) * recorded.keys,
        (head * recorded.queries + query + 1) * recorded.keys,
      );
      // BART multiplies the query by 1/√d before it meets the keys.
      assert.equal(steps.scale, id === 'tiny-dates' ? 1 : 1 / Math.sqrt(steps.headSize));
      assert.equal(steps.bias, undefined);
      // softmax(q·k/√d) by hand, over the keys that the mask leaves.
      const powers = steps.products.map((product, key) =>
        steps.scores[key] === -Infinity ? 0 : Math.exp(product * steps.scale),
      );
      const sum = powers.reduce((a, b) => a + b, 0);
      const byHand = powers.map(power => power / sum);
      const tolerance = id === 'int8' ? 0.02 : 2e-5;
      assert.ok(largestDifference(byHand, steps.weights) <= 2e-5, 'by hand');
      assert.ok(
        largestDifference(steps.weights, row.slice(0, steps.weights.length)) <= tolerance,
        'as the panel shows',
      );
      if (kind === 'self' && id !== 'tiny-code-classifier') {
        assert.deepEqual(
          [...steps.scores.keys()].filter(key => steps.scores[key] === -Infinity),
          [...steps.scores.keys()].filter(key => key > query),
        );
      }
      const output = new Float32Array(steps.valueSize);
      steps.weights.forEach((weight, key) =>
        output.forEach((_, i) => {
          output[i] += weight * steps.values[key * steps.valueSize + i];
        }),
      );
      assert.ok(largestDifference(output, steps.output) <= 1e-5);
      const { residual } = steps;
      assert.ok(residual && residual.head > 0 && residual.layer > 0 && residual.stream > 0, JSON.stringify(residual));
    });
  }

  it('measures every head: rows on the previous token are what the matrix says', async () => {
    const { known } = await explain(model('tiny-code-gpt'), code, options);
    const summaries = await measureHeads(known, 'self', noModel);
    assert.equal(summaries.length, 24);
    for (const { layer, head, masses, entropy } of summaries) {
      const { data, keys } = keptLayers(known)[layer];
      let sum = 0;
      for (let query = 2; query < keys; query++) sum += data[(head * keys + query) * keys + query - 1];
      assert.ok(Math.abs(masses.previous!.mass - sum / (keys - 2)) < 1e-5, `${layer}.${head}`);
      assert.ok(entropy! >= 0 && entropy! <= 1);
    }
    const dates = await explain(model('tiny-dates'), '31.12.1999', options);
    assert.equal((await measureHeads(dates.known, 'cross', noModel)).length, 8);
    await assert.rejects(measureHeads(dates.known, 'self', noModel), /no self attention/);
  });

  it('groups every head of a kind', async () => {
    const dates = await explain(model('tiny-dates'), '31.12.1999', options);
    for (const kind of ['encoder', 'decoder', 'cross'] as const) {
      const { heads, merges, queriesOf } = await groupHeads(dates.known, kind, noModel);
      assert.deepEqual([heads.length, merges.length], [8, 7]);
      const { queries } = keptLayers(dates.known).find(layer => layer.kind === kind)!;
      assert.equal(queriesOf, kind === 'decoder' ? queries - 1 : queries);
    }
    await assert.rejects(groupHeads(dates.known, 'self', noModel), /no self attention/);
  });

  it('finds the heads of the fp32 file again in the int8 file of the same model', async () => {
    const [fp32, int8] = [
      await explain(model('tiny-code-gpt'), code, options),
      await explain(model('int8'), code, options),
    ];
    const layers = ({ known }: typeof fp32) => keptLayers(known).map(layer => ({ ...layer, sameSequence: true }));
    const places = alignSequences(
      fp32.explanation.tokens.map(({ text }) => text),
      int8.explanation.tokens.map(({ text }) => text),
    );
    const { pairs } = matchHeads(layers(fp32), layers(int8), places, places);
    assert.equal(pairs.length, 24);
    for (const { one, other, distance } of pairs) {
      assert.deepEqual(other, one);
      assert.ok(distance < 0.05, `${one.layer}.${one.head}: ${distance}`);
    }
  });

  it('switching no head off changes nothing; switching one off does, and only from its position on', async () => {
    const open = model('tiny-code-gpt');
    const { known, explanation } = await explain(open, code, options);
    const none = await effectOfHeads(open, known.ids, undefined, [], 25);
    assert.equal(none.divergence, 0);
    assert.deepEqual(
      none.candidates.map(({ id }) => id),
      explanation.predictions[25].map(({ id }) => id),
    );
    none.candidates.forEach(({ before, after }, i) => {
      assert.equal(before, after);
      assert.ok(Math.abs(before - explanation.predictions[25][i].probability) < 1e-6);
    });
    const all = Array.from({ length: 24 }, (_, i) => ({
      kind: 'self' as const,
      layer: Math.floor(i / 6),
      head: i % 6,
    }));
    const some = await effectOfHeads(open, known.ids, undefined, all.slice(0, 1), 25);
    const every = await effectOfHeads(open, known.ids, undefined, all, 25);
    assert.ok(some.divergence > 0);
    assert.ok(every.divergence > some.divergence);
  });

  it('what the heads of a layer add to the residual stream one by one is what they add together', async () => {
    for (const [id, text, kind, layer, heads] of [
      ['tiny-code-gpt', code, 'self', 1, 6],
      ['tiny-code-classifier', code, 'self', 2, 4],
      ['tiny-dates', '31.12.1999', 'cross', 1, 4],
    ] as const) {
      const { known } = await explain(model(id), text, options);
      const write = async (off: readonly number[]) =>
        (
          await runOnce(model(id), known.ids, known.outputIds, {
            wants: (k, l, what) => k === kind && l === layer && what === 'write',
            off: (k, l) => [k === kind && l === layer ? off : []],
          })
        ).tensor(kind, layer, 'write')!.data;
      const all = Array.from({ length: heads }, (_, head) => head);
      const [whole, none] = [await write([]), await write(all)];
      const sum = none.slice();
      for (const head of all) {
        const without = await write([head]);
        whole.forEach((value, i) => {
          sum[i] += value - without[i];
        });
      }
      assert.ok(largestDifference(sum, whole) <= 1e-4, `${id}: ${largestDifference(sum, whole)}`);
      const query = 3;
      const size = whole.length / (kind === 'cross' ? known.outputIds! : known.ids).length;
      const { residual } = await attentionSteps(model(id), known.ids, known.outputIds, { kind, layer, head: 2 }, query);
      const row = (data: Float32Array) => data.slice(query * size, (query + 1) * size);
      const without = row(await write([2]));
      assert.ok(Math.abs(residual!.head - Math.hypot(...row(whole).map((value, i) => value - without[i]))) < 1e-4);
      assert.ok(Math.abs(residual!.layer - Math.hypot(...row(whole))) < 1e-4);
    }
  });

  it('a classifier and an encoder-decoder answer otherwise without their heads', async () => {
    const classifier = model('tiny-code-classifier');
    const heads = Array.from({ length: 12 }, (_, i) => ({
      kind: 'self' as const,
      layer: Math.floor(i / 4),
      head: i % 4,
    }));
    const python = await explain(classifier, 'def add(a, b):\n    return a + b', options);
    const effect = await effectOfHeads(classifier, python.known.ids, undefined, heads, 0);
    assert.equal(effect.candidates[0].text, 'Python');
    assert.equal(effect.candidates.length, 17);
    assert.ok(effect.divergence > 0.01);
    const dates = model('tiny-dates');
    const date = await explain(dates, '31.12.1999', options);
    const cross = [0, 1].flatMap(layer => [0, 1, 2, 3].map(head => ({ kind: 'cross' as const, layer, head })));
    const bits = [];
    for (const position of [2, 3, 6, 8]) {
      bits.push((await effectOfHeads(dates, date.known.ids, date.known.outputIds, cross, position)).divergence);
    }
    assert.ok(
      Math.max(...bits) > 1,
      `without cross-attention the decoder cannot know the date: ${bits.join(', ')} bits`,
    );
  });

  it('a hidden token changes what a classifier says; a model without a mask token says so', async () => {
    const classifier = model('tiny-code-classifier');
    const { known, explanation } = await explain(classifier, 'def add(a, b):\n    return a + b', options);
    const effect = await effectOfMask(
      classifier,
      known.ids,
      explanation.tokens.findIndex(({ text }) => text === 'def'),
    );
    assert.equal(effect.candidates[0].text, 'Python');
    assert.equal(effect.candidates.length, 17);
    assert.ok(effect.candidates[0].after < effect.candidates[0].before);
    await assert.rejects(effectOfMask(model('tiny-dates'), [0, 5, 2], 1), /no mask token/);
  });

  it('continues a text by the likeliest tokens, with the attention of each', async () => {
    const open = model('tiny-code-gpt');
    const prompt = 'def add(a, b):\n    return a';
    const { explanation, known } = await explain(open, prompt, { ...options, newTokens: 6 });
    const from = explanation.writtenFrom!;
    assert.equal(explanation.tokens.length, from + 6);
    assert.ok(explanation.text.startsWith(prompt) && explanation.text.length > prompt.length);
    for (let i = from; i < explanation.tokens.length; i++) {
      assert.equal(
        explanation.tokens[i].id,
        explanation.predictions[i - 1][0].id,
        'each is the likeliest after what stands before',
      );
    }
    // The steps with the cache, joined, are what one run over the whole text gives.
    const whole = await explain(open, explanation.text, options);
    assert.deepEqual(whole.known.ids, known.ids);
    keptLayers(known).forEach((layer, i) => {
      assert.deepEqual([layer.heads, layer.queries, layer.keys], [6, from + 6, from + 6]);
      assert.ok(largestDifference(layer.data, keptLayers(whole.known)[i].data) <= 1e-5);
    });
  });
});
