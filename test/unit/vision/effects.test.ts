import assert from 'node:assert/strict';
import { CancellationToken } from 'vscode-jsonrpc';
import type { ImageRegion } from '../../../core/images/image';
import { answerKnockout, answerOcclusion, coveredAnswer } from '../../../inference/vision/answerEffects';
import { answerQuestion, type AnswerRun } from '../../../inference/vision/answerRun';
import { conversationPrompt } from '../../../inference/vision/conversationPrompt';
import type { VisionModel } from '../../../inference/vision/visionModel';
import {
  coverPicture,
  encodePicture,
  processPicture,
  type RawPicture,
  type VisionPicture,
} from '../../../inference/vision/visionPicture';
import { largestDifference } from '../onnx/support/referenceModels';
import { asked, VisionFixture } from './support/visionFixture';

const none = CancellationToken.None;
const nothing: ImageRegion = { left: 0.3, top: 0.3, width: 0, height: 0 };
const leftHalf: ImageRegion = { left: 0, top: 0, width: 0.5, height: 1 };
const rightHalf: ImageRegion = { left: 0.5, top: 0, width: 0.5, height: 1 };

describe('what changes an answer', function () {
  this.timeout(60_000);
  const fixture = new VisionFixture('tiny-smolvlm');
  const turns = asked('Describe the picture.');
  let open: VisionModel;
  let raw: RawPicture;
  let picture: VisionPicture;
  let run: AnswerRun;
  let prompt: string;
  before(async () => {
    open = await fixture.open('fp32');
    raw = await fixture.raw('wide.png');
    picture = await encodePicture(open, await processPicture(open, raw), raw);
    run = await answerQuestion(open, raw, picture, turns, none);
    prompt = conversationPrompt(open, turns);
  });
  after(() => open.dispose());

  /** The word of the answer that begins so. */
  const word = (start: string) => run.answer.words.findIndex(({ text }) => text.startsWith(start));

  it('a cover over a thing takes its words away, those of the other half stay', async () => {
    assert.equal(run.answer.text, 'A red circle on the left and a blue square on the right.');
    const { changes, text } = await coveredAnswer(open, run, raw, [leftHalf], prompt, none);
    assert.ok(changes[word('circle')] < -1, `circle ${changes[word('circle')]}`);
    assert.ok(changes[word('blue')] > changes[word('red')], `${changes.join()}`);
    assert.notEqual(text, run.answer.text);
    assert.equal(changes.length, run.answer.words.length);
  });

  it('a cover over nothing changes nothing', async () => {
    const { changes, text } = await coveredAnswer(open, run, raw, [nothing], prompt, none);
    assert.deepEqual(
      changes.map(value => Math.abs(value)),
      changes.map(() => 0),
    );
    assert.equal(text, run.answer.text);
  });

  it('covers one by one are the same as covers asked again', async () => {
    const words = run.answer.words.length;
    const falls = await answerOcclusion(open, run, raw, [leftHalf, rightHalf, nothing], prompt, none);
    assert.equal(falls.length, 3 * words);
    const { changes } = await coveredAnswer(open, run, raw, [rightHalf], prompt, none);
    assert.deepEqual([...falls.subarray(words, 2 * words)], [...Float32Array.from(changes)]);
  });

  it('only tiles that a cover touches are encoded again, to the same features', async () => {
    const covered = coverPicture(raw, [{ left: 0, top: 0, width: 0.2, height: 0.3 }]);
    const inputs = await processPicture(open, covered);
    const encoded: number[] = [];
    const again = await encodePicture(open, inputs, raw, { known: picture, onTile: done => encoded.push(done) });
    const fresh = await encodePicture(open, inputs, raw);
    assert.equal(largestDifference(again.features, fresh.features), 0);
    // The first tile, and the thumbnail, which shows all.
    assert.deepEqual(encoded, [0, picture.parts.length - 1]);
  });

  it('a question that goes on from an answer reads on from there, to the same answer', async () => {
    const further = [...turns, { role: 'assistant', text: run.answer.text } as const, ...asked('What is on the left?')];
    const first = await answerQuestion(open, raw, picture, further, none, { before: run });
    const fresh = await answerQuestion(open, raw, picture, further, none);
    assert.deepEqual(first.answerIds, fresh.answerIds);
    const difference = first.attention.layers.map(({ data }, i) =>
      largestDifference(data, fresh.attention.layers[i].data),
    );
    assert.ok(Math.max(...difference) < 1e-5);
  });

  it('without the picture’s values in a layer or in all, the words that name what is seen fall', async () => {
    const { layers, words } = run.answer;
    const given = [...Array.from({ length: layers }, (_, i) => i), 'all' as const];
    const changes = await answerKnockout(open, run, given, none);
    assert.equal(changes.length, given.length * words.length);
    const named = ['red', 'circle', 'blue', 'square'].map(word);
    const fallOf = (row: number) => named.reduce((sum, at) => sum + changes[row * words.length + at], 0);
    const single = given.slice(0, -1).map((_, layer) => fallOf(layer));
    assert.ok(fallOf(layers) < -2, `all layers ${fallOf(layers)}`);
    // In the first layer the picture is read; in the second hardly.
    assert.ok(single[0] < -2 && single[1] > -0.5, single.join());
  });

  it('stops between tokens when nobody wants the answer any longer', async () => {
    let written = 0;
    const cancelled = { isCancellationRequested: false, onCancellationRequested: none.onCancellationRequested };
    await assert.rejects(
      answerQuestion(open, raw, picture, turns, cancelled, {
        onText: () => {
          if (++written === 3) cancelled.isCancellationRequested = true;
        },
      }),
      /Cancelled/,
    );
    assert.equal(written, 3);
  });
});
