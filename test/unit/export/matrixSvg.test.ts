import assert from 'node:assert/strict';
import { matrixSvg, type DrawnMatrix } from '../../../core/export/matrixSvg';
import { tokenLabel } from '../../../core/text/tokenLabel';
import { colors, oddRun, referenceRun, scale } from './exportedRuns';
import { readPng } from './readPng';
import { elements, parseXml, type XmlElement } from './xml';

function picture(queries: number, keys: number, data: Float32Array, more: Partial<DrawnMatrix> = {}): DrawnMatrix {
  const labels = (length: number) => Array.from({ length }, (_, i) => `t${i}`);
  return {
    title: 'Head 0.0',
    source: 'a test',
    queries,
    keys,
    data,
    causal: false,
    queryLabels: labels(queries),
    keyLabels: labels(keys),
    scale,
    colors,
    ...more,
  };
}

const slope = (length: number) => Float32Array.from({ length }, (_, i) => (i % 97) / 97);

/** The colour of each cell, as the paths paint it. */
function painted(root: XmlElement, queries: number, keys: number): string[] {
  const cells = Array<string>(queries * keys).fill('');
  for (const {
    attributes: { fill, d },
  } of elements(root, 'path').filter(({ attributes }) => attributes.fill)) {
    for (const [, x, y, run] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let i = 0; i < Number(run); i++) {
        const cell = Number(y) * keys + Number(x) + i;
        assert.equal(cells[cell], '', 'a cell is painted twice');
        cells[cell] = fill;
      }
    }
  }
  return cells;
}

const colorOf = (weight: number) =>
  `#${scale.colors[Math.round(weight * 255)].map(c => c.toString(16).padStart(2, '0')).join('')}`;
const count = (root: XmlElement): number => 1 + root.children.reduce((sum, child) => sum + count(child), 0);

describe('matrixSvg', () => {
  it('paints each cell of a real head once, in its colour, and hatches what is not seen', async () => {
    const { run, layers } = referenceRun();
    const labels = run.tokens.map(token => tokenLabel(token, run.text));
    const data = layers[1].data.subarray(0, 576);
    const root = parseXml(
      await matrixSvg(picture(24, 24, data, { causal: true, queryLabels: labels, keyLabels: labels })),
    );
    assert.deepEqual(
      painted(root, 24, 24),
      Array.from(data, (weight, i) => (i % 24 > Math.floor(i / 24) ? '' : colorOf(weight))),
    );
    assert.equal(elements(root, 'pattern').length, 1);
    const texts = elements(root, 'text').map(({ text }) => text);
    for (const label of labels) assert.equal(texts.filter(text => text === label).length >= 2, true, label);
    assert.deepEqual(
      ['Head 0.0', 'a test', '0.25'].filter(text => !texts.includes(text)),
      [],
    );
  });

  it('merges neighbours of one colour', async () => {
    const root = parseXml(await matrixSvg(picture(3, 4, Float32Array.of(0, 0, 0, 0, 1, 1, 0, 0, 0.5, 0.5, 0.5, 0.5))));
    assert.deepEqual(
      elements(root, 'g')
        .flatMap(g => elements(g, 'path'))
        .map(({ attributes }) => attributes.d),
      ['M0 0h4v1h-4zM2 1h2v1h-2z', 'M0 2h4v1h-4z', 'M0 1h2v1h-2z'],
    );
  });

  it('never holds an element for each weight', async () => {
    for (const n of [64, 65, 300]) {
      const root = parseXml(await matrixSvg(picture(n, n, slope(n * n))));
      assert.ok(count(root) < 256 + 2 * n + 60, `${n}: ${count(root)} elements`);
    }
  });

  it('embeds a large matrix as an image of its very colours', async () => {
    const [queries, keys] = [70, 100];
    const data = slope(queries * keys);
    const root = parseXml(await matrixSvg(picture(queries, keys, data)));
    const [image] = elements(root, 'image');
    const uri = image.attributes['xlink:href'];
    assert.ok(uri.startsWith('data:image/png;base64,'));
    const png = readPng(Buffer.from(uri.slice(22), 'base64'));
    assert.deepEqual([png.width, png.height, png.channels], [keys, queries, 3]);
    assert.deepEqual([...png.pixels], Array.from(data, weight => scale.colors[Math.round(weight * 255)]).flat());
    const step = elements(root, 'text').filter(({ text }) => /^\d+ t\d+$/.test(text));
    assert.ok(step.length === 0 || step.length < 100);
  });

  it('leaves what is not seen transparent, and pools what is longer than an image may be', async () => {
    const n = 2500;
    const data = new Float32Array(n * n);
    data[n * 1800 + 7] = 1;
    const root = parseXml(await matrixSvg(picture(n, n, data, { causal: true })));
    const png = readPng(Buffer.from(elements(root, 'image')[0].attributes['xlink:href'].slice(22), 'base64'));
    assert.deepEqual([png.width, png.height, png.channels], [2048, 2048, 4]);
    assert.equal(png.pixels[3], 255);
    assert.equal(png.pixels[2047 * 4 + 3], 0);
    assert.equal(png.pixels.filter((value, i) => i % 4 === 0 && value === 0 && png.pixels[i + 3] === 255).length, 1);
    const texts = elements(root, 'text').map(({ text }) => text);
    assert.ok(texts.some(text => text.includes('largest weight of several')));
    assert.ok(texts.includes('100 t100'));
    assert.ok(texts.length < 220);
  }).timeout(20_000);

  it('is well-formed whatever the tokens and the title hold', async () => {
    const { run, layers } = oddRun();
    const labels = run.tokens.map(token => tokenLabel(token, run.text));
    const [title, source] = ['"><script>', run.text];
    const root = parseXml(
      await matrixSvg(
        picture(14, 14, layers[0].data.subarray(0, 196), {
          queryLabels: run.tokens.map(t => t.text),
          keyLabels: labels,
          title,
          source,
        }),
      ),
    );
    assert.equal(elements(root, 'script').length, 0);
    assert.equal(elements(root, 'title')[0].text, title);
    assert.ok(elements(root, 'text').some(({ text }) => text === '</script><b>&amp;'));
  });

  it('draws one cell, none, and weights that are no numbers', async () => {
    for (const [n, value] of [
      [0, 0],
      [1, 1],
      [2, NaN],
    ]) {
      const text = await matrixSvg(picture(n, n, new Float32Array(n * n).fill(value)));
      parseXml(text);
      assert.doesNotMatch(text, /NaN|Infinity|undefined/);
    }
  });
});
