import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AnswerSpan } from '../../../core/run/explanation';
import { sentenceOfToken } from '../../../core/text/textPair';
import { answerSpans } from '../../../inference/runs/answerSpans';
import { effectOfHeads, effectOfMask, rankHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import type { OpenModel } from '../../../inference/models/openModel';
import { typesOf } from '../../../inference/models/tokenTypes';
import { randomNumbers } from '../support/randomNumbers';
import { keptLayers } from '../support/keptLayers';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';
import type { UseModel } from '../../../inference/runs/runAttention';
import { withModel } from '../support/useModel';

const never = { isCancelled: () => false };
const fault = (name: string) => path.resolve('test', 'fixtures', 'faults', name);

// The right values: PyTorch 2.13 and transformers 4.57.6 (for a pair of texts `tokenizer(a, b)`).
const question = 'What is the capital?';
const context = 'Paris is the capital of France.';
const expected = JSON.parse(readFileSync(path.join(fault('bert-qa'), 'pair.json'), 'utf8')) as {
  ids: number[];
  types: number[];
};
/** [layer][head][query][key] */
const attentions = new Float32Array(new Uint8Array(readFileSync(path.join(fault('bert-qa'), 'pair.bin'))).buffer);
const answers = [
  [15, 15, 0.065906],
  [15, 16, 0.065813],
  [12, 13, 0.037555],
  [12, 15, 0.034603],
  [12, 16, 0.034554],
];

/** Explains a text, or two, and gives the ids and types that the model read too. */
const run = async (open: OpenModel, text: string, textPair?: string) => {
  const { explanation, known } = await explain(open, text, {
    ...never,
    textPair: textPair === undefined ? undefined : { text: textPair },
  });
  const { tokens, pair } = explanation;
  return {
    ...explanation,
    known,
    ids: known.ids,
    types: typesOf(known.ids),
    sentences: pair && tokens.map((_, i) => sentenceOfToken(pair, i)).join(''),
    places: tokens.map(({ start, end }) => explanation.text.slice(start, end)),
  };
};

describe('pairs of texts', function () {
  this.timeout(60_000);

  for (const { how, texts } of [
    { how: 'two texts', texts: [question, context] },
    { how: 'one text with the separator', texts: [`${question} [SEP] ${context}`] },
    { how: 'one text with all special tokens', texts: [`[CLS] ${question}[SEP]\n${context} [SEP]\n`] },
  ]) {
    it(`${how}: PyTorch’s tokens, types, attention and answers`, () =>
      withModel(fault('bert-qa'), 'fp32', async open => {
        const said = await run(open, texts[0], texts[1]);
        assert.deepEqual([said.ids, said.types], [expected.ids, expected.types]);
        assert.equal(said.sentences, 'AAAAAAAABBBBBBBBBB');
        const layers = keptLayers(said.known);
        assert.equal(layers.length * layers[0].data.length, attentions.length);
        layers.forEach(({ data }, i) => {
          const right = attentions.subarray(i * data.length, (i + 1) * data.length);
          assert.ok(largestDifference(data, right) <= 1e-4, `layer ${i}`);
        });
        assert.equal(said.model.task, 'question-answering');
        said.answers!.forEach(({ firstToken, lastToken, probability }, i) => {
          assert.deepEqual([firstToken, lastToken], answers[i].slice(0, 2));
          assert.ok(Math.abs(probability - answers[i][2]) < 1e-5, String(probability));
        });
        assert.equal(said.answers!.length, 5);
        assert.equal(said.answers![0].text, said.places[15]);
        const { a, b } = said.pair!;
        assert.equal(said.text.slice(a.start, a.end), question);
        assert.equal(said.text.slice(b.start, b.end), context);
        assert.equal(said.places.slice(1, 7).join('').replace(/\s/g, ''), question.replace(/\s/g, ''));
        assert.equal(said.places.slice(8, 17).join('').replace(/\s/g, ''), context.replace(/\s/g, ''));
        if (how !== 'two texts') assert.equal(said.places[7], '[SEP]');
      }));
  }

  it('a question that was typed for a selected context goes before it', () =>
    withModel(fault('bert-qa'), 'fp32', async open => {
      const textPair = { text: question, goesFirst: true };
      const { explanation, known } = await explain(open, context, { ...never, textPair });
      assert.deepEqual([known.ids, typesOf(known.ids)], [expected.ids, expected.types]);
      assert.equal(explanation.answers!.length, 5);
    }));

  it('a question alone has no answer, and its tokens are those of one text', () =>
    withModel(fault('bert-qa'), 'fp32', async open => {
      const { pair, types, answers: none, notes } = await run(open, question);
      assert.deepEqual([pair, types, none], [undefined, undefined, undefined]);
      assert.match(notes!.join(' '), /select a question and the text that answers it/);
    }));

  it('three texts are one, and that is said', () =>
    withModel(fault('bert-qa'), 'fp32', async open => {
      const { pair, notes } = await run(open, 'a [SEP] b [SEP] c');
      assert.equal(pair, undefined);
      assert.match(notes!.join(' '), /\[SEP\] parts 3 texts here/);
    }));

  it('what is computed later of a pair is computed with its types', () =>
    withModel(fault('reranker'), 'fp32', async open => {
      const { known } = await explain(open, 'This is a test', { ...never, textPair: { text: 'sentence.' } });
      const head = { kind: 'self', layer: 0, head: 1 } as const;
      const use: UseModel = work => work(open);
      const off = await effectOfHeads(open, known.ids, undefined, [head], 0);
      const [ranked] = await rankHeads(use, known, [head], { positions: [0] });
      assert.ok(Math.abs(ranked - off.divergence) < 1e-5 && Math.abs(ranked) > 1e-4, `${ranked} ${off.divergence}`);
      const hidden = await effectOfMask(open, known.ids, 8);
      for (const { candidates } of [off, hidden]) {
        assert.ok(Math.abs(candidates[0].before - -0.6799) < 1e-4, String(candidates[0].before));
      }
      // transformers: the same pair with [MASK] in the place of its ninth token.
      assert.ok(Math.abs(hidden.candidates[0].after - -0.5042) < 1e-4, String(hidden.candidates[0].after));
    }));

  it('a reranker scores a pair as PyTorch does', () =>
    withModel(fault('reranker'), 'fp32', async open => {
      const { types, classes, model } = await run(open, 'This is a test', 'sentence.');
      assert.equal(types!.join(''), '000000011111');
      assert.equal(model.outputs, 'scores');
      assert.ok(Math.abs(classes![0].score! - -0.6799) < 1e-4, String(classes![0].score));
    }));

  it('RoBERTa’s pair has two separators between and types of one kind', () =>
    withModel(fixtureFolder('tiny-codebert'), 'fp32', async open => {
      const ids = [0, 87, 75, 72, 224, 79, 76, 86, 87, 2, 2, 82, 73, 281, 2];
      for (const texts of [['the list', 'of items'], ['the list</s></s>of items'], ['the list </s> of items']]) {
        const said = await run(open, texts[0], texts[1]);
        assert.deepEqual(said.ids, ids);
        assert.ok(said.types!.every(type => type === 0));
        assert.equal(said.sentences, 'AAAAAAAAAAABBBB');
      }
    }));

  it('RoBERTa’s types are of one kind though its configuration knows two', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-roberta-'));
    try {
      cpSync(fixtureFolder('tiny-codebert'), folder, { recursive: true });
      const config = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as object;
      writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, type_vocab_size: 2 }));
      await withModel(folder, 'fp32', async open => {
        const { types } = await run(open, 'the list', 'of items');
        assert.deepEqual(new Set(types), new Set([0]));
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [pooling, cosine] of [
    [undefined, 0.7896003],
    ['pooling_mode_mean_tokens', 0.7896003],
    ['pooling_mode_cls_token', 0.9985404],
    ['pooling_mode_max_tokens', 0.9694536],
  ] as const) {
    it(`a sentence encoder gives PyTorch’s cosine of two texts, each read alone (${pooling ?? 'nothing stated'})`, async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-pooling-'));
      try {
        cpSync(fixtureFolder('tiny-minilm'), folder, { recursive: true });
        mkdirSync(path.join(folder, '1_Pooling'));
        if (pooling) {
          const modes = { pooling_mode_mean_tokens: false, [pooling]: true };
          writeFileSync(path.join(folder, '1_Pooling', 'config.json'), JSON.stringify(modes));
        }
        await withModel(folder, 'fp32', async open => {
          const { similarity, tokens } = await run(open, 'the list of items', 'for item in items');
          assert.ok(Math.abs(similarity!.cosine - cosine) < 1e-5, String(similarity!.cosine));
          assert.ok(tokens.filter(({ text }) => text === '[SEP]').length === 2);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('where a model reads no pairs, one sentence says so, and the first text is explained', async () => {
    for (const [folder, why] of [
      [fixtureFolder('tiny-chat'), /reads one text at a time \(it is causal\), so the other text is left out/],
      [fixtureFolder('tiny-t5'), /reads one text at a time \(it was made to turn one into another\)/],
      [fault('gpt2-cls'), /reads one text at a time \(it is causal\)/],
    ] as const) {
      await withModel(folder, 'fp32', async open => {
        const alone = await run(open, 'the list');
        const { pair, notes, ids, types } = await run(open, 'the list', 'of items');
        assert.match(notes!.join(' '), why);
        assert.deepEqual([pair, types, ids], [undefined, undefined, alone.ids]);
      });
    }
  });

  it('of a pair that is longer than the context the longer text loses its end, and both keep their places', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-long-pair-'));
    cpSync(fault('bert-qa'), folder, { recursive: true });
    const settings = path.join(folder, 'tokenizer_config.json');
    const stated = JSON.parse(readFileSync(settings, 'utf8')) as object;
    writeFileSync(settings, JSON.stringify({ ...stated, model_max_length: 20 }));
    await withModel(folder, 'fp32', async open => {
      const { tokens, pair, cut, text, places } = await run(open, 'a b', 'c '.repeat(40).trim());
      assert.equal(tokens.length, 20);
      assert.equal(cut!.tokensKept, 20);
      assert.equal(cut!.tokensLeftOut, 40 - 15);
      assert.equal(pair!.tokensOfB, 4);
      assert.equal(text.slice(pair!.b.start, pair!.b.end), 'c '.repeat(15).trim());
      assert.equal(places.slice(4, 19).join(''), 'c'.repeat(15));
    }).finally(() => rmSync(folder, { recursive: true }));
  });

  it('the best spans are those of all spans in the context, none that ends before it starts', () => {
    const next = randomNumbers(7);
    const logits = () => Float32Array.from({ length: 40 }, () => next(600) / 100);
    for (let round = 0; round < 20; round++) {
      const [start, end] = [logits(), logits()];
      const [from, to] = [9, 33];
      const exp = (of: Float32Array) => Array.from(of.subarray(from, to), value => Math.exp(value));
      const sum = (of: readonly number[]) => of.reduce((total, value) => total + value, 0);
      const [s, e] = [exp(start), exp(end)];
      const all: Omit<AnswerSpan, 'text'>[] = s.flatMap((p, i) =>
        e.slice(i).map((q, j) => ({
          firstToken: from + i,
          lastToken: from + i + j,
          probability: (p * q) / (sum(s) * sum(e)),
        })),
      );
      all.sort((one, other) => other.probability - one.probability);
      answerSpans(start, end, from, to).forEach((span, i) => {
        assert.deepEqual([span.firstToken, span.lastToken], [all[i].firstToken, all[i].lastToken]);
        assert.ok(Math.abs(span.probability - all[i].probability) < 1e-9);
      });
    }
  });
});
