import assert from 'node:assert/strict';
import { causeArrays, causeCsv, causeJson, causeTables, type CauseFound } from '../../../core/export/causeNumbers';
import { causeSvg } from '../../../core/export/causeSvg';
import { blueLook } from './blueLook';
import { elements, parseXml } from './xml';

const row = (first: number, text: string, bits: number, raw: number) => ({
  first,
  last: first,
  text,
  bits,
  falls: bits / 2,
  raw,
});
const found: CauseFound = {
  position: 3,
  place: 'after “to”',
  needs: {
    unit: 'token',
    scores: false,
    rows: [row(0, 'When', 0.1, 0.2), row(1, ' Mary', 0.8, 0.5), row(2, ' <&', 0.2, 0.3)],
  },
  cuts: {
    steps: [
      {
        kind: 'self',
        heads: [{ layer: 1, head: 1 }],
        queries: { first: 3, last: 3 },
        keys: { first: 1, last: 1 },
        form: 'scores',
        words: 'cut 1.1: “to” → “Mary”, before softmax',
      },
    ],
    effect: { candidates: [{ id: 5, text: ' Mary', before: 0.7, after: 0.2 }], divergence: 0.83 },
    moved: [{ layer: 2, head: 0, distance: 0.25 }],
  },
  parts: {
    token: ' Mary',
    logit: 2.25,
    sum: 2.25,
    parts: [
      { part: 'embedding', value: 2.5 },
      { part: 'head', layer: 1, head: 1, value: -0.5 },
      { part: 'bias', value: 0.25 },
    ],
  },
  patch: {
    against: 'another run',
    direction: 'denoise',
    metric: 'logit of “a” − “b”',
    clean: 2,
    corrupted: -1,
    maps: [
      {
        id: 'residual',
        name: 'residual stream',
        rows: ['0', 'norm'],
        columns: ['When', '.', ' to'],
        values: Float32Array.of(0.5, -0.25, NaN, 0, 1, NaN),
      },
      { id: 'head', name: 'heads', rows: ['0'], columns: ['.0', '.1'], values: Float32Array.of(0.75, 0) },
    ],
  },
};

describe('what is saved of where a prediction comes from', () => {
  it('as CSV is a row a number', () => {
    const lines = causeCsv(found).trim().split('\r\n');
    assert.equal(lines[0], 'part,name,first,last,layer,head,number,value');
    assert.equal(new Set(lines.map(line => line.split(',').length)).size, 1);
    for (const line of [
      'needs," Mary",1,1,,,cut_bits,0.8',
      'needs," Mary",1,1,,,raw,0.5',
      'agreement,,,,,,rank_correlation_raw,1',
      'cut," Mary",,,,,after,0.2',
      'cut,,,,,,bits,0.83',
      'moved,,,,2,0,jensen_shannon_bits,0.25',
      'logit,head 1.1,,,1,1,value,-0.5',
      'logit,sum,,,,,value,2.25',
      'patch,residual stream: .,1,1,0,,normalised,-0.25',
      'patch,heads,,,0,0,normalised,0.75',
      'patch,logit of “a” − “b”,,,,,corrupted,-1',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('as JSON has all, with the agreement and the steps', () => {
    const saved = JSON.parse(causeJson('m', 't', found)) as Record<string, unknown> & CauseFound;
    assert.equal(saved['model'], 'm');
    assert.deepEqual({ ...saved.needs, agreement: undefined }, { ...found.needs, agreement: undefined });
    assert.deepEqual((saved.needs as unknown as { agreement: object }).agreement, { raw: 1 });
    assert.deepEqual(saved.cuts, found.cuts);
    assert.deepEqual(saved.parts, found.parts);
    const { maps } = (saved as unknown as { patch: { maps: { values: unknown }[] } }).patch;
    assert.deepEqual(maps[0].values, [
      [0.5, -0.25, null],
      [0, 1, null],
    ]);
  });

  it('as a page has a table each', () =>
    assert.deepEqual(
      causeTables(found).map(({ rows }) => rows.length),
      [3, 1, 1, 1, 5, 2, 1],
    ));

  it('as SVG has bars right and left of zero, names and numbers', () => {
    const svg = parseXml(causeSvg({ title: 'Cause', source: 'm' }, found, blueLook));
    const texts = elements(svg, 'text').map(({ text }) => text);
    for (const text of ['2 ·<&', '0.800', 'head 1.1', '−0.500', 'cut 1.1: “to” → “Mary”, before softmax']) {
      assert.ok(texts.includes(text), text);
    }
    // The ground, three needs, one agreement, one prediction, three parts, two maps with four and two known cells.
    assert.equal(elements(svg, 'rect').length, 1 + 3 + 1 + 1 + 3 + 2 + 4 + 2);
  });

  it('as arrays has each by its name, in the shape that is documented', () => {
    const arrays = new Map(causeArrays(found).map(field => [field.name, field]));
    for (const { name, shape, data } of arrays.values()) {
      assert.equal(
        shape.reduce((product, size) => product * size, 1),
        data.length,
        name,
      );
    }
    assert.deepEqual([...arrays.get('needs_bits')!.data], [...Float32Array.of(0.1, 0.8, 0.2)]);
    assert.deepEqual([...arrays.get('logit_parts')!.data], [-1, -1, 2.5, 1, 1, -0.5, -1, -1, 0.25]);
    assert.deepEqual(arrays.get('patch_residual')!.shape, [2, 3]);
    assert.deepEqual([...arrays.get('patch_ends')!.data], [2, -1]);
    assert.deepEqual([...arrays.get('moved')!.data], [2, 0, 0.25]);
  });

  it('of what nothing is known is empty', () => {
    const nothing = { position: 0, place: '' };
    assert.equal(causeCsv(nothing).trim().split('\r\n').length, 1);
    assert.deepEqual(causeTables(nothing), []);
    assert.ok(causeSvg({ title: 'Cause', source: 'm' }, nothing, blueLook).includes('</svg>'));
  });
});
