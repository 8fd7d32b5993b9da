import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mechanismIds, type MechanismId } from '../../../core/mechanisms/mechanisms';
import { writeDates } from '../../../core/mechanisms/writeDates';
import { mechanismReference } from '../../../inference/answers/mechanismAnswers';
import { answerDate, writtenText } from '../../../inference/mechanisms/answerDate';
import { datePadding, dateTokens, dateVocabulary } from '../../../inference/mechanisms/dateVocabulary';
import { graphFacts } from '../../../inference/mechanisms/graphFacts';
import { MechanismModel } from '../../../inference/mechanisms/mechanismModel';
import { scoreStep } from '../../../inference/mechanisms/scoreStep';

const fixtures = path.resolve('test', 'fixtures', 'alignment');
const shipped = path.resolve('media', 'models', 'alignment');

interface Reference {
  readonly text: string;
  readonly ids: number[];
  readonly output: string;
  readonly alignment: number[][] | null;
}
const references = Object.fromEntries(
  Object.entries(
    (
      JSON.parse(readFileSync(path.join(fixtures, 'alignment.json'), 'utf8')) as {
        models: Record<MechanismId, { reference: Reference }>;
      }
    ).models,
  ).map(([id, { reference }]) => [id, reference]),
) as Record<MechanismId, Reference>;

async function withModel<Result>(
  folder: string,
  id: MechanismId,
  work: (open: MechanismModel) => Promise<Result>,
): Promise<Result> {
  const open = await MechanismModel.open(mechanismReference(folder, id), `${id}.onnx`);
  try {
    return await work(open);
  } finally {
    await open.dispose();
  }
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  assert.equal(a.length, b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};
const softmax = (scores: ArrayLike<number>) => {
  const powers = Array.from(scores, score => Math.exp(score - Math.max(...Array.from(scores))));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map(power => power / sum);
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/** The numbers of a step, by the formula's letters. */
function partsOf(...given: Parameters<typeof scoreStep>) {
  const { parts } = scoreStep(...given);
  return (symbol: string) => {
    const part = parts.find(candidate => candidate.symbol === symbol);
    assert.ok(part, `${symbol} among ${parts.map(p => p.symbol).join(' ')}`);
    return part.numbers;
  };
}

describe('models of the four mechanisms', () => {
  for (const id of mechanismIds) {
    const { text, ids, output, alignment } = references[id];

    it(`${id}: writes the reference's date and looks where PyTorch's model looked, to 1e-4`, async () => {
      const vocabulary = await dateVocabulary(mechanismReference(fixtures, id));
      assert.deepEqual(dateTokens(text, vocabulary).ids, ids);
      const run = await withModel(fixtures, id, open => open.answer(ids));
      const answer = answerDate(id, run, vocabulary, 0);
      assert.equal(answer.output, output);
      assert.ok(answer.probabilities.every(p => p > 0 && p <= 1));
      if (alignment) assert.ok(largest(answer.alignment!, alignment.flat()) < 1e-4);
      else assert.equal(answer.alignment, undefined);
    });

    it(`${id}: the file that ships, its weights in half precision, writes the same and looks there to 0.01`, async () => {
      const run = await withModel(shipped, id, open => open.answer(ids));
      const answer = answerDate(id, run, await dateVocabulary(mechanismReference(shipped, id)), 0);
      assert.equal(answer.output, output);
      if (alignment) assert.ok(largest(answer.alignment!, alignment.flat()) < 0.01);
    });
  }

  describe('read as they were trained, filled up to one length', () => {
    it('Luong reads a date that it misses bare, and nothing of the padding stays in the answer', async () => {
      const vocabulary = await dateVocabulary(mechanismReference(shipped, 'luong'));
      const { ids } = dateTokens('february 29, 1996', vocabulary);
      const [bare, filled] = await withModel(shipped, 'luong', async open => [
        await open.answer(ids),
        await open.answer(ids, datePadding(vocabulary)),
      ]);
      assert.equal(answerDate('luong', bare, vocabulary, 0).output, '1996-029-2');
      const answer = answerDate('luong', filled, vocabulary, 0);
      assert.equal(answer.output, '1996-02-29');
      assert.equal(answer.alignment!.length, 10 * ids.length);
      assert.equal(filled.recurrent!.key.length, bare.recurrent!.key.length);
      for (let step = 0; step < 10; step++) {
        const row = answer.alignment!.subarray(step * ids.length, (step + 1) * ids.length);
        assert.ok(Math.abs(row.reduce((sum, weight) => sum + weight) - 1) < 1e-5, `step ${step}`);
      }
      const numbers = partsOf(filled, { id: 'luong', step: 9, character: 10 });
      assert.ok(Math.abs(dot(numbers('q'), numbers('W k')) - numbers('qᵀ W k')[0]) < 1e-3);
      assert.equal(numbers('qᵀ W k')[0], numbers('scores')[10]);
      assert.ok(largest(softmax(numbers('scores')), numbers('softmax')) < 1e-5);
    });

    it('the transformer masks its padding: filled up it computes what it computes bare', async () => {
      const vocabulary = await dateVocabulary(mechanismReference(fixtures, 'transformer'));
      const { ids } = references.transformer;
      const [bare, filled] = await withModel(fixtures, 'transformer', async open => [
        await open.answer(ids),
        await open.answer(ids, datePadding(vocabulary)),
      ]);
      assert.ok(largest(bare.logits, filled.logits) < 1e-3);
      bare.layers.forEach((layer, i) => {
        for (const part of ['probabilities', 'scores', 'key', 'value'] as const) {
          assert.ok(largest(layer[part]!, filled.layers[i][part]!) < 1e-3, part);
        }
      });
    });
  });

  describe('measured', () => {
    it('many dates at once are written as one by one', async () => {
      const vocabulary = await dateVocabulary(mechanismReference(shipped, 'none'));
      const texts = writeDates(12, 3).map(({ text }) => dateTokens(text, vocabulary).ids);
      for (const id of mechanismIds) {
        await withModel(shipped, id, async open => {
          const together = await open.write(texts, datePadding(vocabulary));
          assert.equal(together.length, 12);
          for (const [i, ids] of texts.entries()) {
            const { logits } = await open.answer(ids, datePadding(vocabulary));
            assert.equal(writtenText(together[i], vocabulary.vocab_out), writtenText(logits, vocabulary.vocab_out));
            assert.ok(largest(together[i], logits) < 1e-2, `${id} ${i}`);
          }
        });
      }
    });

    it('dates that a rule writes are right as often as who trained the models found', async () => {
      const vocabulary = await dateVocabulary(mechanismReference(shipped, 'none'));
      const dates = writeDates(250, 1).filter(({ long }) => !long);
      for (const id of mechanismIds) {
        const texts = dates.map(({ text }) => dateTokens(text, vocabulary).ids);
        const logits = await withModel(shipped, id, open => open.write(texts, datePadding(vocabulary)));
        const right = logits.filter((each, i) => writtenText(each, vocabulary.vocab_out) === dates[i].iso).length;
        const { exact } = vocabulary.models[id];
        // Four standard errors of 200 dates, and what the ways that they are written in may differ.
        const slack = 4 * Math.sqrt((exact * (1 - exact)) / dates.length) + 0.01;
        assert.ok(Math.abs(right / dates.length - exact) <= slack, `${id}: ${right} of ${dates.length}, not ${exact}`);
      }
    });

    it('graphs keep what runs hand on: one vector, or a state a character', async () => {
      const facts = async (id: MechanismId) => graphFacts(mechanismReference(shipped, id), 40);
      const none = await facts('none');
      assert.deepEqual([none.bits, none.each], [32 * 96, false]);
      for (const id of ['bahdanau', 'luong'] as const) {
        const { ids } = references[id];
        const { recurrent } = await withModel(shipped, id, open => open.answer(ids));
        const { bits, each } = await facts(id);
        assert.deepEqual([bits, each], [(32 * recurrent!.memory.length) / ids.length, true]);
      }
      const { layers } = await withModel(shipped, 'transformer', open => open.answer(references.transformer.ids));
      // Its four heads' keys together are as wide as the states that they are made from.
      const width = layers[0].key!.length / references.transformer.ids.length;
      assert.deepEqual([(await facts('transformer')).bits, (await facts('transformer')).each], [32 * width, true]);
    });
  });

  it('without attention there is one vector, and nothing else to look at', async () => {
    const runs = await withModel(fixtures, 'none', async open => [
      await open.answer(references.none.ids),
      await open.answer([1, 6, 4, 27, 15, 39, 4, 6, 14, 14, 14, 2]),
    ]);
    for (const run of runs) {
      assert.equal(run.vector?.length, 96);
      assert.ok(run.vector.every(number => Math.abs(number) <= 1));
      assert.deepEqual(run.layers, []);
    }
    assert.ok(largest(runs[0].vector!, runs[1].vector!) > 0.1, 'another text, another vector');
    assert.deepEqual(
      scoreStep(runs[0], { id: 'none', step: 3, character: 0 }).parts.map(({ symbol }) => symbol),
      ['c'],
    );
  });

  describe('the formula in its own numbers', () => {
    /** What all have in common: the weights are the softmax of the scores, the score is that of its character. */
    function checkWeights(numbers: (symbol: string) => Float32Array, score: string, character: number) {
      assert.ok(largest(softmax(numbers('scores')), numbers('softmax')) < 1e-5);
      assert.equal(numbers(score)[0], numbers('scores')[character]);
      assert.ok(
        Math.abs(
          dot(
            numbers('softmax'),
            numbers('softmax').map(() => 1),
          ) - 1,
        ) < 1e-5,
      );
      assert.ok(numbers('Σ weight · v').some(number => number !== 0));
    }

    it('additive: vᵀ tanh(W q + U k)', async () => {
      const run = await withModel(fixtures, 'bahdanau', open => open.answer(references.bahdanau.ids));
      for (const [step, character] of [
        [0, 19],
        [3, 22],
        [9, 5],
      ]) {
        const numbers = partsOf(run, { id: 'bahdanau', step, character });
        const sum = numbers('W q').map((value, i) => Math.tanh(value + numbers('U k')[i]));
        assert.ok(largest(sum, numbers('tanh(W q + U k)')) < 1e-5);
        assert.ok(Math.abs(dot(numbers('v'), sum) - numbers('vᵀ tanh(…)')[0]) < 1e-4);
        assert.equal(numbers('q').length, 96);
        assert.equal(numbers('k').length, 192);
        checkWeights(numbers, 'vᵀ tanh(…)', character);
      }
    });

    it('multiplicative: qᵀ W k', async () => {
      const run = await withModel(fixtures, 'luong', open => open.answer(references.luong.ids));
      for (const [step, character] of [
        [0, 19],
        [3, 22],
        [9, 5],
      ]) {
        const numbers = partsOf(run, { id: 'luong', step, character });
        const score = numbers('qᵀ W k')[0];
        assert.ok(Math.abs(dot(numbers('q'), numbers('W k')) - score) < 1e-4 * Math.max(1, Math.abs(score)));
        assert.equal(numbers('k').length, 192);
        checkWeights(numbers, 'qᵀ W k', character);
      }
    });

    it('scaled dot product: qᵀ k / √d, of each head', async () => {
      const run = await withModel(fixtures, 'transformer', open => open.answer(references.transformer.ids));
      assert.equal(run.layers.length, 2);
      for (const [layer, head, step, character] of [
        [0, 0, 0, 19],
        [0, 3, 3, 22],
        [1, 2, 9, 5],
      ]) {
        const numbers = partsOf(run, { id: 'transformer', step, character, head: { layer, head } });
        const score = numbers('qᵀ k / √24')[0];
        assert.ok(Math.abs(dot(numbers('q'), numbers('k')) / Math.sqrt(24) - score) < 1e-4);
        assert.ok(Math.abs(numbers('qᵀ k')[0] / Math.sqrt(24) - score) < 1e-4);
        checkWeights(numbers, 'qᵀ k / √24', character);
      }
    });

    it('a digit, a character or a head that is not there is refused in a sentence', async () => {
      const run = await withModel(fixtures, 'luong', open => open.answer(references.luong.ids));
      for (const place of [
        { step: 10, character: 0 },
        { step: 0, character: 24 },
        { step: 0, character: 0, head: { layer: 0, head: 1 } },
      ]) {
        assert.throws(() => scoreStep(run, { id: 'luong', ...place }), /There is no such digit/);
      }
    });
  });
});
