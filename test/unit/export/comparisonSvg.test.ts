import assert from 'node:assert/strict';
import { compareHeads } from '../../../core/attention/compare/compareHeads';
import { comparisonSvg } from '../../../core/export/comparisonSvg';
import { randomHead } from '../attention/measures/support/heads';
import { blueLook as look } from './blueLook';
import { elements, parseXml } from './xml';

/** The texts of a comparison of two heads on so many tokens: of rows, which end at the matrix, and of columns, which lean. */
async function drawn(length: number) {
  const places = Array.from({ length }, (_, i) => ({ one: i, other: i }));
  const labels = places.map((_, i) => `word${i}`);
  const side = { causal: true, missing: { queries: [], keys: [] } };
  const root = parseXml(
    await comparisonSvg(
      {
        title: 'Two heads',
        source: 'a model',
        one: { ...side, name: 'Head 2.1', note: 'induction 0.58' },
        other: { ...side, name: 'Head 0.0', note: '' },
        difference: '2.1 − 0.0',
        queryLabels: labels,
        keyLabels: labels,
        comparison: compareHeads(randomHead(length, 1), randomHead(length, 2), places, places),
      },
      look,
    ),
  );
  const texts = elements(root, 'text');
  const rows = texts.filter(({ attributes, text }) => attributes['text-anchor'] === 'end' && text.includes('word'));
  const columns = texts.filter(
    ({ attributes, text }) => attributes.transform?.includes('rotate') && text.includes('word'),
  );
  return {
    root,
    words: elements(root, 'tspan')
      .concat(texts)
      .map(({ text }) => text),
    rows,
    columns,
  };
}

describe('comparisonSvg', () => {
  it('says beside a head’s name what it does', async () => {
    const { words } = await drawn(4);
    assert.ok(
      words.some(word => word.includes('Head 2.1')) && words.some(word => word.includes('induction 0.58')),
      words.join(' | '),
    );
  });

  it('names every token of a short text along its axes', async () => {
    for (const length of [4, 30]) {
      const { rows, columns } = await drawn(length);
      assert.deepEqual(
        rows.map(({ text }) => text),
        Array.from({ length }, (_, i) => `word${i}`),
      );
      assert.equal(columns.length, 3 * length, 'above each of the three matrices');
    }
  });

  it('names some of the tokens of a long one, with their numbers, as far apart as can be read', async () => {
    for (const length of [100, 700]) {
      const { rows, columns } = await drawn(length);
      assert.ok(rows.length > 10 && rows.length < length / 2, `${rows.length} of ${length}`);
      assert.equal(columns.length, 3 * rows.length);
      const step = Number(/^(\d+) word/.exec(rows[1].text)?.[1]);
      assert.deepEqual(
        rows.map(({ text }) => text),
        Array.from({ length: rows.length }, (_, i) => `${i * step} word${i * step}`),
      );
      const tops = rows.map(({ attributes }) => Number(attributes.y));
      assert.ok(
        tops.every((top, i) => i === 0 || top - tops[i - 1] >= 10.9),
        tops.join(' '),
      );
    }
  });
});
