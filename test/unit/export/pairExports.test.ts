import assert from 'node:assert/strict';
import { rangeOfFilter, sentenceFilters, withinFilter } from '../../../core/attention/sentenceFilter';
import { attentionCsv } from '../../../core/export/attentionCsv';
import { attentionJson, type AttentionJson } from '../../../core/export/attentionJson';
import { bertvizJson, type BertvizJson } from '../../../core/export/bertvizJson';
import { runMetadata } from '../../../core/export/safetensors';
import { heatScaleOf } from '../../../core/export/heatScaleOf';
import { matrixSvg } from '../../../core/export/matrixSvg';
import { standaloneHtml } from '../../../core/export/standaloneHtml';
import { blueLook } from './blueLook';
import { elements, parseXml } from './xml';
import { referenceRun, textOf } from './exportedRuns';

/** The reference run as though its text were two, of which the second has a token more. */
function pairRun() {
  const { run, layers } = referenceRun();
  const tokensOfB = 11;
  const at = run.tokens[tokensOfB].start;
  const pair = { a: { start: 0, end: at }, b: { start: at, end: run.text.length }, tokensOfB };
  return { run: { ...run, pair }, layers, pair };
}

describe('files of a pair of texts', () => {
  it('CSV: two columns say of which text each token is, and without a pair there are none', async () => {
    const { run, layers, pair } = pairRun();
    const [head, ...rows] = (await textOf(attentionCsv(run, layers.slice(0, 1)))).trimEnd().split('\r\n');
    assert.match(head, /,key_token,query_text,key_text,weight$/);
    const size = run.tokens.length;
    const heads = layers[0].heads.length;
    assert.equal(rows.length, heads * size ** 2);
    for (const [query, key] of [
      [0, 0],
      [0, pair.tokensOfB],
      [pair.tokensOfB, pair.tokensOfB - 1],
      [size - 1, size - 1],
    ]) {
      const side = (token: number) => (token < 11 ? 'A' : 'B');
      assert.ok(rows[query * size + key].includes(`,${side(query)},${side(key)},`), rows[query * size + key]);
    }
    const alone = referenceRun();
    assert.doesNotMatch((await textOf(attentionCsv(alone.run, alone.layers.slice(0, 1)))).slice(0, 200), /query_text/);
  });

  it('JSON and safetensors: where the texts lie, and which token is whose', async () => {
    const { run, layers, pair } = pairRun();
    const json = JSON.parse(await textOf(attentionJson(run, layers))) as AttentionJson;
    assert.deepEqual(json.pair, pair);
    const texts = JSON.parse(runMetadata(run).texts) as string[];
    assert.equal(texts.join(''), 'A'.repeat(11) + 'B'.repeat(run.tokens.length - 11));
    assert.equal(runMetadata(referenceRun().run).texts, undefined);
  });

  it('HTML says which tokens are of which text', async () => {
    const { run, layers } = pairRun();
    const page = await standaloneHtml(run, layers, { title: 'two' });
    assert.ok(page.includes(`text A: tokens 0–10, text B: tokens 11–${run.tokens.length - 1}.`));
  });

  it('SVG: a line between the texts, and hatched what a filter leaves out', async () => {
    const { run, layers, pair } = pairRun();
    const { length } = run.tokens;
    const labels = run.tokens.map(({ text }) => text.trim());
    const only = rangeOfFilter(pair, length, 'BA');
    const drawn = { title: 'a', source: 'b', queryLabels: labels, keyLabels: labels, queries: length, keys: length };
    const svg = await matrixSvg({
      ...drawn,
      pair,
      only,
      data: layers[0].data.subarray(0, length ** 2),
      causal: false,
      colors: blueLook.colors,
      scale: heatScaleOf(blueLook.heat),
    });
    const root = parseXml(svg);
    const hatched = elements(root, 'rect').filter(({ attributes }) => attributes.fill === 'url(#unseen)');
    assert.equal(hatched.length, 11 + (length - 11), 'the rows of A and the columns of B');
    assert.equal(elements(root, 'path').filter(({ attributes }) => attributes['stroke-opacity'] === '0.6').length, 1);
    assert.ok(svg.includes(`text A: tokens 0–10, text B: tokens 11–${length - 1}`));
  });

  it('BertViz: all, and the four blocks with their own tokens', async () => {
    const { run, layers, pair } = pairRun();
    const { attention } = JSON.parse(await textOf(bertvizJson(run, layers))) as BertvizJson;
    const { length } = run.tokens;
    assert.deepEqual(
      attention.map(({ name, left_text: left, right_text: right }) => [name, left.length, right.length]),
      [
        ['All', length, length],
        ['Sentence A -> Sentence A', 11, 11],
        ['Sentence A -> Sentence B', 11, length - 11],
        ['Sentence B -> Sentence A', length - 11, 11],
        ['Sentence B -> Sentence B', length - 11, length - 11],
      ],
    );
    const [all, , ab] = attention;
    assert.deepEqual(ab.right_text, all.right_text.slice(11));
    assert.equal(ab.attn[2][3][4][5], all.attn[2][3][4][11 + 5]);
    assert.equal(attention[3].attn[1][0][2][3], all.attn[1][0][11 + 2][3]);
    assert.equal(pair.tokensOfB, 11);
  });

  it('what a filter leaves: of all four together each weight once', () => {
    const { run, layers, pair } = pairRun();
    const { length } = run.tokens;
    const data = layers[0].data.subarray(0, length ** 2);
    const parts = sentenceFilters.map(filter => withinFilter(data, length, rangeOfFilter(pair, length, filter)));
    assert.deepEqual(
      data.map((_, i) => parts.reduce((sum, part) => sum + part[i], 0)),
      data,
    );
    const [, ab] = parts;
    assert.equal(ab[3 * length + 12], data[3 * length + 12]);
    // Of weights that stand for several, those stay that reach into what is left.
    const pooled = withinFilter(new Float32Array(9).fill(1), 3, rangeOfFilter(pair, length, 'AB'), {
      queriesOfRow: 8,
      keysOfColumn: 8,
    });
    assert.deepEqual([...pooled], [0, 1, 1, 0, 1, 1, 0, 0, 0]);
  });
});
