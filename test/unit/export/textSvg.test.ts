import assert from 'node:assert/strict';
import { labelWidth } from '../../../core/export/svgLabels';
import { type TextPicture, textSvg } from '../../../core/export/textSvg';
import { colors, oddRun, referenceRun, scale } from './exportedRuns';
import { elements, parseXml } from './xml';

const look: Omit<TextPicture, 'texts'> = {
  title: 'Head 1.0',
  source: 'tiny-code-gpt',
  note: 'What the token looks at.',
  scale,
  on: () => [1, 2, 3],
  colors,
  focus: [0, 0, 255],
};

describe('textSvg', () => {
  it('writes the text as it stands, each token on the colour of its weight', () => {
    const { run } = referenceRun();
    const weights = new Float32Array(run.tokens.length);
    weights[3] = 1;
    weights[5] = 0.25;
    const root = parseXml(
      textSvg({ ...look, texts: [{ text: run.text, tokens: run.tokens, weights, chosen: [7, 8] }] }),
    );
    const titled = elements(root, 'rect').flatMap(rect => elements(rect, 'title').map(title => title.text));
    assert.deepEqual(
      titled.filter(weight => Number(weight) > 0),
      ['1.0000', '0.2500'],
    );
    assert.equal(elements(root, 'rect').filter(({ attributes }) => attributes.stroke === '#0000ff').length, 1);
    const words = elements(root, 'text')
      .map(({ text }) => text)
      .join('');
    for (const token of run.tokens) assert.ok(words.includes(token.text.trim()), token.text);
  });

  it('breaks lines where the text does, and where they would be too long', () => {
    const text = `one\ntwo ${'x'.repeat(500)}`;
    const tokens = [
      { id: 0, text: 'one', start: 0, end: 3, special: false },
      { id: 1, text: 'two', start: 4, end: 7, special: false },
    ];
    const root = parseXml(textSvg({ ...look, texts: [{ text, tokens }] }));
    const lines = new Set(
      elements(root, 'text')
        .slice(2, -7)
        .map(({ attributes }) => attributes.y),
    );
    assert.ok(lines.size >= 5, `${lines.size} lines`);
    const width = Number(root.attributes.width);
    for (const { text: words, attributes } of elements(root, 'text')) {
      assert.ok(Number(attributes.x) + words.length * 6 <= width, words.slice(0, 20));
    }
  });

  it('takes characters that XML forbids, and several texts', () => {
    const { run } = oddRun();
    const root = parseXml(
      textSvg({
        ...look,
        texts: [
          { heading: 'Written', text: run.text, tokens: run.tokens },
          { heading: 'The text', text: '', tokens: [] },
        ],
      }),
    );
    const words = elements(root, 'text').map(({ text }) => text);
    assert.ok(words.includes('Written') && words.includes('The text'));
  });

  it('is as wide as what stands below it', () => {
    const note = 'What the chosen token looks at; the weights sum to 1, and this sentence goes on.';
    const root = parseXml(textSvg({ ...look, note, texts: [{ text: 'a', tokens: [] }] }));
    const { attributes } = elements(root, 'text').find(({ text }) => text === note)!;
    assert.ok(Number(attributes.x) + labelWidth(note) < Number(root.attributes.width));
  });
});
