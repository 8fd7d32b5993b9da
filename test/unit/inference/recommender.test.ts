import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { explain } from '../../../inference/answers/explain';
import { GraphModel } from '../../../inference/graph/graphModel';
import { keptLayers } from '../support/keptLayers';
import { largestDifference } from '../support/referenceAttention';

/** What `train.py` beside the sample wrote with `--fixture`. */
interface Reference {
  /** By layer: [head][query][key] of the sample's inputs. */
  readonly attention: readonly (readonly number[])[];
  /** Of the last position. */
  readonly logits: readonly number[];
  /** Films that viewers have seen whom the model was not trained on. */
  readonly heldOut: readonly (readonly number[])[];
  readonly hitRate: number;
  /** How many viewers of the training have seen each film. */
  readonly popularity: readonly number[];
  readonly popularityHitRate: number;
}

describe('the sample’s recommender', function () {
  this.timeout(60_000);

  const folder = path.resolve('samples/workspace/films');
  const inputs = readFileSync(path.join(folder, 'next-film.inputs.json'), 'utf8');
  const { input_ids: ids, vocabulary } = JSON.parse(inputs) as {
    input_ids: number[];
    vocabulary: Record<string, string>;
  };
  const reference = JSON.parse(readFileSync('test/fixtures/recommender/reference.json', 'utf8')) as Reference;

  it('gives PyTorch’s attention to 1e-4, and next parts of the series that wait', async () => {
    const file = 'next-film.onnx';
    const open = await GraphModel.open({ id: file, folder, dtype: 'fp32', graph: { file } }, file);
    try {
      const { explanation, known } = await explain(open, inputs, { isCancelled: () => false });
      const layers = keptLayers(known);
      assert.equal(layers.length, reference.attention.length);
      for (const [i, { kind, causal, queries, data }] of layers.entries()) {
        assert.deepEqual([kind, causal, queries], ['self', true, ids.length]);
        assert.equal(data.length, reference.attention[i].length);
        assert.ok(largestDifference(data, Float32Array.from(reference.attention[i])) <= 1e-4);
      }
      assert.deepEqual(
        explanation.tokens.map(({ text }) => text.trim()),
        ids.map(id => vocabulary[id]),
      );
      const likeliest = reference.logits.indexOf(Math.max(...reference.logits));
      const said = explanation.predictions.at(-1)!.map(({ text }) => text);
      assert.equal(said[0], vocabulary[likeliest]);
      assert.deepEqual(said.slice(0, 2).sort(), ['Quiet Orbit III', 'The Herring Line III']);
    } finally {
      await open.dispose();
    }
  });

  it('finds the next film among five as often as its script says, and what most have seen finds it as seldom', async () => {
    const { heldOut, hitRate, popularity, popularityHitRate } = reference;
    const session = await InferenceSession.create(path.join(folder, 'next-film.onnx'));
    const length = heldOut[0].length;
    try {
      const { logits } = await session.run({
        input_ids: new Tensor('int64', BigInt64Array.from(heldOut.flat(), BigInt), [heldOut.length, length]),
      });
      const films = popularity.length;
      const rate = (scores: (viewer: number, position: number) => ArrayLike<number>): number => {
        let hits = 0;
        heldOut.forEach((seen, viewer) => {
          for (let position = 0; position + 1 < length; position++) {
            const before = new Set(seen.slice(0, position + 1));
            const of = scores(viewer, position);
            const higher = popularity.filter((_, film) => !before.has(film) && of[film] > of[seen[position + 1]]);
            if (higher.length < 5) hits++;
          }
        });
        return hits / (heldOut.length * (length - 1));
      };
      const data = logits.data as Float32Array;
      const measured = rate((viewer, position) => {
        const start = (viewer * length + position) * films;
        return data.subarray(start, start + films);
      });
      assert.ok(Math.abs(measured - hitRate) < 0.002, `${measured}, and ${hitRate}`);
      // Films that as many have seen stand in either order.
      const popular = rate(() => popularity);
      assert.ok(Math.abs(popular - popularityHitRate) < 0.01, `${popular}, and ${popularityHitRate}`);
      assert.ok(measured > 4 * popular);
    } finally {
      await session.release();
    }
  });
});
