import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { effectOfHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
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

  it('a model without a template says so', () =>
    withFolder(bert('BertForMaskedLM'), 'fp32', async open => {
      await assert.rejects(
        explain(open, 'the', { ...never, chat: true }),
        /has no chat template; explain the text as it is/,
      );
    }));
});
