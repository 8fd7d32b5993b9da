import assert from 'node:assert/strict';
import { attentionSteps } from '../../../inference/answers/attentionSteps';
import { explain } from '../../../inference/answers/explain';
import { keptLayers } from '../support/keptLayers';
import { fixtureFolder, largestDifference, readCases } from '../support/referenceAttention';
import { withModel } from '../support/useModel';

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  /** Each token's place in the text, as Hugging Face's tokenizers tell it, in code points. */
  readonly places: readonly (readonly [number, number])[];
  readonly says: readonly string[];
  readonly attentions: readonly {
    readonly layer: number;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

const never = { isCancelled: () => false };

/** What PyTorch says and attends to (test/fixtures/models/make_encoders.py). */
const referenceOf = (model: string) => readCases<Case>(model);

const models = [
  { model: 'tiny-modernbert', task: 'fill-mask', mask: '[MASK]', begin: '[CLS]', end: '[SEP]' },
  { model: 'tiny-codebert', task: 'fill-mask', mask: '<mask>', begin: '<s>', end: '</s>' },
  { model: 'tiny-deberta', task: 'text-classification', mask: '[MASK]', begin: '[CLS]', end: '[SEP]' },
  { model: 'tiny-deberta-tags', task: 'token-classification', mask: '[MASK]', begin: '[CLS]', end: '[SEP]' },
  { model: 'tiny-minilm', task: 'feature-extraction', mask: '[MASK]', begin: '[CLS]', end: '[SEP]' },
] as const;

describe('encoders of the hub’s architectures', function () {
  this.timeout(60_000);

  for (const { model, task, mask, begin, end } of models) {
    const { cases, numbers } = referenceOf(model);
    for (const { text, ids, places, says, attentions } of cases) {
      it(`${model} on “${text}”: its tokens in their places, and PyTorch’s attention to 1e-5`, () =>
        withModel(fixtureFolder(model), 'fp32', async open => {
          const { explanation, known } = await explain(open, text, never);
          assert.equal(explanation.model.task, task);
          assert.deepEqual(
            explanation.tokens.map(token => token.id),
            ids,
          );
          explanation.tokens.forEach((token, i) => {
            // Which of two tokens has the space between them is told in more than one way; a mark of a space before the text stands for none of it.
            if (token.text.trim() !== '') {
              assert.equal(text.slice(token.start, token.end).trim(), text.slice(...places[i]).trim(), token.text);
            }
          });
          assert.deepEqual(
            [explanation.tokens[0], explanation.tokens.at(-1)!].map(token => [token.text, token.special]),
            [
              [begin, true],
              [end, true],
            ],
          );
          const masks = explanation.tokens.filter(token => token.text === mask);
          assert.equal(masks.length, text.split(mask).length - 1);
          for (const token of masks) assert.ok(token.special && text.slice(token.start, token.end).includes(mask));
          assert.deepEqual(
            explanation.groups.map(({ kind, causal }) => [kind, causal]),
            [['self', false]],
          );
          const layers = keptLayers(known);
          assert.equal(layers.length, attentions.length);
          for (const { layer, shape, offset } of attentions) {
            const ours = layers.find(each => each.layer === layer)!;
            assert.deepEqual([1, ours.heads, ours.queries, ours.keys], shape);
            const difference = largestDifference(ours.data, numbers.subarray(offset, offset + ours.data.length));
            assert.ok(difference <= 1e-5, `layer ${layer}: ${difference}`);
          }
        }));

      for (const dtype of ['fp32', 'q8']) {
        it(`${model} (${dtype}) says of “${text}” what PyTorch says`, () =>
          withModel(fixtureFolder(model), dtype, async open => {
            const { explanation } = await explain(open, text, never);
            const best = explanation.predictions.map(([first]) => first?.text);
            if (task === 'fill-mask') {
              assert.equal(explanation.predicts, 'here');
              assert.deepEqual(
                best.filter((_, i) => explanation.tokens[i].text === mask),
                says,
              );
            } else if (task === 'token-classification') {
              assert.equal(explanation.predicts, 'class');
              assert.deepEqual(best, says);
            } else {
              assert.equal(explanation.predicts, undefined);
              assert.deepEqual(best, []);
              assert.deepEqual(explanation.classes?.slice(0, 1).map(each => each.text) ?? [], says);
            }
          }));
      }
    }

    it(`${model}: the steps of a row lead to its weights`, () =>
      withModel(fixtureFolder(model), 'fp32', async open => {
        const { known } = await explain(open, cases[0].text, never);
        for (const { layer, heads, queries, keys, data } of keptLayers(known)) {
          const [head, query] = [heads - 1, 2];
          const steps = await attentionSteps(open, known.ids, undefined, { kind: 'self', layer, head }, query);
          assert.ok(steps.keys.length === keys * steps.headSize && steps.residual, `layer ${layer}`);
          // softmax(scale · q·k + bias) by hand.
          const powers = steps.products.map((product, key) =>
            steps.scores[key] === -Infinity ? 0 : Math.exp(product * steps.scale + (steps.bias?.[key] ?? 0)),
          );
          const sum = powers.reduce((a, b) => a + b, 0);
          assert.ok(
            largestDifference(
              powers.map(power => power / sum),
              steps.weights,
            ) <= 2e-5,
            `layer ${layer}`,
          );
          assert.ok(
            largestDifference(
              steps.weights,
              data.slice((head * queries + query) * keys, (head * queries + query + 1) * keys),
            ) <= 2e-5,
            `layer ${layer}`,
          );
          // DeBERTa adds relative positions to the scores, the others nothing.
          assert.equal(steps.bias !== undefined, model.startsWith('tiny-deberta'), `layer ${layer}`);
        }
      }));
  }

  it('take no more tokens than they have positions for: two of RoBERTa’s stand for none', () =>
    withModel(fixtureFolder('tiny-codebert'), 'fp32', async open => {
      assert.equal(open.info.contextLength, 64);
      const { explanation } = await explain(open, 'if (x > 1) and (not done): return True\n'.repeat(10), never);
      assert.equal(explanation.tokens.length, 64);
      assert.equal(explanation.tokens.at(-1)?.text, '</s>');
      assert.equal(explanation.cut?.tokensKept, 64);
    }));

  it('read past the length at which a sentence encoder’s tokenizer.json would cut', () =>
    withModel(fixtureFolder('tiny-minilm'), 'q8', async open => {
      const { explanation } = await explain(
        open,
        'I found the film great in Oslo. In Paris, that was a dull song.',
        never,
      );
      assert.equal(explanation.cut, undefined);
      assert.equal(explanation.tokens.length, 19);
      assert.ok(!explanation.tokens.some(({ text }) => text === '[PAD]'));
    }));
});
