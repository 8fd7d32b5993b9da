import assert from 'node:assert/strict';
import path from 'node:path';
import { CancellationToken } from 'vscode-jsonrpc';
import { answerKnockout, answerOcclusion, coveredAnswer } from '../../../inference/vision/answerEffects';
import { conversationPrompt } from '../../../inference/vision/conversationPrompt';
import { visionCaption } from '../../../inference/vision/visionCaption';
import type { VisionModel } from '../../../inference/vision/visionModel';
import { asked, VisionFixture } from './support/visionFixture';

const none = CancellationToken.None;

describe('answers that are hardly any', function () {
  this.timeout(60_000);
  const fixture = new VisionFixture('tiny-smolvlm');
  const question = 'Describe the picture.';
  const source = {
    name: 'wide.png',
    path: path.join(fixture.folder, 'wide.png'),
    background: [255, 255, 255] as const,
  };
  let open: VisionModel;
  before(async () => {
    open = await fixture.open('fp32');
  });
  after(() => open.dispose());

  /** The same model, which ends an answer with these tokens alone. */
  const endingWith = (eos_token_id: readonly number[]): VisionModel =>
    Object.assign(Object.create(open) as VisionModel, {
      model: Object.create(open.model, { generation_config: { value: { eos_token_id } } }) as VisionModel['model'],
      tokenizer: Object.create(open.tokenizer, { eos_token_id: { value: undefined } }) as VisionModel['tokenizer'],
    });

  it('an answer of no words is one, and can be covered and cut', async () => {
    const first = (await fixture.askFile(open, 'wide.png', question)).answerIds[0];
    const silent = endingWith([first]);
    const run = await fixture.askFile(silent, 'wide.png', question);
    assert.deepEqual([run.answer.text, run.answer.words, run.answer.cut], ['', [], false]);
    const raw = await fixture.raw('wide.png');
    const prompt = conversationPrompt(silent, asked(question));
    const cover = [{ left: 0, top: 0, width: 1, height: 1 }];
    assert.deepEqual((await coveredAnswer(silent, run, raw, cover, prompt, none)).changes, []);
    assert.equal((await answerKnockout(silent, run, ['all'], none)).length, 0);
  });

  it('no caption is made of it', async () => {
    const first = (await fixture.askFile(open, 'wide.png', question)).answerIds[0];
    await assert.rejects(
      visionCaption(endingWith([first]), source, question, none),
      /^Error: tiny-smolvlm wrote nothing about wide\.png; change the setting/,
    );
  });

  it('an answer that does not end is cut, and says so', async () => {
    const run = await fixture.askFile(endingWith([0]), 'wide.png', question);
    assert.deepEqual([run.answerIds.length, run.answer.cut], [192, true]);
    const knocked = await answerKnockout(open, run, [0], none);
    assert.equal(knocked.length, run.answer.words.length);
  });

  it('one that is scored token by token is ended between two tokens', async () => {
    const prefixed = new VisionFixture('tiny-paligemma');
    const reads = await prefixed.open('fp32');
    try {
      const run = await prefixed.askFile(reads, 'wide.png', 'caption en');
      const raw = await prefixed.raw('wide.png');
      let looks = 0;
      const later = {
        ...none,
        get isCancellationRequested() {
          return ++looks > run.answerIds.length + 6;
        },
      };
      const nothing = [{ left: 0, top: 0, width: 0, height: 0 }];
      const prompt = conversationPrompt(reads, asked('caption en'));
      await assert.rejects(answerOcclusion(reads, run, raw, nothing, prompt, later), /Cancelled/);
    } finally {
      await reads.dispose();
    }
  });

  it('a caption of several lines stands on one', async () => {
    const lines = Object.assign(Object.create(open) as VisionModel, {
      tokenizer: Object.assign(Object.create(open.tokenizer) as object, {
        decode: () => ' A “circle”,\n\nand\ta square.\n',
      }),
    });
    assert.equal((await visionCaption(lines, source, question, none)).text, 'A “circle”, and a square.');
  });
});
