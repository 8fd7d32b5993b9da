import assert from 'node:assert/strict';
import { stepsSvg } from '../../../core/export/stepsSvg';
import { colors } from './exportedRuns';
import { elements, parseXml } from './xml';

const document = stepsSvg({
  title: 'Head 2.1, query 3 “of”',
  source: 'tiny-code-gpt',
  formula: 'Attention(Q, K, V) = softmax(QKᵀ/√d)V',
  colors,
  positive: [0, 0, 255],
  negative: [255, 128, 0],
  columns: [
    { label: '1 · key', formula: 'K: 4 numbers' },
    { label: '5 · softmax', formula: 'weights, sum 1' },
  ],
  rows: [
    { name: 'query “of”', cells: [{ kind: 'vector', vector: Float32Array.of(1, -1, 0.5, 0), full: 1 }, undefined] },
    {
      name: '</script>\0 12',
      strong: true,
      cells: [
        { kind: 'vector', vector: Float32Array.of(-2, -1, -0.5, 1), full: 2 },
        { kind: 'share', text: '0.250', share: 0.25 },
      ],
    },
    { name: '14 more', cells: [undefined, { kind: 'text', text: '0.750', quiet: true }] },
  ],
  output: { heading: 'Output of this head', vector: Float32Array.of(0.5, -1) },
  lengths: [
    {
      heading: 'Its size',
      lines: [
        { name: '‖output‖', value: 2, text: '2.00' },
        { name: '‖value‖', value: 1, text: '1.00' },
      ],
    },
  ],
});
const root = parseXml(document);

describe('stepsSvg', () => {
  it('writes the formula, the columns and every number', () => {
    const words = elements(root, 'text').map(({ text }) => text);
    for (const word of [
      'Attention(Q, K, V) = softmax(QKᵀ/√d)V',
      '1 · key',
      'weights, sum 1',
      '0.250',
      '0.750',
      '14 more',
      '‖output‖',
      '2.00',
    ]) {
      assert.ok(words.includes(word), word);
    }
  });

  it('draws numbers above zero blue in the upper half, those below orange in the lower', () => {
    const strips = elements(root, 'g')
      .map(group => elements(group, 'rect').filter(({ attributes }) => attributes['fill-opacity']))
      .filter(rects => rects.length === 4);
    assert.equal(strips.length, 2);
    assert.deepEqual(
      strips.map(rects => rects.map(({ attributes }) => attributes.fill)),
      [
        ['#0000ff', '#ff8000', '#0000ff', '#0000ff'],
        ['#ff8000', '#ff8000', '#ff8000', '#0000ff'],
      ],
    );
    const [first] = strips;
    assert.ok(Number(first[0].attributes.y) < Number(first[1].attributes.y));
  });

  it('draws bars of one scale', () => {
    const bars = elements(root, 'rect')
      .filter(({ attributes }) => attributes.height === '6')
      .map(({ attributes }) => Number(attributes.width));
    assert.deepEqual(bars, [220, 110]);
  });
});
