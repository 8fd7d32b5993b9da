import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { attentionSteps } from '../../../inference/answers/attentionSteps';
import { blockPath } from '../../../inference/answers/blockPath';
import { explain } from '../../../inference/answers/explain';
import { logitLens } from '../../../inference/answers/logitLens';
import { GraphModel } from '../../../inference/graph/graphModel';
import { int64 } from '../../../inference/models/onnxTensors';
import type { OpenModel } from '../../../inference/models/openModel';
import { largestDifference } from '../support/referenceAttention';
import { openFixture, useModels } from '../support/useModel';

const sum = (vectors: readonly Float32Array[]) =>
  vectors[0].map((_, i) => vectors.reduce((total, vector) => total + vector[i], 0));
const length = (vector: Float32Array) => Math.hypot(...vector);

describe('the way of a token through the blocks', function () {
  this.timeout(60_000);
  const opened = new Map<string, OpenModel>();
  useModels(async () => {
    const models = [];
    for (const id of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-dates', 'tiny-deberta', 'tiny-chat']) {
      const model = await openFixture(id);
      opened.set(id, model);
      models.push(model);
    }
    return models;
  });

  const known = async (id: string, text: string) =>
    (await explain(opened.get(id)!, text, { isCancelled: () => false })).known;

  for (const [id, text, kind, parts] of [
    ['tiny-code-gpt', 'const a = [1, 2];\nconst b = a;', 'self', ['self', 'feedForward']],
    ['tiny-code-classifier', 'const a = [1, 2];', 'self', ['self', 'feedForward']],
    ['tiny-deberta', 'the list of items', 'self', ['self', 'feedForward']],
    ['tiny-chat', 'the list of items', 'self', ['self', 'feedForward']],
    ['tiny-dates', 'friday, jul 4, 1986', 'encoder', ['encoder', 'feedForward']],
    ['tiny-dates', 'friday, jul 4, 1986', 'decoder', ['decoder', 'cross', 'feedForward']],
    ['tiny-dates', 'friday, jul 4, 1986', 'cross', ['decoder', 'cross', 'feedForward']],
  ] as const) {
    it(`${id}, ${kind}: parts add up, heads are those of the Steps tab`, async () => {
      const open = opened.get(id)!;
      const { ids, outputIds } = await known(id, text);
      const path = await blockPath(open, ids, outputIds, { kind, layer: 1, position: 3 });
      assert.equal(path.missing, undefined);
      assert.equal(path.chosen, 1);
      for (const block of path.blocks) {
        assert.deepEqual(
          block.parts.map(part => part.kind),
          parts,
        );
      }
      path.parts.forEach(({ before, write, after }, i) => {
        assert.ok(largestDifference(sum([before, write]), after) <= 1e-4);
        const told = path.blocks[1].parts[i];
        assert.ok(Math.abs(told.write - length(write)) < 1e-5 && Math.abs(told.after - length(after)) < 1e-4);
        const { cosine } = told;
        assert.ok(
          Math.abs(length(after) ** 2 - (told.before ** 2 + told.write ** 2 + 2 * told.before * told.write * cosine)) <
            1e-2,
        );
      });
      const attention = path.parts[parts.indexOf(kind as never)];
      assert.ok(attention.heads && attention.heads.length > 1, attention.missing);
      for (const head of [0, 1]) {
        const { residual } = await attentionSteps(open, ids, outputIds, { kind, layer: 1, head }, 3);
        assert.ok(Math.abs(residual!.head - attention.heads[head].write) < 1e-4);
        assert.ok(Math.abs(residual!.layer - length(attention.write)) < 1e-4);
        assert.ok(Math.abs(residual!.stream - length(attention.before)) < 1e-4);
      }
      // Of a linear projection the heads and a constant are all there is.
      const rest = attention.write.map((value, i) => value - sum(attention.heads!.map(({ vector }) => vector))[i]);
      const other = await blockPath(open, ids, outputIds, { kind, layer: 1, position: 1 });
      const otherAttention = other.parts[parts.indexOf(kind as never)];
      const otherRest = otherAttention.write.map(
        (value, i) => value - sum(otherAttention.heads!.map(({ vector }) => vector))[i],
      );
      assert.ok(largestDifference(rest, otherRest) <= 1e-4);
      const { feedForward } = path.parts[parts.length - 1];
      assert.ok(feedForward, path.parts[parts.length - 1].missing);
      assert.ok(
        feedForward.neurons.length > 0 &&
          feedForward.neurons.every(({ neuron, activation }) => feedForward.activations[neuron] === activation),
      );
    });
  }

  it('says behind each block what the logit lens says there', async () => {
    for (const id of ['tiny-code-gpt', 'tiny-chat']) {
      const open = opened.get(id)!;
      const { ids } = await known(id, 'const a = [1, 2];\nconst b');
      const path = await blockPath(open, ids, undefined, { kind: 'self', layer: 0, position: 4 });
      const { rows } = await logitLens(open, ids, 4, 1, () => false);
      const says = [path.embedding.says, ...path.blocks.map(block => block.says)];
      assert.equal(says.length, rows.length);
      rows.forEach(([[{ id: token, probability }]], i) => {
        assert.equal(says[i]?.id, token);
        assert.ok(Math.abs(says[i].probability - probability) < 1e-5);
      });
    }
  });

  it('token and position embeddings are what the stream begins with', async () => {
    const open = opened.get('tiny-code-gpt')!;
    const { ids } = await known('tiny-code-gpt', 'const a = [1, 2];');
    const { embedding, positions } = await blockPath(open, ids, undefined, { kind: 'self', layer: 0, position: 3 });
    assert.deepEqual(
      embedding.parts.map(({ kind }) => kind),
      ['token', 'position'],
    );
    assert.ok(largestDifference(sum(embedding.parts.map(({ vector }) => vector)), embedding.vector) <= 1e-6);
    const { similarity } = positions;
    assert.equal(similarity?.kind, 'added');
    assert.equal(similarity.places.length, ids.length);
    similarity.places.forEach((_, i) => assert.ok(Math.abs(similarity.data[i * (ids.length + 1)] - 1) < 1e-6));
  });

  it('rotary positions: what the turn alone gives falls with the distance, and is the same for the same distance', async () => {
    const { ids } = await known('tiny-chat', 'the list of items and more of them');
    const { positions } = await blockPath(opened.get('tiny-chat')!, ids, undefined, {
      kind: 'self',
      layer: 0,
      position: 2,
    });
    const { similarity } = positions;
    assert.equal(similarity?.kind, 'rotary');
    const n = similarity.places.length;
    for (let i = 1; i < n; i++) {
      assert.ok(Math.abs(similarity.data[i] - similarity.data[(n - 1) * n + n - 1 - i]) < 1e-5);
    }
    assert.ok(similarity.data[1] < 1 && Math.abs(similarity.data[0] - 1) < 1e-6);
  });
});

interface Reference {
  readonly ids: readonly number[];
  readonly position: number;
  readonly logits: Place;
  readonly blocks: readonly {
    readonly parts: readonly Place[];
    readonly after: Place;
    readonly hidden: Place;
    readonly neuron?: { readonly neuron: number; readonly write: Place; readonly change: Place };
  }[];
}
type Place = readonly [offset: number, length: number];

/** Against PyTorch's own modules, heard by hooks: `test/fixtures/blocks/make.py`. */
describe('the way of a token through the blocks, as PyTorch has it', function () {
  this.timeout(60_000);
  const folder = path.join('test', 'fixtures', 'blocks');
  const references = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Record<string, Reference>;
  const all = new Float32Array(new Uint8Array(readFileSync(path.join(folder, 'reference.bin'))).buffer);
  const numbers = ([offset, count]: Place) => all.subarray(offset, offset + count);

  for (const [name, { ids, position, blocks }] of Object.entries(references)) {
    it(`${name}: what each part adds, the stream, the neurons and the logits that they move`, async () => {
      const open = await GraphModel.open({ id: name, folder, dtype: 'fp32' }, `${name}.onnx`);
      open.keep(ids, { feeds: { input_ids: int64(BigInt64Array.from(ids, BigInt), [1, ids.length]) } });
      for (const [layer, block] of blocks.entries()) {
        const found = await blockPath(open, ids, undefined, { kind: 'self', layer, position });
        assert.equal(found.postNorm, name === 'bert');
        assert.deepEqual(
          found.blocks[layer].parts.map(({ kind, parallel }) => [kind, parallel]),
          [
            ['self', false],
            ['feedForward', /^gpt(j|_neox)$/.test(name)],
          ],
        );
        block.parts.forEach((place, i) => assert.ok(largestDifference(found.parts[i].write, numbers(place)) <= 1e-4));
        // After its norm, of a model that normalizes each sum: what the next block reads, or the last stream.
        if (name !== 'bert') assert.ok(largestDifference(found.parts[1].after, numbers(block.after)) <= 1e-4);
        else if (layer === 0) {
          const next = await blockPath(open, ids, undefined, { kind: 'self', layer: 1, position });
          assert.ok(largestDifference(next.parts[0].before, numbers(block.after)) <= 1e-4);
        }
        const { feedForward, missing } = found.parts[1];
        assert.ok(feedForward, missing);
        assert.ok(largestDifference(feedForward.activations, numbers(block.hidden)) <= 1e-4);
        if (!block.neuron) continue;
        const [strongest] = feedForward.neurons;
        assert.equal(strongest.neuron, block.neuron.neuron);
        assert.ok(Math.abs(strongest.write - length(numbers(block.neuron.write))) <= 1e-4);
        const change = numbers(block.neuron.change);
        const order = [...change.keys()].sort((a, b) => change[b] - change[a]);
        assert.ok(strongest.raises.length + strongest.lowers.length > 0);
        for (const [told, expected] of [
          [strongest.raises, order.slice(0, strongest.raises.length)],
          [strongest.lowers, order.slice(order.length - strongest.lowers.length).reverse()],
        ] as const) {
          assert.deepEqual(
            told.map(({ id }) => id),
            expected,
          );
          for (const { id, change: by } of told) assert.ok(Math.abs(by - change[id]) <= 1e-4);
        }
      }
      await open.dispose();
    });
  }

  it('experts: what they add is shown, and said that they are not told apart', async () => {
    const open = await GraphModel.open({ id: 'experts', folder, dtype: 'fp32' }, 'experts.onnx');
    const ids = [3, 4, 5, 6, 7, 8];
    open.keep(ids, { feeds: { input_ids: int64(BigInt64Array.from(ids, BigInt), [1, 6]) } });
    const { parts } = await blockPath(open, ids, undefined, { kind: 'self', layer: 0, position: 3 });
    assert.equal(parts.length, 2);
    assert.ok(largestDifference(sum([parts[1].before, parts[1].write]), parts[1].after) <= 1e-5);
    assert.match(parts[1].missing ?? '', /some of several experts, which are not told apart\.$/);
    assert.equal(parts[0].heads?.length, 2);
    await open.dispose();
  });

  it('attention that is added to no stream: a sentence', async () => {
    const forms = path.join('test', 'fixtures', 'attention-forms');
    const open = await GraphModel.open({ id: 'mha', folder: forms, dtype: 'fp32' }, 'mha_optimised.onnx');
    const [{ name }] = open.sessions.model.inputMetadata;
    const ids = [0, 1, 2, 3, 4];
    open.keep(ids, { feeds: { [name]: new Tensor('float32', new Float32Array(40).fill(0.5), [1, 5, 8]) } });
    const { missing } = await blockPath(open, ids, undefined, { kind: 'self', layer: 0, position: 3 });
    assert.match(missing ?? '', /^The graph of mha does not show a residual stream/);
    await open.dispose();
  });
});
