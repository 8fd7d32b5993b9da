import assert from 'node:assert/strict';
import type { CaptionRecord } from '../../../core/captions/captionBook';
import type { WorkspaceImage } from '../../../extension/captions/findImages';
import {
  confidenceWords,
  isGuess,
  shownCaption,
  verdictOf,
  type ImageState,
} from '../../../extension/captions/imageState';
import { filterName, passes, type ImageFilter } from '../../../extension/views/imageFilter';

const done = (changes: Partial<CaptionRecord>): ImageState => ({
  phase: 'done',
  caption: {
    text: 'a red lamp',
    edited: false,
    record: {
      hash: 'aa',
      size: 10,
      model: 'tiny-captioner',
      version: '1',
      text: 'a red lamp',
      confidence: 0.99,
      time: '2026-01-01T00:00:00Z',
      ...changes,
    },
  },
});
const weak = done({ confidence: 0.2 });
const states = {
  sure: done({}),
  weak,
  photo: done({ photo: true }),
  screenshot: done({ screenshot: true }),
  other: done({ model: 'Xenova/vit-gpt2-image-captioning', confidence: 0.2, photo: true }),
  edited: { phase: 'edited', caption: { ...('caption' in weak ? weak.caption : assert.fail()), edited: true } },
  stale: { phase: 'stale', caption: 'caption' in weak ? weak.caption : assert.fail(), reason: 'older' },
  failed: { phase: 'failed', reason: 'it is empty' },
  none: { phase: 'none' },
} satisfies Record<string, ImageState>;
const image = { path: 'a.png' } as WorkspaceImage;
const passing = (filter: ImageFilter) =>
  Object.entries(states)
    .filter(([, state]) => passes(filter, image, state))
    .map(([name]) => name);

describe('images whose caption is a guess', () => {
  it('are those of a calibrated model that was not sure, however they stand; the user’s words are none', () => {
    assert.deepEqual(
      Object.entries(states)
        .filter(([, state]) => isGuess(state))
        .map(([name]) => name),
      ['weak', 'photo', 'screenshot', 'stale'],
    );
    assert.equal(verdictOf(states.edited), undefined);
    assert.equal(verdictOf(states.none), undefined);
  });

  it('lists say so in place of the words', () => {
    assert.equal(shownCaption(states.sure), 'a red lamp');
    assert.equal(shownCaption(states.weak), 'not sure');
    assert.equal(shownCaption(states.photo), 'photo, not sure');
    assert.equal(shownCaption(states.other), 'a red lamp');
    assert.equal(shownCaption(states.edited), 'a red lamp');
    assert.equal(shownCaption(states.failed), undefined);
  });

  it('hovers tell verdict, confidence and model', () => {
    assert.equal(confidenceWords(states.sure), 'sure, 0.99 · tiny-captioner');
    assert.equal(confidenceWords(states.weak), 'not sure, 0.20 · tiny-captioner');
    assert.equal(confidenceWords(states.other), 'not calibrated, 0.20 · Xenova/vit-gpt2-image-captioning');
    assert.equal(confidenceWords(states.edited), undefined);
  });

  it('are filtered, photos also alone; their words are not searched', () => {
    assert.deepEqual(passing({ verdict: 'not sure' }), ['weak', 'photo', 'screenshot', 'stale']);
    assert.deepEqual(passing({ verdict: 'photo' }), ['photo']);
    assert.deepEqual(passing({ text: 'lamp' }), ['sure', 'other', 'edited']);
    assert.deepEqual(passing({ phase: 'done' }), ['sure', 'weak', 'photo', 'screenshot', 'other']);
    assert.equal(filterName({ verdict: 'not sure' }), 'not sure');
  });
});
