import assert from 'node:assert/strict';
import { explain } from '../../../inference/answers/explain';
import type { TransformersModel } from '../../../inference/models/openModel';
import { textModel } from '../../../inference/models/textModel';
import { beginningOf, longestText } from '../../../inference/text/longestText';
import { fixtureFolder } from '../support/referenceAttention';
import { withModel } from '../support/useModel';

const never = { isCancelled: () => false };

/** Does work with a model; the longest text that was tokenized meanwhile. */
async function longestTokenized(name: string, work: (open: TransformersModel) => Promise<void>): Promise<number> {
  let longest = 0;
  await withModel(fixtureFolder(name), 'q8', async open => {
    const { tokenizer } = textModel(open);
    const encode = tokenizer.encode.bind(tokenizer);
    tokenizer.encode = (text, options) => {
      longest = Math.max(longest, text.length);
      return encode(text, options);
    };
    await work(open);
  });
  return longest;
}

describe('texts that are far longer than the context', function () {
  this.timeout(60_000);

  it('are cut before they are tokenized, and it is said', async () => {
    const longest = await longestTokenized('tiny-code-gpt', async open => {
      const text = ' '.repeat(2 ** 20);
      const { explanation } = await explain(open, text, never);
      const { tokensKept, tokensLeftOut } = explanation.cut!;
      assert.equal(tokensKept, explanation.tokens.length);
      assert.ok(tokensKept <= open.info.contextLength && tokensLeftOut > 30_000, String(tokensLeftOut));
      assert.ok(text.startsWith(explanation.text));
      assert.ok(explanation.tokens.every(({ start, end }) => start <= end && end <= explanation.text.length));
    });
    assert.equal(longest, longestText(512));
  });

  it('have the tokens of their beginning, each in its place', () =>
    withModel(fixtureFolder('tiny-code-gpt'), 'q8', async open => {
      const sentence = 'const naïve = “größer 😀”; // 漢字\n';
      const { explanation: short } = await explain(open, sentence.repeat(100), never);
      const { explanation: long } = await explain(open, sentence.repeat(30_000), never);
      assert.deepEqual(long.tokens, short.tokens);
      assert.equal(long.text, short.text);
      assert.equal(long.cut?.tokensKept, 512);
      // As many as the whole would have: by what the beginning has on average.
      const perSentence = (short.cut!.tokensKept + short.cut!.tokensLeftOut) / 100;
      const told = long.cut.tokensKept + long.cut.tokensLeftOut;
      assert.ok(Math.abs(told / (perSentence * 30_000) - 1) < 0.01, `${told} and ${perSentence * 30_000}`);
    }));

  it('as a chat message are refused before a template or a tokenizer reads them', async () => {
    const longest = await longestTokenized('tiny-chat', async open => {
      textModel(open).tokenizer.apply_chat_template = () => assert.fail('the template was run');
      await assert.rejects(
        explain(open, 'x'.repeat(2 ** 20), { ...never, chat: true }),
        /^Error: This message has 1,048,576 characters, more than the \d+ tokens that .+ takes can hold; select less\.$/,
      );
    });
    assert.equal(longest, 0);
  });

  it('are cut between characters', () => {
    assert.equal(beginningOf('ab😀', 3), 'ab');
    assert.equal(beginningOf('ab😀c', 4), 'ab😀');
    assert.equal(beginningOf('abc', 3), 'abc');
    assert.deepEqual([1, 512, 10 ** 9].map(longestText), [4096, 16_384, 1_000_000]);
  });
});
