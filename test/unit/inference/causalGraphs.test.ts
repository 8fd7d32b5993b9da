import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { effectOfHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { logitLens } from '../../../inference/answers/logitLens';
import { GraphModel } from '../../../inference/graph/graphModel';
import type { ExplainedText } from '../../../inference/runs/explainText';

const never = () => false;

/** Causal graphs that are given numbers: what transformers of language can be asked, they can. */
describe('a causal graph', function () {
  this.timeout(60_000);

  async function withGraph(file: string, work: (open: GraphModel) => Promise<void>): Promise<void> {
    const name = path.basename(file);
    const open = await GraphModel.open(
      { id: name, folder: path.resolve(path.dirname(file)), dtype: 'fp32', graph: { file: name } },
      name,
    );
    await work(open).finally(() => open.dispose());
  }
  const run = (open: GraphModel, inputs: object, newTokens?: number): Promise<ExplainedText> =>
    explain(open, JSON.stringify(inputs), { newTokens, isCancelled: never });
  const reference = (model: string) => `test/fixtures/reference-models/${model}`;
  const films = 'samples/workspace/films/next-film.onnx';
  const given = JSON.parse(readFileSync('samples/workspace/films/next-film.inputs.json', 'utf8')) as {
    input_ids: number[];
    vocabulary: Record<string, string>;
  };

  for (const [what, file, inputs] of [
    ['a recommender', films, given],
    ['a graph whose logits have another name', reference('gpt2/model_eager.onnx'), { input_ids: [5, 6, 7, 8] }],
    ['one with fused operators', reference('llama_op_gqa/model.onnx'), { input_ids: [5, 6, 7, 8] }],
  ] as const) {
    it(`${what} has a logit lens, whose last row is what it says`, () =>
      withGraph(file, async open => {
        const { explanation, known } = await run(open, inputs);
        const { length } = explanation.tokens;
        assert.equal(explanation.predictions.length, length);
        const { rows, missing } = await logitLens(open, known.ids, 0, length, never);
        assert.equal(missing, undefined);
        assert.ok(rows.length > 1);
        rows.at(-1)!.forEach((predictions, position) =>
          predictions.forEach(({ id, text, probability }, i) => {
            const said = explanation.predictions[position][i];
            assert.deepEqual([id, text], [said.id, said.text], `${position}`);
            assert.ok(Math.abs(probability - said.probability) < 1e-5);
          }),
        );
      }));

    it(`${what} writes on: each item is the likeliest after all before it`, () =>
      withGraph(file, async open => {
        const first = await run(open, inputs);
        assert.equal(first.explanation.continues, true);
        const { explanation, known } = await run(open, inputs, 3);
        const from = first.known.ids.length;
        assert.equal(explanation.writtenFrom, from);
        assert.equal(explanation.tokens.length, from + 3);
        for (let written = 0; written < 3; written++) {
          const before = known.ids.slice(0, from + written);
          const { predictions } = (await run(open, { input_ids: before })).explanation;
          assert.equal(known.ids[from + written], predictions.at(-1)![0].id);
        }
        // It is a run like any other: a head that is off changes what it says.
        const effect = await effectOfHeads(open, known.ids, undefined, [{ kind: 'self', layer: 0, head: 0 }], from);
        assert.ok(Math.abs(effect.divergence) > 1e-9);
      }));
  }

  it('calls what it wrote as the vocabulary does, also where positions have labels', () =>
    withGraph(films, async open => {
      const labels = given.input_ids.map((_, i) => `film ${i}`);
      const { explanation, known } = await run(open, { ...given, labels }, 2);
      const words = explanation.tokens.map(({ text }) => text.trim());
      assert.deepEqual(words, [...labels, ...known.ids.slice(-2).map(id => given.vocabulary[id])]);
    }));

  it('stops where it has no more positions, and says so', () =>
    withGraph(reference('gpt2/model_eager.onnx'), async open => {
      const input_ids = Array.from({ length: 62 }, (_, i) => 5 + i);
      const { explanation } = await run(open, { input_ids }, 8);
      assert.equal(explanation.tokens.length, 64);
      assert.deepEqual(explanation.notes, ['model_eager.onnx reads at most 64 positions, so it wrote no further.']);
    }));

  it('shows what it wrote only as far as it read it, at the very end of its positions too', () =>
    withGraph(reference('gpt2/model_eager.onnx'), async open => {
      for (const [length, count, total, from] of [
        [63, 2, 64, 63],
        [63, 1, 64, 63],
        [64, 2, 64, undefined],
      ] as const) {
        const input_ids = Array.from({ length }, (_, i) => 5 + i);
        const { explanation } = await run(open, { input_ids }, count);
        assert.deepEqual([explanation.tokens.length, explanation.writtenFrom], [total, from], `${length} and ${count}`);
        assert.equal(explanation.notes?.length, count > total - length ? 1 : 0);
      }
    }));

  it('is not continued where another input would have to grow with it, and says so', () =>
    withGraph(reference('gpt2/model_eager.onnx'), async open => {
      await assert.rejects(
        run(open, { input_ids: [5, 6, 7], attention_mask: [1, 1, 1] }, 2),
        /^Error: model_eager\.onnx cannot be continued, since another input was given as long as the sequence; leave out masks/,
      );
    }));

  for (const [model, says] of [
    ['bert', /its attention is not causal, so no position says what follows\.$/],
    ['whisper_decoder', /what it says depends on a second sequence that it looks at/],
  ] as const) {
    it(`${model} has no lens and is not continued, which is said truly`, () =>
      withGraph(reference(`${model}/model_eager.onnx`), async open => {
        const { inputs } = JSON.parse(readFileSync(reference(`${model}/reference.json`), 'utf8')) as { inputs: object };
        const { explanation, known } = await run(open, { inputs });
        assert.equal(explanation.continues, undefined);
        assert.match((await logitLens(open, known.ids, 0, 1, never)).missing!, says);
      }));
  }
});
