import assert from 'node:assert/strict';
import type { Token } from '../../../core/text/token';
import { spokenUnit, textUnits, tokensOfUnit, unitName } from '../../../webview/textView/textUnits';
import { layOutUnits } from '../../../webview/textView/unitLayout';
import { unitAttention, unitWeights } from '../../../webview/textView/unitWeights';
import { verticalNeighbour } from '../../../webview/textView/verticalNeighbour';

const text = 'con x\nok';
const token = (shown: string, start: number, end = start + shown.length, rest: Partial<Token> = {}): Token => ({
  id: 1,
  text: shown,
  start,
  end,
  special: false,
  ...rest,
});
const tokens = [
  token('<s>', 0, 0, { special: true }),
  token('co', 0),
  token('n', 2),
  token('x', 4),
  token('\n', 5),
  token('ok', 6),
];

describe('textUnits', () => {
  it('takes tokens together to words and lines', () => {
    assert.deepEqual([...textUnits('token', text, tokens).of], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([...textUnits('word', text, tokens).of], [0, 1, 1, 2, 3, 4]);
    assert.deepEqual([...textUnits('line', text, tokens).of], [0, 1, 1, 1, 1, 2]);
  });

  it('knows the tokens of a unit, and its name', () => {
    const lines = textUnits('line', text, tokens);
    assert.deepEqual(
      [0, 1, 2].map(unit => tokensOfUnit(lines, unit)),
      [
        [0, 1],
        [1, 5],
        [5, 6],
      ],
    );
    assert.deepEqual(
      [0, 1, 2].map(unit => unitName(lines, unit, text, tokens)),
      ['“<s>”', '“con x”', '“ok”'],
    );
    assert.equal(spokenUnit(textUnits('word', text, tokens), 1, text, tokens), 'con');
  });

  it('is empty where there is no text', () => {
    for (const kind of ['token', 'word', 'line'] as const) assert.equal(textUnits(kind, '', []).count, 0);
  });
});

describe('layOutUnits', () => {
  it('puts what is between tokens of a unit into it, and what is between units beside them', () => {
    assert.deepEqual(layOutUnits(text, tokens, textUnits('line', text, tokens).of), [
      { kind: 'unit', unit: 0, text: '' },
      { kind: 'unit', unit: 1, text: 'con x\n' },
      { kind: 'unit', unit: 2, text: 'ok' },
    ]);
    assert.deepEqual(layOutUnits(text, tokens, textUnits('word', text, tokens).of)[2], { kind: 'gap', text: ' ' });
  });

  it('draws a character once: in its unit, or shared by several', () => {
    const part = (index: number) => token('\ufffd', 1, 3, { part: { index, count: 2 } });
    const shared = [token('x', 0), part(0), part(1)];
    assert.deepEqual(layOutUnits('x😀', shared, [0, 1, 1]), [
      { kind: 'unit', unit: 0, text: 'x' },
      { kind: 'unit', unit: 1, text: '😀' },
    ]);
    assert.deepEqual(layOutUnits('x😀', shared, [0, 1, 2])[1], { kind: 'shared', units: [1, 2], text: '😀' });
  });

  it('gives the text back', () => {
    for (const kind of ['token', 'word', 'line'] as const) {
      assert.equal(
        layOutUnits(text, tokens, textUnits(kind, text, tokens).of)
          .map(piece => piece.text)
          .join(''),
        text,
      );
    }
  });
});

describe('unitWeights', () => {
  const data = new Float32Array(36);
  for (let query = 0; query < 6; query++) {
    for (let key = 0; key <= query; key++) data[query * 6 + key] = 1 / (query + 1);
  }
  const matrix = { queries: 6, keys: 6, rows: 6, columns: 6, data, exact: true };
  const words = textUnits('word', text, tokens);

  it('sums over keys and averages over queries, so that what one looks at sums to 1', () => {
    const weights = unitWeights(unitAttention(matrix, words, words), 'from', 1);
    assert.ok(Math.abs(weights[0] - (1 / 2 + 1 / 3) / 2) < 1e-6 && Math.abs(weights[1] - (1 / 2 + 2 / 3) / 2) < 1e-6);
    assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6);
  });

  it('says how much each looks at a chosen one', () => {
    const each = textUnits('token', text, tokens);
    assert.deepEqual(
      [...unitWeights(unitAttention(matrix, each, each), 'to', 0)],
      [...Float32Array.from([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6])],
    );
  });
});

describe('verticalNeighbour', () => {
  const box = (left: number, line: number) => ({ left, right: left + 10, top: line * 20, bottom: line * 20 + 16 });
  const boxes = [box(0, 0), box(10, 0), box(20, 0), box(0, 1), box(30, 1), box(0, 3)];

  it('finds the closest of the next line', () => {
    assert.equal(verticalNeighbour(boxes, 2, true), 4);
    assert.equal(verticalNeighbour(boxes, 1, true), 3);
    assert.equal(verticalNeighbour(boxes, 4, false), 2);
    assert.equal(verticalNeighbour(boxes, 3, true), 5);
  });

  it('finds none beyond the ends', () => {
    assert.equal(verticalNeighbour(boxes, 0, false), undefined);
    assert.equal(verticalNeighbour(boxes, 5, true), undefined);
  });
});
