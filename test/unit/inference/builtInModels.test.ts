import { Tensor } from '@huggingface/transformers';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AttentionKind } from '../../../core/attention/attentionKind';
import type { LayerTensor } from '../../../inference/models/recorder';
import { informativeHead } from '../../../core/attention/informativeHead';
import type { Explanation } from '../../../core/run/explanation';
import { explain } from '../../../inference/answers/explain';
import { measureHeads } from '../../../inference/answers/measureHeads';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { int64 } from '../../../inference/models/tokenInputs';
import { runOnce } from '../../../inference/runs/runModel';
import type { KnownRun } from '../../../inference/runs/runStore';
import type { ExplainedText } from '../../../inference/runs/explainText';
import { keptLayers } from '../support/keptLayers';
import { fixtureFolder, largestDifference, readReference } from '../support/referenceAttention';
import { withModel } from '../support/useModel';

const code = readFileSync('samples/workspace/src/shoppingList.ts', 'utf8');

/** The names of the labels that heads get, by head ("1.1"); a head without one is left out. */
async function labelsOf(open: TransformersModel, known: KnownRun): Promise<Record<string, string>> {
  const summaries = await measureHeads(known, 'self', work => work(open));
  return Object.fromEntries(
    summaries.flatMap(({ layer, head, label }) => (label ? [[`${layer}.${head}`, label.name] as const] : [])),
  );
}

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

    it(`${model}: the shipped file, whose weights are kept in half precision, agrees with PyTorch to 1e-3`, () =>
      withModel(path.resolve('media/models', model), 'fp16', async open => {
        for (const example of examples) {
          const result = await explain(open, example.text, { isCancelled: () => false });
          const expected = tensor(example as unknown as { shape: number[]; offset: number });
          const away = largestDifference(stack(result, 'self').data, expected.data);
          assert.ok(away <= 1e-3, `${away}`);
          assert.equal(result.explanation.model.quantizesActivations, false);
        }
      }));
  }

  /** The first rows of a causal layer's heads, as far as they see: [head][row][key up to the row]. */
  const beginning = ({ data, heads, queries, keys }: LayerTensor, rows: number): number[] =>
    Array.from({ length: heads }, (_, head) =>
      Array.from({ length: rows }, (_, row) => {
        const from = (head * queries + row) * keys;
        return [...data.subarray(from, from + row + 1)];
      }),
    ).flat(2);

  const edits = [
    [
      'When Mary and John went to the store, John gave a drink to',
      'When Mary and John went to the store, Mary gave a drink to',
    ],
    [code, code.replace('return list', 'throw new Error(name)')],
    [code, code + code],
  ] as const;

  /** By how much the rows of tokens before the first difference change, and what is likeliest after them. */
  async function changeOfThePast(open: TransformersModel, [one, other]: readonly [string, string]): Promise<number> {
    const [a, b] = [
      await explain(open, one, { isCancelled: () => false }),
      await explain(open, other, { isCancelled: () => false }),
    ];
    const common = a.known.ids.findIndex((id, at) => id !== b.known.ids[at]);
    const rows = common < 0 ? a.known.ids.length : common;
    assert.ok(rows >= 10, `${rows}`);
    const [before, after] = [a, b].map(({ known }) => keptLayers(known).flatMap(layer => beginning(layer, rows)));
    const weights = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i])), 0);
    const said = ({ explanation }: ExplainedText) =>
      explanation.predictions.slice(0, rows).flatMap(list => list.map(({ probability }) => probability));
    return said(a).reduce((most, value, i) => Math.max(most, Math.abs(value - said(b)[i])), weights);
  }

  it('tiny-code-gpt: an edit later in a text does not change its past, to 1e-6', () =>
    withModel(path.resolve('media/models/tiny-code-gpt'), 'fp16', async open => {
      for (const edit of edits) assert.ok((await changeOfThePast(open, edit)) <= 1e-6);
    }));

  it('with activations quantized over the whole text it does, and the model says so', () =>
    withModel(fixtureFolder('tiny-code-gpt'), 'q8', async open => {
      assert.equal(open.info.quantizesActivations, true);
      assert.ok((await changeOfThePast(open, edits[0])) > 1e-3);
    }));

  for (const [model, dtype] of [
    ['tiny-dates', 'fp16'],
    ['tiny-captioner', 'q8'],
  ] as const) {
    it(`${model}: no activations are quantized over a whole text, so what it wrote is not changed by what follows`, async () => {
      const open = await openModel({ id: model, folder: path.resolve('media/models', model), dtype });
      assert.equal(open.info.quantizesActivations, false);
      await open.dispose();
    });
  }

  it('tiny-captioner: what stands before in a caption is not changed by what follows, to 1e-6', async () => {
    const open = await openModel({
      id: 'tiny-captioner',
      folder: path.resolve('media/models/tiny-captioner'),
      dtype: 'q8',
    });
    try {
      const decoder = open.sessions.decoder_model_merged;
      /** The logits of all tokens of a caption under a picture of made-up cells: [token][vocabulary]. */
      const read = async (ids: readonly number[]): Promise<Float32Array> => {
        const feeds = decoder.inputMetadata.map(input => {
          const shape = 'shape' in input ? input.shape : [];
          if (input.name === 'input_ids') return int64(ids);
          if (input.name === 'use_cache_branch') return new Tensor('bool', [false], [1]);
          if (input.name.startsWith('past_key_values')) {
            return new Tensor('float32', new Float32Array(0), [1, Number(shape[1]), 0, Number(shape[3])]);
          }
          const cells = Float32Array.from({ length: 64 * 160 }, (_, i) => Math.sin(i * 1.7));
          if (input.name === 'encoder_hidden_states') return new Tensor('float32', cells, [1, 64, 160]);
          return int64(input.name === 'position_ids' ? ids.map((_, i) => i) : ids.map(() => 1));
        });
        const outputs = await decoder.run(
          Object.fromEntries(decoder.inputNames.map((name, i) => [name, feeds[i]])) as never,
        );
        return (outputs.logits as unknown as { data: Float32Array }).data;
      };
      const common = [1, 40, 300, 77, 512, 9];
      const [one, other, alone] = await Promise.all(
        [[...common, 100, 200, 1500], [...common, 7], common].map(ids => read(ids)),
      );
      const count = common.length * 2048;
      assert.equal(alone.length, count);
      assert.ok(largestDifference(one.subarray(0, count), alone) <= 1e-6);
      assert.ok(largestDifference(other.subarray(0, count), alone) <= 1e-6);
    } finally {
      await open.dispose();
    }
  });

  it('tiny-dates: what stands before in the written date is not changed by what follows, to 1e-6', () =>
    withModel(path.resolve('media/models/tiny-dates'), 'fp16', async open => {
      const { known } = await explain(open, 'friday, jul 4, 1986', { isCancelled: () => false });
      const written = async (tokens: number) => {
        const run = await runOnce(open, known.ids, known.outputIds!.slice(0, tokens), {});
        return run.attention().filter(({ kind }) => kind === 'decoder');
      };
      const [whole, half] = [await written(known.outputIds!.length), await written(6)];
      assert.deepEqual([half.length, half[0].queries], [2, 6]);
      half.forEach((layer, i) => {
        const [a, b] = [beginning(layer, 6), beginning(whole[i], 6)];
        assert.ok(largestDifference(Float32Array.from(a), Float32Array.from(b)) <= 1e-6);
      });
    }));

  /** The heads with planted mechanisms, and what the panel is to call them on texts that were not written for them. */
  const planted: Readonly<Record<string, string>> = {
    '0.1': 'previous token',
    '0.4': 'start of the line',
    '1.1': 'induction',
    '1.2': 'duplicate token',
    '1.4': 'duplicate token',
    '2.0': 'matching bracket or quote',
  };
  for (const file of ['src/parseLine.ts', 'src/shoppingList.ts', 'analysis/prices.py']) {
    it(`tiny-code-gpt: its planted heads are labelled on the sample ${file}`, () =>
      withModel(path.resolve('media/models/tiny-code-gpt'), 'fp16', async open => {
        const text = readFileSync(path.join('samples/workspace', file), 'utf8');
        const { known } = await explain(open, text, { isCancelled: () => false });
        const labels = await labelsOf(open, known);
        for (const [head, name] of Object.entries(planted)) assert.equal(labels[head], name, head);
      }));
  }

  it('tiny-code-gpt: in prose without brackets the bracket head rests on the first token', () =>
    withModel(path.resolve('media/models/tiny-code-gpt'), 'fp16', async open => {
      const prose =
        'The lamp stood on the table by the window, and the old man read by the light of the lamp.\n' +
        'When the rain began he closed the window, but the light of the lamp moved in the wind.\n' +
        'He put the book on the table and looked at the rain, and the rain ran down the window.\n';
      const { known } = await explain(open, prose, { isCancelled: () => false });
      const labels = await labelsOf(open, known);
      assert.equal(labels['2.0'], 'first token');
      assert.deepEqual(
        [labels['0.1'], labels['1.1'], labels['1.2']],
        ['previous token', 'induction', 'duplicate token'],
      );
    }));

  it('tiny-code-gpt: continues a list of words that is repeated', () =>
    withModel(path.resolve('media/models/tiny-code-gpt'), 'fp16', async open => {
      const words = 'apple river cloud stone garden';
      const text = `${words} ${words} apple river cloud`;
      const { explanation } = await explain(open, text, { isCancelled: () => false, newTokens: 4 });
      assert.ok(explanation.text.startsWith(`${text} stone`), explanation.text);
    }));

  it('tiny-code-classifier: looks everywhere about alike, so that no head of it gets a label', () =>
    withModel(path.resolve('media/models/tiny-code-classifier'), 'fp16', async open => {
      const text = readFileSync('samples/workspace/src/parseLine.ts', 'utf8');
      const { known } = await explain(open, text, { isCancelled: () => false });
      assert.deepEqual(Object.keys(await labelsOf(open, known)), []);
    }));

  for (const model of ['tiny-code-gpt', 'tiny-code-classifier']) {
    it(`${model}: tells its heads and the text’s tokens before it runs`, () =>
      withModel(path.resolve('media/models', model), 'fp16', async open => {
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
    await withModel(path.resolve('media/models/tiny-code-gpt'), 'fp16', async open => {
      await explain(open, 'const a', { ...options, newTokens: 2 });
    });
    await withModel(path.resolve('media/models/tiny-dates'), 'fp16', async open => {
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
