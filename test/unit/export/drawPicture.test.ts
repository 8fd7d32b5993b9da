import assert from 'node:assert/strict';
import { drawPicture } from '../../../core/export/drawPicture';
import { colors, referenceRun } from './exportedRuns';
import { elements, parseXml } from './xml';

const heat = { colors: Array.from({ length: 256 }, (_, i) => [i, 0, 0] as const), scale: 'linear' as const };
const common = { title: 'Head 1.0', source: 'tiny-code-gpt', colors };

describe('drawPicture', () => {
  it('colours a text on the scale that is asked for', () => {
    const { run } = referenceRun();
    const weights = new Float32Array(run.tokens.length);
    weights[3] = 0.25;
    const fills = (scale: 'linear' | 'sqrt') =>
      elements(
        parseXml(
          drawPicture({
            kind: 'text',
            ...common,
            note: 'What it looks at.',
            focus: [0, 0, 255],
            heat: { ...heat, scale },
            texts: [{ text: run.text, tokens: run.tokens, weights }],
          }),
        ),
        'rect',
      ).map(({ attributes }) => attributes.fill);
    assert.ok(fills('linear').includes('#400000'));
    assert.ok(fills('sqrt').includes('#800000'));
  });

  it('writes a coloured text in a colour that can be read on its ground', () => {
    const { run } = referenceRun();
    const weights = new Float32Array(run.tokens.length);
    weights[3] = 1;
    const white = heat.colors.map(([red]) => [red, red, red] as const);
    const svg = drawPicture({
      kind: 'text',
      ...common,
      colors: { ...colors, foreground: [255, 255, 255] },
      note: 'What it looks at.',
      focus: [0, 0, 255],
      heat: { ...heat, colors: white },
      texts: [{ text: run.text, tokens: run.tokens, weights }],
    });
    const word = elements(parseXml(svg), 'text').find(
      ({ text }) => text === run.text.slice(run.tokens[3].start, run.tokens[3].end),
    );
    assert.equal(word?.attributes.fill, '#000000');
  });
});
