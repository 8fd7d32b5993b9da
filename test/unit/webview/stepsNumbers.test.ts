import assert from 'node:assert/strict';
import type { AttentionGroup, AttentionSteps } from '../../../core/run/explanation';
import { formulaParts, queryNote, scalingOf, stepColumns } from '../../../webview/steps/stepColumns';
import {
  columnFormat,
  formatNumber,
  formatShare,
  formatSigned,
  fullSize,
  keysAreAlike,
  stepSizes,
} from '../../../webview/steps/stepNumbers';
import { cellReadout, keyReadout, outputReadout, valueReadout } from '../../../webview/steps/stepReadout';
import { isLong, seenKeys, stepRows, strongestKey } from '../../../webview/steps/stepRows';

const causal: AttentionGroup = {
  kind: 'self',
  causal: true,
  queries: 'input',
  keys: 'input',
  layers: [],
  first: { layer: 0, head: 0 },
};
const cross: AttentionGroup = {
  kind: 'cross',
  causal: false,
  queries: 'output',
  keys: 'input',
  layers: [],
  first: { layer: 0, head: 0 },
};
const gpt = { architecture: 'gpt2' };

/** Steps as a model would give them, worked out from a query, its keys and values. */
function stepsOf({
  query,
  keys,
  values,
  hidden = [],
}: {
  query: number[];
  keys: number[][];
  values: number[][];
  hidden?: number[];
}): AttentionSteps {
  const scale = 1 / Math.sqrt(query.length);
  const products = Float32Array.from(keys, key => key.reduce((sum, k, i) => sum + k * query[i], 0));
  const scores = products.map((product, key) => (hidden.includes(key) ? -Infinity : product * scale));
  const largest = Math.max(...scores);
  const powers = Array.from(scores, score => Math.exp(score - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  const weights = Float32Array.from(powers, power => power / sum);
  return {
    headSize: query.length,
    valueSize: values[0].length,
    query: Float32Array.from(query),
    keys: Float32Array.from(keys.flat()),
    values: Float32Array.from(values.flat()),
    products,
    scale,
    scores,
    weights,
    output: Float32Array.from(values[0], (_, i) =>
      values.reduce((total, value, key) => total + weights[key] * value[i], 0),
    ),
  };
}

/** Two numbers, three keys, the last of them hidden. */
const steps = stepsOf({
  query: [1, -2],
  keys: [
    [3, 1],
    [0, -4],
    [5, 5],
  ],
  values: [
    [3, 4],
    [0, 2],
    [9, 9],
  ],
  hidden: [2],
});

describe('steps: numbers in words', () => {
  it('as many digits as they say something, with a minus that is one', () => {
    assert.deepEqual([0, 1.2, -0.314, 46.41, 5998.3, 0.0034, -0.00003, -Infinity].map(formatNumber), [
      '0',
      '1.20',
      '−0.31',
      '46.4',
      '5,998',
      '0.0034',
      '−3e-5',
      '−∞',
    ]);
    assert.deepEqual([formatSigned(0.31), formatSigned(-0.31), formatSigned(0)], ['+0.31', '−0.31', '0']);
    assert.deepEqual([0, 0.0001, 0.607].map(formatShare), ['0', '<0.001', '0.607']);
    assert.deepEqual([46.4, -0.01, -3].map(columnFormat([46.4, -3, -Infinity])), ['46.4', '0.0', '−3.0']);
  });

  it('lengths: of the output, of what it is made of', () => {
    const { output, sumOfParts, meanValue, parts } = stepSizes(steps);
    assert.equal(meanValue, 3.5);
    assert.equal(parts[2], 0);
    assert.ok(output <= sumOfParts);
  });

  it('one outlier leaves the others their colour', () => {
    const numbers = new Float32Array(100).fill(1);
    numbers[7] = -1000;
    assert.equal(fullSize(numbers), 1);
    assert.equal(fullSize(new Float32Array(4)), 1);
    assert.equal(fullSize(new Float32Array()), 1);
  });

  it('says so where keys share most of themselves', () => {
    const alike = (...keys: number[][]) => keysAreAlike(stepsOf({ query: [1, 0], keys, values: [[0], [0], [0]] }));
    assert.equal(alike([9, 1], [9, 0], [9, -1]), true);
    assert.equal(alike([9, 0], [-9, 0], [0, 9]), false);
  });
});

describe('steps: how a number comes about', () => {
  it('a number of a key, of a value, of the output', () => {
    assert.deepEqual(keyReadout(steps, 1, 1), {
      from: 'dimension 1',
      value: 'q −2.00 × k −4.00 = 8.00',
      note: 'one of 2 products that sum to q·k = 8.00',
    });
    assert.match(valueReadout(steps, 1, 1).value, /^weight 0\.99\d × v 2\.00 = 1\.9\d$/);
    assert.match(outputReadout(steps, 1, key => `key ${key}`).note, /^most from key 1: 0\.99\d × 2\.00/);
  });

  it('each step of a row', () => {
    assert.equal(cellReadout(steps, 1, 'scaled')?.value, '8.00 ÷ 1.41 = 5.66');
    assert.match(cellReadout(steps, 0, 'softmax')?.value ?? '', /^2\.03 ÷ 288\.3 = 0\.007$/);
    assert.match(cellReadout(steps, 0, 'part')?.value ?? '', /^0\.007 × 5\.00 = 0\.04$/);
    assert.equal(cellReadout(steps, 0, 'key'), undefined);
    const large = stepsOf({ query: [100], keys: [[9], [8]], values: [[1], [1]] });
    assert.equal(cellReadout(large, 0, 'softmax')?.value, '1.00 ÷ 1.00 = 1.000');
    const biased = { ...steps, bias: Float32Array.of(0, -0.5, 0) };
    assert.equal(cellReadout(biased, 1, 'bias')?.value, '5.66 − 0.50 = 5.16');
  });
});

describe('steps: what a model does, by column', () => {
  const labels = (some: AttentionSteps, group = causal, model = gpt) =>
    stepColumns(some, group, model).map(({ label }) => label);

  it('divides, has divided before, never divides, scales otherwise, adds', () => {
    assert.deepEqual(labels(steps), [
      '1 · key',
      '2 · q·k',
      '3 · ÷ √2',
      '4 · mask',
      '5 · softmax',
      '6 · value',
      'weight × ‖value‖',
    ]);
    assert.deepEqual(labels({ ...steps, scale: 1 }, cross), [
      '1 · key',
      '2 · q·k',
      '3 · mask',
      '4 · softmax',
      '5 · value',
      'weight × ‖value‖',
    ]);
    assert.deepEqual(labels({ ...steps, scale: 0.0625, bias: new Float32Array(3) }).slice(2, 4), [
      '3 · × 0.06',
      '4 · + bias',
    ]);
    assert.equal(
      queryNote({ ...steps, scale: 1 }, cross, { architecture: 'bart' }),
      'one query of the output meets every key of the input; the model has divided the query already',
    );
    assert.equal(scalingOf({ ...steps, scale: 1 }, { architecture: 'mt5' }), 'never divides');
    assert.equal(queryNote(steps, causal, gpt), 'one query meets every key up to itself');
  });

  it('the formula is the paper’s', () => {
    assert.equal(
      formulaParts({})
        .map(({ text }) => text)
        .join(''),
      'Attention(Q, K, V) = softmax(QKᵀ/√d)V',
    );
    assert.equal(
      formulaParts({ bias: new Float32Array() })
        .map(({ text }) => text)
        .join(''),
      'Attention(Q, K, V) = softmax(QKᵀ/√d + B)V',
    );
  });
});

describe('steps: which rows', () => {
  const many = (length: number, hidden: number[] = []) =>
    stepsOf({
      query: [1],
      keys: Array.from({ length }, (_, key) => [((key * 7) % length) / length]),
      values: Array.from({ length }, () => [1]),
      hidden,
    });
  const shown = (some: AttentionSteps, all = false, self?: number) =>
    stepRows(some, all, self).map(row =>
      row.kind === 'key' ? row.key : row.kind === 'rest' ? `${row.count} more` : `${row.from}-${row.to}: ${row.count}`,
    );

  it('few keys are all shown, hidden ones in one line', () => {
    assert.deepEqual(shown(many(6, [4, 5])), [0, 1, 2, 3, '4-5: 2']);
    assert.equal(isLong(many(16)), false);
  });

  it('of many the strongest and its own, in the order of the text, and what the others have together', () => {
    const long = many(40, [30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
    assert.equal(isLong(long), true);
    const rows = shown(long, false, 0);
    assert.equal(rows.length, 15);
    assert.deepEqual([rows[0], ...rows.slice(-2)], [0, '17 more', '30-39: 10']);
    assert.ok(rows.includes(strongestKey(long)));
    const keys = rows.filter(row => typeof row === 'number');
    assert.deepEqual(
      keys,
      [...keys].sort((a, b) => a - b),
    );
    const rest = stepRows(long, false, 0).find(row => row.kind === 'rest');
    const weight = keys.reduce((sum, key) => sum + long.weights[key], rest?.weight ?? 0);
    assert.ok(Math.abs(weight - 1) < 1e-5);
    assert.equal(shown(long, true).length, 31);
  });

  it('a window’s hidden keys stand before and behind; scattered ones become one line', () => {
    assert.deepEqual(shown(many(8, [0, 1, 6, 7])), ['0-1: 2', 2, 3, 4, 5, '6-7: 2']);
    assert.deepEqual(shown(many(9, [0, 2, 4, 6])), [1, 3, 5, 7, 8, '0-6: 4']);
    assert.deepEqual(seenKeys(many(3, [1])), [0, 2]);
  });
});
