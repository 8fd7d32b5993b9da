import assert from 'node:assert/strict';
import path from 'node:path';
import { captionConfidence } from '../../../core/captions/captionConfidence';
import { captionVerdict, isCalibrated, isUnsure } from '../../../core/captions/captionVerdict';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { judgedCaptions } from '../../support/judgedCaptions';
import { nounIsRight } from '../../support/nounIsRight';
import { useModels } from '../support/useModel';

const model = 'tiny-captioner';
const words = (...pairs: [string, number][]) => pairs.map(([text, probability]) => ({ text, probability }));

describe('how sure a caption is', () => {
  it('is the probability of the weakest word that names something', () => {
    assert.deepEqual(captionConfidence(words(['an', 0.1], ['icon', 0.9], ['of', 0.2], ['a', 0.1], ['bell,', 0.4])), {
      value: 0.4,
      weakest: 'bell,',
    });
    // A number and a word with a hyphen name something; a word of punctuation alone does not.
    assert.equal(captionConfidence(words(['with', 0.1], ['four', 0.3], ['bars', 0.9])).value, 0.3);
    assert.equal(captionConfidence(words(['The', 0.1], ['crossed-out', 0.2], ['bell', 0.9], ['—', 0.1])).value, 0.2);
  });

  it('is none without a word that names something', () => {
    assert.deepEqual(captionConfidence([]), { value: 0 });
    assert.deepEqual(captionConfidence(words(['of', 0.9], ['the', 0.9])), { value: 0 });
  });
});

describe('what is to be thought of a caption', () => {
  it('sure only where a calibrated model was confident of a drawing', () => {
    assert.equal(captionVerdict({ model, confidence: 1 }), 'sure');
    assert.equal(captionVerdict({ model, confidence: 0.1 }), 'not sure');
    assert.equal(captionVerdict({ model, confidence: 1, photo: true }), 'photo');
    assert.equal(captionVerdict({ model, confidence: 1, screenshot: true }), 'not sure');
    // Kept before there were confidences.
    assert.equal(captionVerdict({ model }), 'not sure');
    assert.deepEqual((['sure', 'not sure', 'photo', 'not calibrated'] as const).map(isUnsure), [
      false,
      true,
      true,
      false,
    ]);
  });

  it('a model that nobody calibrated claims nothing, whatever its number', () => {
    for (const other of ['Xenova/vit-gpt2-image-captioning', 'constructor', '']) {
      assert.equal(isCalibrated(other), false);
      assert.equal(captionVerdict({ model: other, confidence: 1 }), 'not calibrated');
      assert.equal(captionVerdict({ model: other, confidence: 0, photo: true }), 'not calibrated');
    }
  });
});

describe('whether a caption’s noun is right', () => {
  it('by the head of what it says is shown, not by any word of it', () => {
    for (const [caption, noun, right] of [
      ['an icon of a bell', 'bell', true],
      ['an icon of a crossed-out bell', 'bell', true],
      ['an icon of a bell, crossed out', 'bell', true],
      ['an icon of a crossed-out cloud', 'house', false],
      ['an icon of a cloud with a house', 'house', false],
      ['an icon of a bell tower', 'bell', false],
      ['the flag of germany', 'germany', true],
      ['a bar chart with four bars', 'bar chart', true],
      ['a horizontal bar chart', 'bar chart', true],
      ['a line chart with one line', 'bar chart', false],
      ['a screenshot of a code editor', 'code editor', true],
      ['a screenshot of a code editor', 'screenshot', true],
    ] as const) {
      assert.equal(nounIsRight(caption, [noun]), right, `${caption}: ${noun}`);
    }
  });
});

/** If this fails for a new built-in captioner: `npm run bench -- judged` tells what threshold it needs. */
describe('the built-in captioner on sixty pictures', function () {
  this.timeout(60_000);
  let open: TransformersModel;
  useModels(async () => [
    (open = await openModel({ id: model, folder: path.resolve('media/models', model), dtype: 'q8' })),
  ]);

  it('is right in at least 8 of 10 captions that are called sure, and never sure of a photo or a screenshot', async () => {
    const judged = await judgedCaptions(open, model);
    assert.equal(judged.length, 60);
    const sure = judged.filter(({ verdict }) => verdict === 'sure');
    const right = sure.filter(one => one.right);
    const list = sure.map(({ file, caption, confidence }) => `${file}: ${caption} ${confidence.toFixed(3)}`).join('\n');
    assert.ok(right.length >= 0.8 * sure.length, `${right.length} of ${sure.length} right:\n${list}`);
    assert.ok(sure.length > 0, 'A threshold that calls nothing sure would be right, too.');
    assert.ok(
      sure.every(({ kind }) => kind !== 'photo' && kind !== 'screenshot'),
      list,
    );
  });
});
