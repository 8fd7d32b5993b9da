import assert from 'node:assert/strict';
import { linesSvg, type LinesPicture } from '../../../core/export/linesSvg';
import { labelWidth } from '../../../core/export/svgLabels';
import { tokenLabel } from '../../../core/text/tokenLabel';
import { colors, oddRun, referenceRun } from './exportedRuns';
import { elements, parseXml } from './xml';

function reference(threshold: number): LinesPicture {
  const { run, layers } = referenceRun();
  const labels = run.tokens.map(token => tokenLabel(token, run.text));
  return {
    title: 'Heads 1.0 and 1.3',
    source: 'tiny-code-gpt',
    queryLabels: labels,
    keyLabels: labels,
    threshold,
    colors,
    heads: [
      { name: 'Head 1.0', color: [26, 133, 255], data: layers[1].data.subarray(0, 576) },
      { name: 'Head 1.3', color: [209, 134, 22], data: layers[1].data.subarray(3 * 576, 4 * 576) },
    ],
  };
}

describe('linesSvg', () => {
  it('draws a line for each weight at or above the threshold, by head', () => {
    for (const threshold of [0, 0.05, 0.5, 1.1]) {
      const input = reference(threshold);
      const root = parseXml(linesSvg(input));
      const groups = elements(root, 'g');
      assert.equal(groups.length, 2);
      for (const [i, { data }] of input.heads.entries()) {
        const lines = elements(groups[i], 'path').flatMap(({ attributes }) => attributes.d.match(/M/g) ?? []);
        assert.equal(lines.length, data.filter(weight => weight > 0 && weight >= threshold).length);
      }
      assert.deepEqual(
        groups.map(({ attributes }) => attributes.stroke),
        ['#1a85ff', '#d18616'],
      );
    }
  });

  it('draws a line between the two texts of a pair, and says which tokens are whose', () => {
    const input = reference(0.05);
    const pair = { a: { start: 0, end: 5 }, b: { start: 5, end: 40 }, tokensOfB: 3 };
    const between = (picture: LinesPicture) =>
      elements(parseXml(linesSvg(picture)), 'path').filter(({ attributes }) => attributes['stroke-opacity'] === '0.6');
    const root = parseXml(linesSvg({ ...input, pair }));
    const y = (index: number) =>
      Number(elements(root, 'text').filter(({ text }) => text === input.queryLabels[index])[0].attributes.y) - 4;
    const [, at] = /^M[\d.]+ ([\d.]+)H/.exec(between({ ...input, pair })[0].attributes.d)!;
    assert.ok(Number(at) > y(2) && Number(at) < y(3));
    assert.ok(elements(root, 'text').some(({ text }) => text.includes('text A: tokens 0–2')));
    assert.deepEqual(between(input), []);
  });

  it('begins and ends a line beside its tokens', () => {
    const data = new Float32Array(6);
    data[1 * 3 + 2] = 0.5;
    const root = parseXml(
      linesSvg({
        ...reference(0.1),
        queryLabels: ['q0', 'q1'],
        keyLabels: ['k0', 'k1', 'k2'],
        heads: [{ name: 'Head 0.0', color: [0, 0, 0], data }],
      }),
    );
    const [path] = elements(elements(root, 'g')[0], 'path');
    const match = /^M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)$/.exec(path.attributes.d);
    assert.ok(match);
    const at = (label: string) => Number(elements(root, 'text').find(({ text }) => text === label)?.attributes.y) - 4;
    assert.ok(Math.abs(Number(match[2]) - at('q1')) < 0.02);
    assert.ok(Math.abs(Number(match[4]) - at('k2')) < 0.02);
    assert.equal(path.attributes['stroke-opacity'], '0.5');
  });

  it('never holds an element for each weight', () => {
    const n = 100;
    const labels = Array.from({ length: n }, (_, i) => `t${i}`);
    const data = Float32Array.from({ length: n * n }, (_, i) => (i % 89) / 89);
    const root = parseXml(
      linesSvg({
        ...reference(0),
        queryLabels: labels,
        keyLabels: labels,
        heads: [{ name: 'Head 0.0', color: [0, 0, 0], data }],
      }),
    );
    assert.ok(elements(root, 'path').length <= 16);
    assert.ok(elements(root, 'text').length <= 2 * n + 10);
  });

  it('is well-formed whatever the tokens and names hold', () => {
    const { run } = oddRun();
    const labels = run.tokens.map(({ text }) => text);
    const root = parseXml(
      linesSvg({
        ...reference(0),
        queryLabels: labels,
        keyLabels: labels,
        heads: [{ name: '"<&', color: [0, 0, 0], data: new Float32Array(14 * 14).fill(NaN) }],
      }),
    );
    assert.equal(elements(root, 'path').length, 0);
    assert.ok(elements(root, 'text').some(({ text }) => text === '"<&'));
  });

  it('breaks the legend of many heads into lines', () => {
    const input = reference(0.9);
    const heads = Array.from({ length: 24 }, (_, i) => ({ ...input.heads[0], name: `Head ${i}` }));
    const root = parseXml(linesSvg({ ...input, heads }));
    const ys = new Set(
      elements(root, 'text')
        .filter(({ text }) => text.startsWith('Head '))
        .map(({ attributes }) => attributes.y),
    );
    assert.ok(ys.size > 2);
    assert.ok(elements(root, 'text').every(({ attributes }) => Number(attributes.x) < Number(root.attributes.width)));
  });

  it('is as wide as what stands below it', () => {
    const root = parseXml(linesSvg({ ...reference(0.02), queryLabels: ['a', 'b'], keyLabels: ['a', 'b'], heads: [] }));
    const note = elements(root, 'text').find(({ text }) => text.startsWith('weights of 0.02'))!;
    assert.ok(Number(note.attributes.x) + labelWidth(note.text) <= Number(root.attributes.width));
  });
});
