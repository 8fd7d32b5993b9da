import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { outputMeaning } from '../../../core/models/outputMeaning';
import type { Explanation } from '../../../core/run/explanation';
import { effectOfHeads, rankHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { positionOf } from '../../../webview/details/effectPosition';
import { bertTokenizer, modelFolder } from '../support/modelFolder';

const never = { isCancelled: () => false };

async function withFolder(folder: string, dtype: string, work: (open: OpenModel) => Promise<void>): Promise<void> {
  try {
    const open = await openModel({ id: 'model', folder, dtype });
    await work(open);
    await open.dispose();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('tasks over text', function () {
  this.timeout(30_000);

  const bert = (architecture: string, more: object = {}) =>
    modelFolder({
      reference: 'bert',
      graphs: { 'model.onnx': 'model_eager.onnx' },
      config: { architectures: [architecture], ...more },
      tokenizer: bertTokenizer,
    });

  it('a mask filler says for each position what fits there', () =>
    withFolder(bert('BertForMaskedLM'), 'fp32', async open => {
      const { explanation } = await explain(open, 'a [MASK] b', never);
      assert.equal(explanation.model.task, 'fill-mask');
      assert.equal(explanation.predicts, 'here');
      assert.equal(explanation.predictions.length, explanation.tokens.length);
      assert.ok(explanation.tokens.some(({ text, special }) => special && text === '[MASK]'));
      assert.equal(explanation.groups[0].causal, false);
    }));

  it('each of several masks has its own candidates, and its name says which it is', () =>
    withFolder(bert('BertForMaskedLM'), 'fp32', async open => {
      const { explanation, known } = await explain(open, 'a [MASK] b [MASK]', never);
      const { tokens, predictions } = explanation;
      const masks = tokens.flatMap(({ text }, i) => (text === '[MASK]' ? [i] : []));
      assert.equal(masks.length, 2);
      const { logits } = (await open.run(known.ids)) as { logits: { data: Float32Array; dims: readonly number[] } };
      const columns = logits.dims[2];
      for (const mask of masks) {
        const row = Array.from(logits.data.subarray(mask * columns, (mask + 1) * columns));
        const best = row.map((_, id) => id).sort((a, b) => row[b] - row[a]);
        assert.deepEqual(
          predictions[mask].map(({ id }) => id),
          best.slice(0, predictions[mask].length),
        );
        const sum = row.reduce((all, logit) => all + Math.exp(logit - row[best[0]]), 0);
        assert.ok(Math.abs(predictions[mask][0].probability - 1 / sum) < 1e-5);
      }
      assert.notDeepEqual(predictions[masks[0]], predictions[masks[1]]);
      assert.deepEqual(
        masks.map(mask => positionOf(explanation as Explanation, explanation.groups[0], mask).name),
        ['in place of “[MASK]”, 1 of 2', 'in place of “[MASK]”, 2 of 2'],
      );
      assert.doesNotMatch(positionOf(explanation as Explanation, explanation.groups[0], masks[0] - 1).name, / of \d/);
    }));

  it('a token classifier says the class of each token, and what a head that is off changes of it', () =>
    withFolder(
      bert('BertForTokenClassification', {
        id2label: Object.fromEntries(Array.from({ length: 128 }, (_, i) => [i, `B-${i}`])),
      }),
      'fp32',
      async open => {
        const { explanation, known } = await explain(open, 'a b', never);
        assert.equal(explanation.model.task, 'token-classification');
        assert.equal(explanation.predicts, 'class');
        assert.equal(explanation.predictions.length, explanation.tokens.length);
        assert.match(explanation.predictions[1][0].text, /^B-\d+$/);
        const effect = await effectOfHeads(open, known.ids, undefined, [{ kind: 'self', layer: 0, head: 0 }], 1);
        assert.equal(effect.candidates[0].text, explanation.predictions[1][0].text);
        assert.ok(effect.divergence > 0);
      },
    ));

  /** tiny-code-gpt with a template of the form that chat models have. */
  function chatModel(inConfig: boolean): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-task-'));
    cpSync('media/models/tiny-code-gpt', folder, { recursive: true });
    const template =
      '{% for message in messages %}<user>{{ message.content | trim }}</user>\n{% endfor %}{% if add_generation_prompt %}<bot>{% endif %}';
    if (inConfig) {
      writeFileSync(
        path.join(folder, 'tokenizer_config.json'),
        JSON.stringify({ tokenizer_class: 'GPT2Tokenizer', chat_template: template }),
      );
    } else writeFileSync(path.join(folder, 'chat_template.jinja'), template);
    return folder;
  }

  for (const inConfig of [true, false]) {
    it(`a message stands in the model’s chat template, from ${inConfig ? 'tokenizer_config.json' : 'chat_template.jinja'}`, () =>
      withFolder(chatModel(inConfig), 'fp16', async open => {
        const text = '  const a = 1; ';
        const { explanation } = await explain(open, text, { ...never, chat: true });
        assert.equal(explanation.text, text);
        const written = (tokens: typeof explanation.tokens) => tokens.map(token => token.text).join('');
        const inside = explanation.tokens.filter(({ start, end }) => end > start);
        assert.equal(
          inside
            .map(({ start, end }) => text.slice(start, end))
            .join('')
            .trim(),
          'const a = 1;',
        );
        assert.equal(written(explanation.tokens), '<user>const a = 1;</user>\n<bot>');
        assert.ok(explanation.tokens[0].special && explanation.tokens.at(-1)?.special);
        const { explanation: continued } = await explain(open, text, { ...never, chat: true, newTokens: 4 });
        assert.deepEqual(continued.tokens.slice(0, explanation.tokens.length), explanation.tokens);
        assert.ok(continued.text.startsWith(`${text}\n`) && continued.text.length > text.length + 1);
        assert.equal(continued.writtenFrom, explanation.tokens.length);
      }));
  }

  it('a text that the model ends at once is left as it is, with nothing written behind it', async () => {
    const open = await openModel({ id: 'tiny-chat', folder: 'test/fixtures/models/tiny-chat', dtype: 'fp32' });
    try {
      const { explanation } = await explain(open, 'The end.', { ...never, newTokens: 8 });
      assert.deepEqual([explanation.text, explanation.writtenFrom], ['The end.', undefined]);
      assert.deepEqual(explanation.notes, ['tiny-chat ends the text here, so it wrote nothing.']);
    } finally {
      await open.dispose();
    }
  });

  it('a model without a template says so', () =>
    withFolder(bert('BertForMaskedLM'), 'fp32', async open => {
      await assert.rejects(
        explain(open, 'the', { ...never, chat: true }),
        /has no chat template; explain the text as it is/,
      );
    }));

  const fault = (name: string) => path.join('test', 'fixtures', 'faults', name);
  const opened = async (name: string, text: string) => {
    const open = await openModel({ id: name, folder: path.resolve(fault(name)), dtype: 'fp32' });
    try {
      return (await explain(open, text, never)).explanation;
    } finally {
      await open.dispose();
    }
  };

  it('a classifier that transformers.js has no class for: GPT-2’s classes are PyTorch’s', async () => {
    const { tokens, classes, model, groups } = await opened('gpt2-cls', 'def totals(items):');
    assert.equal(model.task, 'text-classification');
    assert.deepEqual(
      tokens.map(({ id }) => id),
      [5, 611, 3720, 2349, 13, 2686, 598],
    );
    const expected = { neg: 0.95524, neu: 0.04449, pos: 0.00027 };
    assert.deepEqual(
      classes!.map(({ text }) => text),
      Object.keys(expected),
    );
    classes!.forEach(({ text, probability }) =>
      assert.ok(Math.abs(probability - expected[text as keyof typeof expected]) < 1e-5),
    );
    assert.ok(groups[0].causal);
  });

  it('a type that no library knows: a BERT under another name classifies as it does under its own', async () => {
    const folder = (type: string) =>
      bert('BertForTokenClassification', { model_type: type, id2label: { 0: 'a', 1: 'b' } });
    const said: string[] = [];
    for (const type of ['bert', 'nystromformer']) {
      await withFolder(folder(type), 'fp32', async open => {
        const { explanation } = await explain(open, 'a b', never);
        assert.equal(explanation.model.task, 'token-classification');
        said.push(JSON.stringify(explanation.predictions));
      });
    }
    assert.equal(said[0], said[1]);
  });

  it('T5’s encoder alone encodes text, as it does within the whole', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-t5-'));
    const whole = path.join('test', 'fixtures', 'models', 'tiny-t5');
    mkdirSync(path.join(folder, 'onnx'));
    for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
      cpSync(path.join(whole, name), path.join(folder, name));
    }
    cpSync(path.join(whole, 'onnx', 'encoder_model.onnx'), path.join(folder, 'onnx', 'model.onnx'));
    const config = JSON.parse(readFileSync(path.join(whole, 'config.json'), 'utf8')) as object;
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, architectures: ['T5EncoderModel'] }));
    const text = 'the list of items';
    const open = await openModel({ id: 'tiny-t5', folder: path.resolve(whole), dtype: 'fp32' });
    const { known } = await explain(open, text, never);
    const { data: expected } = await known.attention.head({ kind: 'encoder', layer: 1, head: 0 }, work => work(open));
    await open.dispose();
    await withFolder(folder, 'fp32', async encoder => {
      const { explanation, known } = await explain(encoder, text, never);
      const { model, groups, predictions } = explanation;
      assert.equal(model.task, 'feature-extraction');
      assert.deepEqual(
        groups.map(({ kind, causal }) => [kind, causal]),
        [['self', false]],
      );
      assert.equal(predictions.length, 0);
      const { data } = await known.attention.head({ kind: 'self', layer: 1, head: 0 }, work => work(encoder));
      assert.deepEqual(data, expected);
    });
  });

  it('a causal model without logits encodes text: nothing is offered to be continued', async () => {
    const { model, groups } = await opened('gpt2-embed', 'This is');
    assert.equal(model.task, 'feature-extraction');
    assert.ok(groups[0].causal);
  });

  it('labels that hold each by itself: a sigmoid a label, and effects summed over them', async () => {
    const open = await openModel({ id: 'multilabel', folder: path.resolve(fault('multilabel')), dtype: 'fp32' });
    const { explanation, known } = await explain(open, 'This is a test sentence.', never);
    assert.equal(explanation.model.outputs, 'labels');
    const expected = { insult: 0.808, threat: 0.397, obscene: 0.374, toxic: 0.243 };
    assert.deepEqual(
      explanation.classes!.map(({ text }) => text),
      Object.keys(expected),
    );
    explanation.classes!.forEach(({ text, probability }) =>
      assert.ok(Math.abs(probability - expected[text as keyof typeof expected]) < 1e-3, `${text} ${probability}`),
    );
    const head = { kind: 'self', layer: 1, head: 2 } as const;
    const { candidates, divergence, scores } = await effectOfHeads(open, known.ids, undefined, [head], 0);
    assert.equal(scores, undefined);
    const bits = candidates.reduce(
      (sum, { before: p, after: q }) => sum + p * Math.log2(p / q) + (1 - p) * Math.log2((1 - p) / (1 - q)),
      0,
    );
    assert.ok(divergence > 1e-4 && Math.abs(divergence - bits) < 1e-9, `${divergence} ${bits}`);
    const [ranked] = await rankHeads(work => work(open), known, [head], { positions: [0] });
    assert.ok(Math.abs(ranked / bits - 1) < 1e-3, `${ranked} ${bits}`);
    await open.dispose();
  });

  it('one output is a score, and effects are by how much it falls', async () => {
    const open = await openModel({ id: 'reranker', folder: path.resolve(fault('reranker')), dtype: 'fp32' });
    const { explanation, known } = await explain(open, 'This is a test sentence.', never);
    assert.equal(explanation.model.outputs, 'scores');
    const [{ score, probability }, ...others] = explanation.classes!;
    assert.equal(others.length, 0);
    assert.ok(Math.abs(score! + 0.425) < 1e-3 && Math.abs(probability - 0.395) < 1e-3, `${score} ${probability}`);
    const heads = [0, 1, 2, 3].map(head => ({ kind: 'self', layer: 1, head }) as const);
    const ranked = await rankHeads(work => work(open), known, heads, { positions: [0] });
    for (const [i, head] of heads.entries()) {
      const effect = await effectOfHeads(open, known.ids, undefined, [head], 0);
      assert.ok(effect.scores && effect.candidates.length === 1);
      const [{ before, after }] = effect.candidates;
      assert.ok(Math.abs(before - score!) < 1e-5 && before !== after);
      assert.ok(Math.abs(effect.divergence - (before - after)) < 1e-9);
      assert.ok(Math.abs(ranked[i] - (before - after)) < 1e-4);
    }
    await open.dispose();
  });

  it('what outputs mean is read as transformers reads it', () => {
    for (const [config, outputs, meaning] of [
      [{}, undefined, 'distribution'],
      [{}, 1, 'scores'],
      [{ num_labels: 1 }, undefined, 'scores'],
      [{ id2label: { 0: 'LABEL_0' } }, undefined, 'scores'],
      [{ id2label: { 0: 'a', 1: 'b' } }, undefined, 'distribution'],
      [{ id2label: { 0: 'a', 1: 'b' }, problem_type: 'multi_label_classification' }, undefined, 'labels'],
      [{ id2label: { 0: 'a', 1: 'b' }, problem_type: 'regression' }, undefined, 'scores'],
      [{ id2label: { 0: 'a', 1: 'b' }, problem_type: 'single_label_classification' }, 2, 'distribution'],
    ] as const) {
      assert.equal(outputMeaning(config, outputs), meaning, JSON.stringify(config));
    }
  });
});
