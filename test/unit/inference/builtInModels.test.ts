import assert from 'node:assert/strict';
import path from 'node:path';
import type { AttentionKind } from '../../../core/attention/attentionKind';
import { informativeHead } from '../../../core/attention/informativeHead';
import type { Explanation } from '../../../core/run/explanation';
import { explain } from '../../../inference/answers/explain';
import type { ExplainedText } from '../../../inference/runs/explainText';
import { keptLayers } from '../support/keptLayers';
import { fixtureFolder, largestDifference, readReference } from '../support/referenceAttention';
import { withModel } from '../support/useModel';

/** Our numbers for the built-in models against PyTorch's eager attention of the fp32 weights. */
describe('built-in models', function () {
  this.timeout(60_000);

  /** All layers of one kind as [layer][head][query][key]. */
  function stack(result: ExplainedText, kind: AttentionKind): { shape: number[]; data: Float32Array } {
    const layers = keptLayers(result.known).filter(layer => layer.kind === kind);
    const { heads, queries, keys } = layers[0];
    const data = new Float32Array(layers.length * heads * queries * keys);
    layers.forEach((layer, index) => data.set(layer.data, index * heads * queries * keys));
    return { shape: [layers.length, heads, queries, keys], data };
  }

  for (const model of ['tiny-code-gpt', 'tiny-code-classifier']) {
    const { examples, tensor } = readReference(model);

    it(`${model}: fp32 agrees with PyTorch to 1e-5`, () =>
      withModel(fixtureFolder(model), 'fp32', async open => {
        for (const example of examples) {
          const result = await explain(open, example.text, { isCancelled: () => false });
          assert.deepEqual(
            result.explanation.tokens.map(token => token.id),
            example.ids,
          );
          const expected = tensor(example as unknown as { shape: number[]; offset: number });
          const actual = stack(result, 'self');
          assert.deepEqual(actual.shape, expected.shape);
          assert.ok(largestDifference(actual.data, expected.data) <= 1e-5);
        }
      }));

    it(`${model}: the shipped int8 file stays near`, () =>
      withModel(path.resolve('media/models', model), 'q8', async open => {
        for (const example of examples) {
          const result = await explain(open, example.text, { isCancelled: () => false });
          const expected = tensor(example as unknown as { shape: number[]; offset: number });
          const actual = stack(result, 'self');
          const mean =
            actual.data.reduce((sum, value, i) => sum + Math.abs(value - expected.data[i]), 0) / actual.data.length;
          console.log(
            `      int8 against fp32, “${example.text.slice(0, 24)}…”: largest ${largestDifference(actual.data, expected.data).toFixed(3)}, mean ${mean.toFixed(4)}`,
          );
          assert.ok(mean <= 0.01, `mean difference ${mean}`);
        }
      }));
  }

  for (const model of ['tiny-code-gpt', 'tiny-code-classifier']) {
    it(`${model}: tells its heads and the text’s tokens before it runs`, () =>
      withModel(path.resolve('media/models', model), 'q8', async open => {
        const told: { expected: Explanation; ran: boolean }[] = [];
        let ran = false;
        for (const session of Object.values(open.sessions)) {
          const run = session.run.bind(session);
          session.run = feeds => {
            ran = true;
            return run(feeds);
          };
        }
        const { explanation } = await explain(open, 'const a = 1;', {
          isCancelled: () => false,
          expect: expected => told.push({ expected, ran }),
        });
        assert.deepEqual(
          told.map(one => one.ran),
          [false],
        );
        const [{ expected }] = told;
        assert.ok(ran && expected.tokens.length > 3);
        assert.deepEqual(
          [expected.model, expected.text, expected.tokens],
          [explanation.model, explanation.text, explanation.tokens],
        );
        const shapes = (groups: Explanation['groups']) =>
          groups.map(group => ({
            ...group,
            first: undefined,
            layers: group.layers.map(layer => ({ ...layer, thumbnails: undefined })),
          }));
        assert.deepEqual(shapes(expected.groups), shapes(explanation.groups));
        for (const { first, layers, queries, keys } of explanation.groups) {
          assert.deepEqual(first, informativeHead(layers, queries === keys));
        }
      }));
  }

  it('tells nothing ahead where the model is to write, as its tokens are not known', async () => {
    const told: Explanation[] = [];
    const options = { isCancelled: () => false, expect: (expected: Explanation) => void told.push(expected) };
    await withModel(path.resolve('media/models/tiny-code-gpt'), 'q8', async open => {
      await explain(open, 'const a', { ...options, newTokens: 2 });
    });
    await withModel(path.resolve('media/models/tiny-dates'), 'q8', async open => {
      await explain(open, 'May 3, 2021', options);
    });
    assert.deepEqual(told, []);
  });

  it('tiny-code-gpt: its likeliest next tokens are PyTorch’s', () =>
    withModel(fixtureFolder('tiny-code-gpt'), 'fp32', async open => {
      for (const example of readReference('tiny-code-gpt').examples) {
        const { explanation } = await explain(open, example.text, { isCancelled: () => false });
        assert.equal(explanation.predictions.length, explanation.tokens.length);
        assert.deepEqual(
          explanation.predictions.at(-1)?.map(prediction => prediction.id),
          example.top5,
        );
      }
    }));

  it('tiny-code-classifier: names the language', () =>
    withModel(fixtureFolder('tiny-code-classifier'), 'fp32', async open => {
      for (const example of readReference('tiny-code-classifier').examples) {
        const { explanation } = await explain(open, example.text, { isCancelled: () => false });
        assert.equal(explanation.classes?.[0].text, example.label);
        assert.equal(explanation.classes?.length, 17);
        assert.ok(Math.abs(explanation.classes.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-6);
      }
    }));

  it('tiny-dates: writes the date; encoder, decoder and cross attention agree with PyTorch to 1e-5', () =>
    withModel(fixtureFolder('tiny-dates'), 'fp32', async open => {
      const { examples, tensor } = readReference('tiny-dates');
      for (const example of examples) {
        const result = await explain(open, example.text, { isCancelled: () => false });
        assert.equal(result.explanation.output?.text, example.output);
        assert.deepEqual(
          result.explanation.output?.tokens.map(token => token.id),
          example.decoder_ids,
        );
        for (const kind of ['encoder', 'decoder', 'cross'] as const) {
          const expected = tensor(example[kind] as { shape: number[]; offset: number });
          const actual = stack(result, kind);
          assert.deepEqual(actual.shape, expected.shape, kind);
          assert.ok(largestDifference(actual.data, expected.data) <= 1e-5, kind);
        }
      }
    }));
});
