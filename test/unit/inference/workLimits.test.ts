import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { workLimits } from '../../../core/protocol/workLimits';
import { explain } from '../../../inference/answers/explain';
import { openModel } from '../../../inference/models/openModel';
import { limitTemplates } from '../../../inference/models/readChatTemplate';
import { limitTokenizer } from '../../../inference/models/withinTime';
import { fixtureFolder } from '../support/referenceAttention';

type Json = Record<string, unknown>;

describe('limits on what a model’s files may cost', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-limits-'));
    cpSync(fixtureFolder('tiny-chat'), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const change = (name: string, edit: (json: Json) => void) => {
    const file = path.join(folder, name);
    const json = JSON.parse(readFileSync(file, 'utf8')) as Json;
    edit(json);
    writeFileSync(file, JSON.stringify(json));
  };
  const open = () => openModel({ id: 'tiny', folder, dtype: 'fp32' });
  /** What explaining a text is refused with, and how long that took. @param time milliseconds that tokenizer and template have. */
  const refusal = async (text: string, chat: boolean, time: number, limits = {}) => {
    const model = await open();
    try {
      limitTokenizer(model.tokenizer!, 'tiny', time);
      limitTemplates(model.tokenizer!, { ...workLimits.template, time, ...limits });
      const started = performance.now();
      const error = await explain(model, text, { chat, isCancelled: () => false }).then(
        () => undefined,
        (failure: Error) => failure,
      );
      return { message: error?.message, took: performance.now() - started, model };
    } finally {
      await model.dispose();
    }
  };

  const pattern = { Regex: '(a+)+$' };
  for (const [where, edit] of Object.entries<(json: Json) => void>({
    'a pre-tokenizer': json => {
      const split = { type: 'Split', pattern, behavior: 'Isolated', invert: false };
      json.pre_tokenizer = { type: 'Sequence', pretokenizers: [split, json.pre_tokenizer] };
    },
    'a normalizer': json => {
      json.normalizer = { type: 'Replace', pattern, content: '' };
    },
  })) {
    it(`(a+)+$ in ${where} ends with a sentence`, async () => {
      change('tokenizer.json', edit);
      const { message, took } = await refusal(`${'a'.repeat(60)}b`, false, 500);
      assert.match(
        message!,
        /^The tokenizer of tiny takes longer than 0\.5 seconds for this text, so it was stopped: .+/,
      );
      assert.ok(took < 10_000, `${took} ms`);
      assert.equal((await refusal('Hello.', false, 5000)).message, undefined);
    });
  }

  for (const [what, template, sentence] of [
    [
      'counts to a thousand million',
      '{% for i in range(1000000000) %}{% endfor %}',
      /takes more than 64 MB of memory, so it was stopped/,
    ],
    [
      'doubles a list again and again',
      '{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
      /takes more than 64 MB of memory, so it was stopped/,
    ],
    [
      'loops without filling anything',
      `${'{% for i in range(1000) %}'.repeat(5)}${'{% endfor %}'.repeat(5)}`,
      /takes more than 2 seconds, so it was stopped/,
    ],
    [
      'writes without end',
      '{% for i in range(3000) %}{{ "abcdefghij" }}0123456789{% endfor %}',
      /(writes [\d,]+ characters, and 10,000 are the most)/,
    ],
    ['is itself too long', `{# ${'x'.repeat(30_000)} #}`, /is longer than 20,000 characters/],
  ] as const) {
    it(`a chat template that ${what} ends with a sentence, and the next one is rendered`, async () => {
      const file = path.join(folder, 'chat_template.jinja');
      const whole = readFileSync(file, 'utf8');
      writeFileSync(file, template);
      const limits = { memory: 64, output: 10_000, source: 20_000 };
      const { message, took } = await refusal('Hello.', true, 2000, limits);
      assert.match(message!, /^The chat template of tiny .+; choose another model, or explain the text as it is\.$/);
      assert.match(message!, sentence);
      assert.ok(took < 15_000, `${took} ms`);
      writeFileSync(file, whole);
      assert.equal((await refusal('Hello.', true, 10_000, limits)).message, undefined);
    });
  }

  for (const [name, value] of [
    ['n_layer', 1e9],
    ['num_hidden_layers', 1e9],
    ['num_layers', -1],
  ] as const) {
    it(`a config.json with ${name}: ${value} is refused at once`, async () => {
      change('config.json', json => {
        json[name] = value;
      });
      const started = performance.now();
      await assert.rejects(
        open(),
        /^Error: tiny has -?[\d,]+ layers by its config\.json \(\w+\) in .+, and 4,096 are the most; put the original file back, or choose another model\.$/,
      );
      assert.ok(performance.now() - started < 2000);
    });
  }

  it('a part of a config.json with n_layer: 1e9 is refused, too', async () => {
    change('config.json', json => {
      json.text_config = { n_layer: 1e9 };
    });
    await assert.rejects(open(), /has 1,000,000,000 layers by its config\.json \(n_layer\)/);
  });
});
