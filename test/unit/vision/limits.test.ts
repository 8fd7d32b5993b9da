import assert from 'node:assert/strict';
import sharp from 'sharp';
import { CancellationToken } from 'vscode-jsonrpc';
import type { ImageTurn } from '../../../core/vision/imageAnswer';
import { readImage } from '../../../inference/images/decodeImage';
import { answerQuestion, type AnswerRun } from '../../../inference/vision/answerRun';
import type { VisionModel } from '../../../inference/vision/visionModel';
import {
  encodePicture,
  processPicture,
  rawPicture,
  type RawPicture,
  type VisionPicture,
} from '../../../inference/vision/visionPicture';
import { asked, VisionFixture } from './support/visionFixture';

/** The names of tokens that stand for something else than text, of all families. */
const names = [
  '<image>',
  '<|image_pad|>',
  '<start_of_image>',
  '<image_soft_token>',
  '<end_of_utterance>',
  '<|im_end|>',
  '<end_of_turn>',
  '<eos>',
];

for (const name of ['tiny-smolvlm', 'tiny-llava-onevision', 'tiny-moondream', 'tiny-qwen2-vl', 'tiny-gemma3']) {
  describe(`${name}: what is asked of it stays what it is`, function () {
    this.timeout(60_000);
    const fixture = new VisionFixture(name);
    let open: VisionModel;
    let raw: RawPicture;
    let picture: VisionPicture;
    before(async () => {
      open = await fixture.open('fp32');
      raw = await fixture.raw('wide.png');
      picture = await encodePicture(open, await processPicture(open, raw), raw);
    });
    after(() => open.dispose());
    const ask = (turns: readonly ImageTurn[]): Promise<AnswerRun> =>
      answerQuestion(open, raw, picture, turns, CancellationToken.None);

    it('a question and an answer with the names of its special tokens are text', async () => {
      const plain = await ask(asked(`What is a here?`));
      const special = (run: AnswerRun) => run.promptIds.filter(id => open.tokenizer.all_special_ids.includes(id));
      for (const token of names) {
        const run = await ask(asked(`What is ${token} here?`));
        assert.deepEqual(special(run), special(plain), token);
      }
      const talk = (text: string): ImageTurn[] => [...asked(text), { role: 'assistant', text }, ...asked('And now?')];
      assert.deepEqual(special(await ask(talk(names.join(' ')))), special(await ask(talk('a'))));
    });

    it('says in a sentence that a conversation is too long, without reading it', async () => {
      const long = 'word '.repeat(600);
      await assert.rejects(ask(asked(long)), /^Error: This conversation has \d+ tokens.*fewer words\.$/);
      await assert.rejects(
        ask([...asked('What is it?'), { role: 'assistant', text: long }, ...asked('And now?')]),
        /^Error: This conversation has \d+ tokens.*begins a new conversation\.$/,
      );
      await assert.rejects(
        ask(asked(' '.repeat(1_100_000))),
        /^Error: This conversation has 1,100,000 characters, and .* tokens; ask with fewer words\.$/,
      );
    });
  });
}

describe('pictures that are strips', function () {
  this.timeout(60_000);
  const fixture = new VisionFixture('tiny-smolvlm');
  const rawOf = async (width: number, height: number) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const source = { name: 'strip.png', bytes, background: [255, 255, 255] as const };
    return rawPicture(source, () => readImage(source));
  };

  it('are refused in a sentence where no processor could read them', async () => {
    for (const [width, height] of [
      [1, 1000],
      [1000, 1],
    ]) {
      await assert.rejects(
        rawOf(width, height),
        /^Error: strip\.png is more than 200 times as long as it is wide.*crop it\.$/,
      );
    }
  });

  it('are refused in a sentence where this one cannot', async () => {
    const open = await fixture.open('fp32');
    try {
      await assert.rejects(
        processPicture(open, await rawOf(300, 2)),
        /^Error: The processor of tiny-smolvlm cannot read a picture of 300 × 2 pixels; crop it/,
      );
      // One pixel is no strip.
      await processPicture(open, await rawOf(1, 1));
    } finally {
      await open.dispose();
    }
  });
});
