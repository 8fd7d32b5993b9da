import assert from 'node:assert/strict';
import { keptTurns, toldQuestion, turnsUpTo, type ShownTurn } from '../../../core/vision/conversationTurns';
import { formatChange } from '../../../core/vision/formatChange';
import type { ImageAnswer } from '../../../core/vision/imageAnswer';

const answer = (text: string) =>
  ({ image: { hash: 'a' }, text, words: [], parts: [], prompt: [] }) as unknown as ImageAnswer;
const asked = (question: string, more: Partial<ShownTurn> = {}): ShownTurn => ({
  question,
  told: question,
  altText: false,
  ...more,
});

describe('turns of a conversation about a picture', () => {
  it('are given to the model up to the question, without those that found no answer', () => {
    const turns = [
      asked('One?', { told: 'Known.\n\nOne?', answer: answer('1') }),
      asked('Two?', { failed: 'No memory.' }),
      asked('Three?', { answer: answer('3') }),
      asked('Four?'),
    ];
    assert.deepEqual(
      turnsUpTo(turns, 3).map(({ role, text }) => `${role}: ${text}`),
      ['user: Known.\n\nOne?', 'assistant: 1', 'user: Three?', 'assistant: 3', 'user: Four?'],
    );
    assert.deepEqual(turnsUpTo(turns, 0), [{ role: 'user', text: 'Known.\n\nOne?' }]);
    assert.deepEqual(turnsUpTo([asked('Alt?', { altText: true })], 0), [{ role: 'user', text: 'Alt?', altText: true }]);
  });

  it('tell what is known of the image once', () => {
    assert.equal(toldQuestion([], 'One?', 'Known.'), 'Known.\n\nOne?');
    assert.equal(toldQuestion([], 'One?', undefined), 'One?');
    const told = asked('One?', { told: 'Known.\n\nOne?', answer: answer('1') });
    assert.equal(toldQuestion([told], 'Two?', 'Known.'), 'Two?');
    // A question that failed told the model nothing.
    assert.equal(toldQuestion([{ ...told, answer: undefined, failed: 'No.' }], 'Two?', 'Known.'), 'Known.\n\nTwo?');
  });

  it('come back after a reload where they are whole', () => {
    const turns = [asked('One?', { answer: answer('1') }), asked('Two?')];
    assert.deepEqual(keptTurns(JSON.parse(JSON.stringify({ file: {}, view: { turns } }))), turns);
    for (const broken of [undefined, {}, { view: { turns: 'x' } }, { view: { turns: [{ question: 'One?' }] } }]) {
      assert.deepEqual(keptTurns(broken), []);
    }
    assert.deepEqual(keptTurns({ view: { turns: [{ ...turns[1], answer: { text: 'old shape' } }] } }), []);
    const withoutImage = { ...answer('1'), image: undefined };
    assert.deepEqual(keptTurns({ view: { turns: [asked('One?', { answer: withoutImage as never })] } }), []);
  });

  it('changes have a sign, unless they are none', () => {
    assert.deepEqual(
      [formatChange(-2.314), formatChange(0.2), formatChange(-0.001), formatChange(-3.41, 1)],
      ['−2.31', '+0.20', '0', '−3.4'],
    );
  });
});
