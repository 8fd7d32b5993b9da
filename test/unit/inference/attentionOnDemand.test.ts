import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Prediction } from '../../../core/run/explanation';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import { concat } from '../../../core/onnx/read/wireWriter';
import { AttentionOnDemand } from '../../../inference/runs/attentionOnDemand';
import { explain } from '../../../inference/answers/explain';
import { groupHeads } from '../../../inference/answers/groupHeads';
import { predictionsAt } from '../../../inference/answers/predictionsAt';
import { measureHeads } from '../../../inference/answers/measureHeads';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { layersOf, type UseModel } from '../../../inference/runs/runAttention';
import { rowOf } from '../../../inference/runs/rowOf';
import { stackHeads } from '../../../inference/runs/stackHeads';
import { syntheticEncoder } from '../../bench/onnx/syntheticEncoder';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';
import { keptLayers, noModel } from '../support/keptLayers';

/** Long runs, whose attention is computed where it is looked at, against the same runs kept whole. */
describe('attention on demand', function () {
  this.timeout(120_000);
  const code = 'const items = [1, 2, 3];\nfor (const item of items) {\n  console.log(item);\n}\n'.repeat(3);
  const isCancelled = () => false;
  let open: OpenModel;
  afterEach(() => open.dispose());
  const openFixture = async (id: string, folder = fixtureFolder(id), dtype = 'fp32') => {
    open = await openModel({ id, folder, dtype });
    let runs = 0;
    const use: UseModel = work => {
      runs++;
      return work(open);
    };
    return { use, runs: () => runs };
  };

  const cases = [
    ['tiny-code-gpt', code, 0],
    ['tiny-code-gpt', code, 5],
    ['tiny-code-classifier', code, 0],
    ['tiny-dates', 'friday, jul 4, 1986', 0],
  ] as const;
  for (const [id, text, newTokens] of cases) {
    it(`${id}${newTokens ? ', continued' : ''}: the overview and every head are those of the run kept whole`, async () => {
      const { use } = await openFixture(id);
      const whole = await explain(open, text, { isCancelled, newTokens });
      const long = await explain(open, text, { isCancelled, newTokens, mostKept: 0 });
      assert.ok(long.known.attention instanceof AttentionOnDemand);
      assert.equal(long.known.attention.bytes, 0);
      assert.deepEqual([long.known.ids, long.known.outputIds], [whole.known.ids, whole.known.outputIds]);
      const { explanation } = long;
      whole.explanation.groups.forEach((group, g) => {
        const { layers, ...rest } = explanation.groups[g];
        assert.deepEqual({ ...rest, layers: undefined }, { ...group, layers: undefined });
        group.layers.forEach(({ thumbnails, ...shape }, l) => {
          const { thumbnails: pooled, ...own } = layers[l];
          assert.deepEqual(own, shape);
          assert.deepEqual([pooled.rows, pooled.columns], [thumbnails.rows, thumbnails.columns]);
          assert.ok(largestDifference(pooled.data, thumbnails.data) <= 1e-5);
        });
      });
      const { predictions, predictionsLater } = explanation;
      assert.equal(predictionsLater, id === 'tiny-code-gpt' ? true : undefined);
      if (predictionsLater) {
        assert.deepEqual(predictions.map(each => each.length > 0).indexOf(true), predictions.length - 1);
      }
      const said = predictionsLater ? await predictionsAt(open, long.known, 0, long.known.ids.length) : predictions;
      assert.equal(said.length, predictionsLater ? long.known.ids.length : whole.explanation.predictions.length);
      whole.explanation.predictions.forEach((expected, position) => {
        assert.deepEqual(
          said[position].map(each => each.id),
          expected.map(each => each.id),
        );
        expected.forEach((each, i) => {
          assert.equal(said[position][i].text, each.text);
          assert.ok(Math.abs(said[position][i].probability - each.probability) <= 1e-5);
        });
      });
      // Three heads at a time and five kept, so that lots end inside layers.
      const [{ queries, keys }] = keptLayers(whole.known);
      const head = queries * keys * 4;
      const onDemand = new AttentionOnDemand(long.known.attention.layers, long.known.ids, long.known.outputIds, {
        atOnce: 3 * head,
        kept: 5 * head,
      });
      for (const layer of keptLayers(whole.known)) {
        const size = layer.queries * layer.keys;
        const seen: number[] = [];
        for await (const part of onDemand.parts(layer.kind, use)) {
          if (part.layer !== layer.layer) continue;
          assert.ok(part.data.byteLength <= Math.max(3 * head, size * 4));
          assert.ok(
            largestDifference(
              part.data,
              layer.data.subarray(part.firstHead * size, (part.firstHead + part.heads) * size),
            ) <= 1e-5,
          );
          for (let i = 0; i < part.heads; i++) seen.push(part.firstHead + i);
        }
        assert.deepEqual(
          seen,
          Array.from({ length: layer.heads }, (_, i) => i),
        );
        const last = await onDemand.head({ kind: layer.kind, layer: layer.layer, head: layer.heads - 1 }, use);
        assert.ok(largestDifference(last.data, layer.data.subarray((layer.heads - 1) * size)) <= 1e-5);
        assert.ok(onDemand.bytes <= 5 * head + 2 ** 20);
      }
    });
  }

  it('of a text on which much would be said, all attention is kept and what is said is told later', async () => {
    await openFixture('tiny-code-gpt');
    const whole = await explain(open, code, { isCancelled });
    const { explanation, known } = await explain(open, code, { isCancelled, mostLogits: 1 });
    assert.ok(!(known.attention instanceof AttentionOnDemand));
    assert.equal(explanation.predictionsLater, true);
    const last = known.ids.length - 1;
    const ids = (predictions: readonly Prediction[]) => predictions.map(({ id }) => id);
    assert.deepEqual(ids(explanation.predictions[last]), ids(whole.explanation.predictions[last]));
    const [said] = await predictionsAt(open, known, 5, 1);
    assert.deepEqual(ids(said), ids(whole.explanation.predictions[5]));
    await assert.rejects(predictionsAt(open, whole.known, 5, 1), /kept nothing of this run/);
  });

  it('a head that was looked at, and those beside it, are there at once', async () => {
    const { use, runs } = await openFixture('tiny-code-gpt');
    const {
      known: { attention },
    } = await explain(open, code, { isCancelled, mostKept: 0 });
    await attention.head({ kind: 'self', layer: 2, head: 3 }, use);
    const ofOne = runs();
    await attention.head({ kind: 'self', layer: 2, head: 5 }, use);
    assert.equal(runs(), ofOne);
    await attention.head({ kind: 'self', layer: 1, head: 4 }, use);
    assert.ok(runs() > ofOne);
    await assert.rejects(attention.head({ kind: 'self', layer: 1, head: 6 }, use), /no head 1\.6/);
    await assert.rejects(attention.head({ kind: 'cross', layer: 1, head: 0 }, use), /no head 1\.0/);
  });

  it('measures, groups, rows and all heads are those of the run kept whole', async () => {
    const { use } = await openFixture('tiny-code-gpt');
    const whole = (await explain(open, code, { isCancelled })).known;
    const long = (await explain(open, code, { isCancelled, mostKept: 0 })).known;
    const [expected, actual] = [await measureHeads(whole, 'self', noModel), await measureHeads(long, 'self', use)];
    assert.deepEqual(
      actual.map(({ layer, head }) => [layer, head]),
      expected.map(({ layer, head }) => [layer, head]),
    );
    actual.forEach(({ entropy }, i) => assert.ok(Math.abs(entropy! - expected[i].entropy!) < 1e-5));
    const [groups, again] = [await groupHeads(whole, 'self', noModel), await groupHeads(long, 'self', use)];
    assert.deepEqual([again.heads, again.queries, again.queriesOf], [groups.heads, groups.queries, groups.queriesOf]);
    assert.ok(largestDifference(again.data, groups.data) < 1e-4);
    for (const reduce of ['mean', 'maximum', { layer: 3, head: 1 }] as const) {
      const row = await rowOf(long.attention, 'self', 40, reduce, use);
      assert.ok(largestDifference(row, await rowOf(whole.attention, 'self', 40, reduce, noModel)) < 1e-5);
    }
    const [all, kept] = [
      await stackHeads(long.attention, 'self', use),
      await stackHeads(whole.attention, 'self', noModel),
    ];
    assert.deepEqual(all.shape, kept.shape);
    assert.ok(largestDifference(all.data, kept.data) < 1e-5);
  });

  it('the shipped int8 file in its whole context: one head at a time', async () => {
    const { use } = await openFixture('tiny-code-gpt', path.resolve('media/models/tiny-code-gpt'), 'fp16');
    const text = code.repeat(20);
    const whole = await explain(open, text, { isCancelled });
    const long = await explain(open, text, { isCancelled, mostKept: 2 ** 20 });
    const [{ queries, keys }] = layersOf(long.known.attention, 'self');
    assert.deepEqual([queries, keys], [512, 512]);
    const { data } = await long.known.attention.head({ kind: 'self', layer: 3, head: 5 }, use);
    assert.ok(largestDifference(data, keptLayers(whole.known)[3].data.subarray(5 * 512 * 512)) <= 1e-6);
  });

  describe('with a context of 4,096 tokens', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'headlight-long-'));
      const tokenizer = fixtureFolder('tiny-code-classifier');
      await cp(path.join(tokenizer, 'tokenizer.json'), path.join(folder, 'tokenizer.json'));
      await writeFile(
        path.join(folder, 'tokenizer_config.json'),
        JSON.stringify({
          ...(JSON.parse(await readFile(path.join(tokenizer, 'tokenizer_config.json'), 'utf8')) as object),
          model_max_length: 4096,
        }),
      );
      await writeFile(
        path.join(folder, 'config.json'),
        JSON.stringify({ model_type: 'bert', architectures: ['BertModel'], max_position_embeddings: 4096 }),
      );
      await mkdir(path.join(folder, 'onnx'));
      await writeFile(
        path.join(folder, 'onnx', 'model.onnx'),
        concat(syntheticEncoder({ layers: 3, heads: 8, width: 32, vocabulary: 4096 })),
      );
    });
    after(() => rm(folder, { recursive: true }));

    for (const tokens of [2048, 4096]) {
      it(`${tokens.toLocaleString('en')} tokens: nothing is held but the heads that are looked at, and the overview is theirs`, async () => {
        const { use } = await openFixture('long', folder);
        const { explanation, known } = await explain(open, ' a'.repeat(tokens - 2), { isCancelled });
        assert.equal(explanation.tokens.length, tokens);
        assert.ok(known.attention instanceof AttentionOnDemand);
        const { layers } = explanation.groups[0];
        assert.deepEqual(
          layers.map(({ heads, queries, keys }) => [heads, queries, keys]),
          Array(3).fill([8, tokens, tokens]),
        );
        for (const { layer, head } of [
          { layer: 0, head: 7 },
          { layer: 2, head: 3 },
        ]) {
          const { data } = await known.attention.head({ kind: 'self', layer, head }, use);
          const { rows, columns, data: thumbnails } = layers[layer].thumbnails;
          assert.ok(
            largestDifference(
              thumbnails.subarray(head * rows * columns, (head + 1) * rows * columns),
              poolMaximum(data, tokens, tokens).data,
            ) <= 1e-6,
          );
          for (const query of [0, tokens >> 1, tokens - 1]) {
            assert.ok(
              Math.abs(
                data.subarray(query * tokens, (query + 1) * tokens).reduce((sum, weight) => sum + weight, 0) - 1,
              ) < 1e-4,
            );
          }
          assert.ok(known.attention.bytes <= 2 ** 29);
        }
      });
    }

    it('what does not fit is cut, and said', async () => {
      await openFixture('long', folder);
      const { explanation } = await explain(open, ' a'.repeat(5000), { isCancelled });
      assert.deepEqual([explanation.tokens.length, explanation.cut], [4096, { tokensKept: 4096, tokensLeftOut: 906 }]);
    });
  });

  it('says how much is too much to give at once', async () => {
    await openFixture('tiny-code-gpt');
    const layers = Array.from({ length: 12 }, (_, layer) => ({
      kind: 'self' as const,
      layer,
      causal: true,
      heads: 12,
      queries: 2048,
      keys: 2048,
    }));
    await assert.rejects(
      stackHeads(new AttentionOnDemand(layers, [], undefined), 'self', noModel),
      /All heads of 2,048 tokens are 2\.4 GB, too much/,
    );
  });
});
