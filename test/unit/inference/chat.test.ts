import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Token } from '../../../core/text/token';
import { explain } from '../../../inference/answers/explain';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { fixtureFolder } from '../support/referenceAttention';

interface Message {
  readonly role: string;
  readonly content: string;
}

/** What transformers makes of conversations (test/fixtures/models/make_chat.py). */
interface Case {
  readonly template: string;
  readonly messages: readonly Message[];
  readonly ids?: readonly number[];
  readonly whole?: string;
  readonly refusal?: string;
}

const chat = { isCancelled: () => false, chat: true };
const { configs, cases } = JSON.parse(
  readFileSync(path.join(fixtureFolder('tiny-chat'), 'templates.json'), 'utf8'),
) as { readonly configs: Readonly<Record<string, object>>; readonly cases: readonly Case[] };
const dog = 'The small dog stands in the garden.';

/** tiny-chat with files changed; undefined: left out. */
async function withChat(
  files: Readonly<Record<string, string | undefined>>,
  work: (open: OpenModel) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-chat-'));
  try {
    cpSync(fixtureFolder('tiny-chat'), folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      if (text === undefined) rmSync(path.join(folder, name));
      else writeFileSync(path.join(folder, name), text);
    }
    const open = await openModel({ id: 'tiny-chat', folder, dtype: 'fp32' });
    try {
      await work(open);
    } finally {
      await open.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What of a JSON text the tokens lie on, read as the strings that it holds; a range that several tokens share counts once. */
function covered(json: string, tokens: readonly Token[]): string {
  const ranges = new Set(tokens.filter(({ start, end }) => end > start).map(({ start, end }) => `${start}-${end}`));
  return [...ranges].map(range => JSON.parse(`"${json.slice(...range.split('-').map(Number))}"`) as string).join('');
}

describe('chat templates', function () {
  this.timeout(60_000);

  for (const [template, config] of Object.entries(configs)) {
    it(`${template}: conversations read as transformers writes them, each token in its place, or the refusal in a sentence`, () =>
      withChat({ 'tokenizer_config.json': JSON.stringify(config), 'chat_template.jinja': undefined }, async open => {
        for (const { messages, ids, whole, refusal } of cases.filter(each => each.template === template)) {
          const json = JSON.stringify(messages, undefined, 2);
          if (refusal !== undefined) {
            await assert.rejects(
              explain(open, json, chat),
              ({ message }: Error) =>
                message ===
                `The chat template of tiny-chat does not take these messages (${refusal.replace(/\.$/, '')}); change them, or explain the text as it is.`,
            );
            continue;
          }
          const {
            explanation: { tokens, text, notes },
          } = await explain(open, json, chat);
          assert.equal(text, json);
          assert.deepEqual(
            tokens.map(({ id }) => id),
            ids,
            whole,
          );
          const moved = template === 'mistral' && messages[0].role === 'system' && messages.length > 2;
          const thought = template === 'thinking' && messages.some(({ content }) => content.includes('</think>'));
          assert.deepEqual(
            notes,
            moved
              ? [
                  'The chat template of tiny-chat moves message 1 (system), so its tokens are tied to no place in the text.',
                ]
              : thought
                ? ['The chat template of tiny-chat leaves out a part of message 2 (assistant).']
                : [],
          );
          const written = messages
            .filter(({ role }) => !(moved && role === 'system'))
            .map(({ content }) => (thought ? content.replace(/^.*<\/think>\s*/s, '') : content));
          // Some templates trim.
          assert.equal(covered(json, tokens).replace(/\s/g, ''), written.join('').replace(/\s/g, ''));
          for (const { special, start, end } of tokens) assert.equal(special, start === end);
          tokens
            .slice(1)
            .forEach(({ start, end }, i) => assert.ok(start >= tokens[i].start && end >= tokens[i].end, whole));
          if (messages.length === 1) {
            const [{ content }] = messages;
            const plain = (await explain(open, content, chat)).explanation;
            assert.equal(plain.text, content);
            assert.deepEqual(
              plain.tokens.map(({ id }) => id),
              ids,
            );
            const inside = plain.tokens.filter(({ special }) => !special);
            assert.equal(
              inside
                .map(({ start, end }) => content.slice(start, end))
                .join('')
                .trim(),
              content.trim(),
            );
          }
        }
      }));
  }

  it('every style takes a lone message of the user, and only Gemma’s refuses a system message', () => {
    assert.deepEqual(Object.keys(configs), ['qwen', 'smollm2', 'llama3', 'gemma', 'mistral', 'thinking', 'named']);
    for (const template of Object.keys(configs)) {
      const own = cases.filter(each => each.template === template);
      assert.ok(
        own.some(({ messages, ids }) => messages.length === 1 && ids),
        template,
      );
      const system = own.filter(({ messages }) => messages[0].role === 'system');
      assert.ok(
        system.length === 2 &&
          system.every(({ refusal }) => (refusal === 'System role not supported') === (template === 'gemma')),
        template,
      );
    }
  });

  for (const [language, answer] of [
    ['German', 'Der kleine Hund steht im Garten.'],
    ['French', 'Le petit chien est dans le jardin.'],
  ]) {
    it(`chat_template.jinja: the system message has the model answer in ${language}`, () =>
      withChat({}, async open => {
        const json = JSON.stringify({
          messages: [
            { role: 'system', content: `Answer in ${language}.` },
            { role: 'user', content: dog },
          ],
        });
        const { explanation } = await explain(open, json, { ...chat, newTokens: 20 });
        assert.ok(explanation.text.startsWith(`${json}\n`));
        assert.equal(explanation.text.slice(json.length + 1), answer);
        const answered = explanation.tokens.slice(explanation.writtenFrom).filter(({ special }) => !special);
        assert.equal(answered.map(({ start, end }) => explanation.text.slice(start, end)).join(''), answer);
      }));
  }

  for (const [takes, template, written] of [
    [
      'parts',
      "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}<{{ part['text'] }}>{% endfor %}{% endif %}{% endfor %}",
      '<What is this?><A dog>yes',
    ],
    ['texts alone', '{% for m in messages %}[{{ m.content | trim }}]{% endfor %}', '[What is this?\nA dog][yes]'],
    [
      'texts alone, and refuses parts',
      "{% for m in messages %}{{ m.content + ';' }}{% endfor %}",
      'What is this?\nA dog;yes;',
    ],
  ]) {
    it(`messages in parts, a template that takes ${takes}: each token in its place`, () =>
      withChat({ 'chat_template.jinja': template }, async open => {
        const content = ['What is this?', 'A dog'].map(text => ({ type: 'text', text }));
        const json = JSON.stringify([
          { role: 'user', content },
          { role: 'assistant', content: 'yes' },
        ]);
        const { tokens, notes } = (await explain(open, json, chat)).explanation;
        assert.equal(
          tokens
            .map(({ text }) => text)
            .join('')
            .replace(/Ġ|▁/g, ' '),
          written,
        );
        assert.deepEqual(notes, []);
        const said = tokens.filter(({ special }) => !special);
        assert.equal(covered(json, said).replace(/\s/g, ''), 'Whatisthis?Adogyes');
        for (const { start, end } of said) assert.ok(start > 0 && end > start && end < json.length);
      }));
  }

  it('chat_template.jinja goes before the template of tokenizer_config.json', () =>
    withChat(
      {
        'tokenizer_config.json': JSON.stringify({
          ...configs.qwen,
          chat_template: '{{ raise_exception("the old one") }}',
        }),
      },
      async open => {
        const { explanation } = await explain(open, dog, chat);
        assert.equal(explanation.tokens[0].text, '<|im_start|>');
      },
    ));

  it('what is wrong with a conversation, its template or its length is said in a sentence', () =>
    withChat({}, async open => {
      await assert.rejects(
        explain(open, '[{"role": "user", "content": "a"}, {"role": "assistant"}]', chat),
        /^Error: Message 2 of this conversation lacks its “content” as text; give each message a “role” and a “content”\.$/,
      );
      await assert.rejects(
        explain(open, dog.repeat(40), chat),
        /This message has \d+ tokens, and tiny-chat takes 256; select less\.$/,
      );
      await withChat({ 'chat_template.jinja': '{{ messages[0].content | nosuchfilter }}' }, async broken => {
        await assert.rejects(
          explain(broken, dog, chat),
          /^Error: The chat template of tiny-chat does not take these messages \(.*nosuchfilter.*\); change them, or explain the text as it is\.$/,
        );
      });
    }));
});
