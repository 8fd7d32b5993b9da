import assert from 'node:assert/strict';
import type { AttentionGroup } from '../../../core/run/explanation';
import { formatLensHead, parseLensHead, resolveLensHead } from '../../../extension/lens/lensHead';
import { headWords, spokenToken, weightSentence, weightWords } from '../../../extension/lens/lensWording';

const layer = (number: number) => ({
  layer: number,
  heads: 6,
  queries: 4,
  keys: 4,
  thumbnails: { rows: 0, columns: 0, data: new Float32Array() },
});
const group = (kind: AttentionGroup['kind']): AttentionGroup => ({
  kind,
  causal: false,
  queries: 'input',
  keys: 'input',
  layers: [0, 1, 2, 3].map(layer),
  first: { layer: 0, head: 0 },
});

describe('the words of the lens', () => {
  it('say a weight', () => {
    assert.deepEqual([0.612, 1, 0.005, 0.001, 0].map(weightWords), ['0.61', '1.00', '0.01', '<0.01', '0.00']);
  });

  it('say a token without its spaces, or its signs where it has nothing else', () => {
    const token = (text: string) => ({ id: 0, text, start: 0, end: text.length, special: false });
    assert.deepEqual(
      [' of', 'item', '\n  ', ' ', ''].map(text => spokenToken(token(text), text)),
      ['of', 'item', '↵··', '·', 'nothing'],
    );
    assert.equal(spokenToken({ ...token('\ufffd'), end: 2, part: { index: 1, count: 4 } }, '😀'), '😀');
  });

  it('say what is measured', () => {
    assert.equal(headWords(group('self'), 'mean'), 'mean of all 24 heads');
    assert.equal(headWords(group('self'), { layer: 2, head: 1 }), 'head 2.1');
    assert.equal(headWords(group('encoder'), 'maximum'), 'maximum of all 24 encoder heads');
    assert.equal(headWords(group('encoder'), { layer: 0, head: 3 }), 'encoder head 0.3');
  });

  it('make a sentence of it', () => {
    assert.equal(
      weightSentence('of', 'item', 0.61, false, 'head 2.1'),
      '“of” gets 0.61 of what “item” looks at (head 2.1).',
    );
    assert.equal(
      weightSentence('item', 'item', 0.2, true, 'head 2.1'),
      '“item” gets 0.20 of what it looks at itself (head 2.1).',
    );
  });
});

describe('the head of the lens', () => {
  it('is read from the setting and written to it', () => {
    for (const setting of ['mean', 'maximum', '2.1', '11.0']) {
      assert.equal(formatLensHead(parseLensHead(setting)), setting);
    }
    assert.deepEqual(['', 'max', '2', '2.', '-1.0'].map(parseLensHead), Array(5).fill('mean'));
  });

  it('is the mean where the model has no such head', () => {
    assert.deepEqual(resolveLensHead(group('self'), { layer: 3, head: 5 }), { layer: 3, head: 5 });
    assert.equal(resolveLensHead(group('self'), { layer: 3, head: 6 }), 'mean');
    assert.equal(resolveLensHead(group('self'), { layer: 4, head: 0 }), 'mean');
    assert.equal(resolveLensHead(group('self'), 'maximum'), 'maximum');
  });
});
