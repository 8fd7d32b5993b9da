import assert from 'node:assert/strict';
import type { FileFormat } from '../../../core/export/fileFormat';
import type { RunPart } from '../../../core/export/runPart';
import type { PageData } from '../../../core/export/page/pageData';
import type { Explanation, HeadAddress, Reading } from '../../../core/run/explanation';
import { computedHead } from '../../../inference/answers/computedHead';
import { explain } from '../../../inference/answers/explain';
import type { ExplainedText } from '../../../inference/runs/explainText';
import { exportRunPart, type ExportedSource } from '../../../inference/export/exportRunPart';
import type { ViewedPartner } from '../../../inference/export/exportView';
import { jensenShannon } from '../../../core/attention/measures/jensenShannon';
import { blockPath } from '../../../inference/answers/blockPath';
import { headMechanisms } from '../../../inference/answers/headMechanisms';
import { groupHeads } from '../../../inference/answers/groupHeads';
import { headTensors } from '../../../inference/answers/headTensors';
import { logitLens } from '../../../inference/answers/logitLens';
import { residualTensors } from '../../../inference/answers/residualTensors';
import { matchRuns } from '../../../inference/answers/matchRuns';
import { readHead, readInParts, readLayers } from '../../../inference/answers/readings';
import { valueNorms } from '../../../inference/answers/valueNorms';
import type { OpenModel } from '../../../inference/models/openModel';
import { blueLook as look } from '../export/blueLook';
import { elements, parseXml } from '../export/xml';
import { largestDifference } from '../support/referenceAttention';
import { noModel } from '../support/keptLayers';
import { openFixture } from '../support/useModel';

const text = 'const items = [1, 2, 3];\nfor (const item of items) {\n';
const head = (layer: number, number: number): HeadAddress => ({ kind: 'self', layer, head: number });

/** What a panel shows, drawn and written by the process from the run's numbers. */
describe('what is shown, as a file', function () {
  this.timeout(60_000);
  let open: OpenModel;
  let run: ExplainedText;
  let edited: ExplainedText;

  before(async () => {
    open = await openFixture('tiny-code-gpt');
    const explained = (what: string) => explain(open, what, { isCancelled: () => false });
    [run, edited] = [await explained(text), await explained(text.replace('of items', 'of my items'))];
  });
  after(() => open.dispose());

  const about = ({ explanation }: ExplainedText) => ({ ...(explanation as Explanation), title: 'sample.ts' });
  const numbersOf = ({ known }: ExplainedText, address: HeadAddress) =>
    computedHead(known, address, noModel, () => Promise.reject(new Error('not weighted')));
  const unweighted = () => Promise.reject(new Error('not weighted'));
  const shownRun = (of: ExplainedText): ExportedSource => ({
    about: about(of),
    head: address => computedHead(of.known, address, noModel, () => Promise.reject(new Error('not weighted'))),
    layers: (kind, reading) => readLayers(of.known, kind, reading, noModel),
    inParts: reading => Promise.resolve(readInParts(of.known, reading, noModel, unweighted)),
    steps: address => headTensors(open, of.known.ids, undefined, address),
    residuals: () => residualTensors(open, of.known.ids, undefined, () => false),
    groups: kind => groupHeads(of.known, kind, noModel),
    logitLens: (first, count) => logitLens(open, of.known.ids, first, count, () => false),
    mechanisms: ({ head: address, ...wish }) => headMechanisms(of.known, address, wish, work => work(open)),
    block: ({ attention: kind, layer, query: position }) =>
      blockPath(open, of.known.ids, undefined, { kind, layer, position }),
  });
  const partner = (): ViewedPartner => ({
    ...shownRun(edited),
    match: kind => matchRuns(run.known, edited.known, kind, noModel, noModel),
  });
  const file = (format: FileFormat, shown: RunPart, of?: ViewedPartner) =>
    exportRunPart(shown, format, look, shownRun(run), of) as Promise<string>;
  const two: RunPart = { kind: 'heads', one: head(2, 1), other: head(0, 0), selected: [head(2, 1)], picture: 'map' };

  /** The colours of cells, as the paths of a matrix paint them. */
  const cells = (svg: string, matrix: number) => {
    const painted = new Map<string, string>();
    const group = elements(parseXml(svg), 'g').filter(({ attributes }) => attributes['shape-rendering'])[matrix];
    for (const {
      attributes: { fill, d },
    } of elements(group, 'path')) {
      for (const [, x, y, length] of d.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
        for (let i = 0; i < Number(length); i++) painted.set(`${y} ${Number(x) + i}`, fill);
      }
    }
    return painted;
  };
  const hex = (color: readonly number[]) => `#${color.map(c => c.toString(16).padStart(2, '0')).join('')}`;

  it('the matrix of several heads in one, cell by cell', async () => {
    const heads = [head(2, 1), head(0, 0), head(1, 3)];
    const each = await Promise.all(heads.map(address => numbersOf(run, address)));
    for (const [how, combined] of [
      ['mean', (weights: number[]) => weights.reduce((a, b) => a + b) / 3],
      ['maximum', (weights: number[]) => Math.max(...weights)],
    ] as const) {
      const svg = await file('svg', {
        kind: 'matrix',
        title: 'Several',
        head: { ...head(2, 1), combined: { heads, how } },
      });
      const painted = cells(svg, 0);
      for (const [query, key] of [
        [20, 20],
        [15, 3],
        [9, 0],
      ]) {
        const weight = combined(each.map(({ data, keys }) => data[query * keys + key]));
        assert.equal(painted.get(`${query} ${key}`), hex(look.heat.colors[Math.round(weight * 255)]), how);
      }
      assert.equal(painted.has('3 9'), false, 'what comes later is not painted');
      assert.ok(elements(parseXml(svg), 'text').some(({ text: words }) => words === 'tiny-code-gpt, fp32 · sample.ts'));
    }
  });

  it('lines of several heads: those of the weights from the threshold on', async () => {
    const svg = await file('svg', { kind: 'lines', title: 'Two', heads: [head(2, 1), head(0, 0)], threshold: 0.1 });
    const lines = elements(parseXml(svg), 'g').map(group =>
      elements(group, 'path').reduce((sum, { attributes }) => sum + attributes.d.split('M').length - 1, 0),
    );
    const expected = await Promise.all(
      [head(2, 1), head(0, 0)].map(async address =>
        (await numbersOf(run, address)).data.reduce((sum, weight) => sum + Number(weight >= Math.fround(0.1)), 0),
      ),
    );
    assert.deepEqual(lines, expected);
  });

  it('two heads: their cells, their difference with its sign, their names and how far they are apart', async () => {
    const svg = await file('svg', two);
    const [one, other] = await Promise.all([numbersOf(run, head(2, 1)), numbersOf(run, head(0, 0))]);
    const differences = one.data.map((weight, i) => weight - other.data[i]);
    const [most, least] = [Math.max(...differences), Math.min(...differences)].map(difference =>
      differences.indexOf(difference),
    );
    assert.ok(differences[most] > 0.1 && differences[least] < -0.1);
    const place = (at: number) => `${Math.floor(at / one.keys)} ${at % one.keys}`;
    const channels = (at: number) =>
      /#(..)(..)(..)/
        .exec(cells(svg, 2).get(place(at))!)!
        .slice(1)
        .map(c => parseInt(c, 16));
    assert.ok(channels(most)[2] > channels(most)[0] + 20, 'the first larger: blue');
    assert.ok(channels(least)[0] > channels(least)[2] + 20, 'the second larger: orange');
    assert.equal(cells(svg, 0).get(place(most)), hex(look.heat.colors[Math.round(one.data[most] * 255)]));
    const root = parseXml(svg);
    const words = elements(root, 'text').map(({ text: said }) => said);
    assert.ok(words[0] === 'Head 2.1 and head 0.0 compared', words[0]);
    assert.ok(
      !svg.includes('induction') &&
        (await file('svg', { ...two, labels: ['induction 0.58', ''] })).includes('induction 0.58'),
      'what is said beside a head’s name',
    );
    const groups = await groupHeads(run.known, 'self', noModel);
    const bits =
      groups.data[
        groups.heads.findIndex(place => place.layer === 2 && place.head === 1) * 24 +
          groups.heads.findIndex(place => place.layer === 0 && place.head === 0)
      ];
    assert.equal(words[words.indexOf('Jensen-Shannon, bits') + 1], bits.toFixed(2));
    assert.equal(
      elements(root, 'circle').filter(({ children }) => /^\d\.\d$/.test(children[0]?.text ?? '')).length,
      24,
      'a place on the map for each head',
    );
  });

  it('all distances with the tree: a cell for each two heads, a bracket for each merge', async () => {
    const svg = await file('svg', { ...two, picture: 'tree' });
    const root = parseXml(svg);
    assert.equal(cells(svg, 3).size, 24 * 24);
    const tree = elements(root, 'path').find(({ attributes: { d } }) => /^M[\d. ]+H[\d.]+V/.test(d))!;
    assert.equal(tree.attributes.d.split('M').length - 1, 23);
    assert.ok(elements(root, 'text').some(({ text: said }) => said === '2.1'));
  });

  it('the numbers of two heads as CSV and JSON, and all distances as a table', async () => {
    const [one, other] = await Promise.all([numbersOf(run, head(2, 1)), numbersOf(run, head(0, 0))]);
    const lines = (await file('csv', two)).trim().split('\r\n');
    assert.equal(lines[0], 'query,query_token,key,key_token,first,second,difference');
    // A token may be a line break: rows are counted by their beginnings.
    const rows = (await file('csv', two)).split('\r\n').filter(line => /^\d+,/.test(line));
    assert.equal(rows.length, one.queries * one.keys);
    const [first, second, difference] = rows[15 * one.keys + 3].split(',').slice(-3).map(Number);
    assert.equal(Math.fround(first), one.data[15 * one.keys + 3]);
    assert.equal(Math.fround(second), other.data[15 * one.keys + 3]);
    assert.ok(Math.abs(difference - (first - second)) < 1e-6);

    const json = JSON.parse(await file('json', two)) as {
      first: { head: HeadAddress; weights: number[][] };
      jensenShannonBitsByQuery: number[];
      distancesBits: number[][];
      heads: { layer: number; head: number }[];
      merges: unknown[];
    };
    assert.equal(Math.fround(json.first.weights[15][3]), one.data[15 * one.keys + 3]);
    const row = (matrix: typeof one) => matrix.data.subarray(15 * one.keys, 16 * one.keys);
    assert.ok(Math.abs(json.jensenShannonBitsByQuery[15] - jensenShannon(row(one), row(other))) < 1e-6);
    assert.equal(json.merges.length, 23);

    const table = (await file('distances', two))
      .trim()
      .split('\r\n')
      .map(line => line.split(','));
    assert.equal(table.length, 25);
    assert.deepEqual(
      table[0].slice(1),
      json.heads.map(place => `${place.layer}.${place.head}`),
    );
    assert.equal(Number(table[3][8]), json.distancesBits[2][7]);
    assert.ok(json.distancesBits.every((distances, i) => distances[i] < 1e-6 && distances[(i + 1) % 24] > 0));
  });

  it('one block and all: a row a part as CSV, every vector as JSON, strips and bars as SVG, tables as HTML', async () => {
    const shown: RunPart = { kind: 'block', attention: 'self', layer: 2, query: 5 };
    const path = await blockPath(open, run.known.ids, undefined, { kind: 'self', layer: 2, position: 5 });
    const lines = (await file('csv', shown)).trim().split('\r\n');
    assert.equal(lines.length, 1 + 2 * path.blocks.length);
    const attention = lines[5].split(',');
    assert.deepEqual(attention.slice(0, 3), ['2', 'attention', '2']);
    assert.ok(Math.abs(Number(attention[4]) - path.blocks[2].parts[0].write) < 1e-5);
    assert.ok(Math.abs(Math.cos((Number(attention[7]) * Math.PI) / 180) - Number(attention[6])) < 1e-6);
    const json = JSON.parse(await file('json', shown)) as typeof path & { formula: string };
    assert.equal(json.formula, 'x′ = x + Attention(norm(x)),  x″ = x′ + FFN(norm(x′))');
    json.parts.forEach((part, i) =>
      assert.ok(largestDifference(Float32Array.from(part.write), path.parts[i].write) < 1e-5),
    );
    assert.equal(json.parts[0].heads!.length, 6);
    const svg = parseXml(await file('svg', shown));
    assert.ok(elements(svg, 'text').some(({ text }) => text === 'feed-forward adds'));
    const html = await file('html', shown);
    assert.match(html, /Strongest neurons/);
    assert.match(html, new RegExp(`>${path.parts[1].feedForward!.neurons[0].neuron}<`));
    await assert.rejects(file('npy', shown), /cannot be saved as npy/);
  });

  it('one head by many mechanisms: distances and costs as CSV, rows and matrices as JSON, all pictures as SVG', async () => {
    const query = 5;
    const shown: RunPart = {
      kind: 'mechanisms',
      head: head(2, 1),
      query,
      temperature: 1,
      parameters: { sinks: { sinks: 2, window: 3 } },
      putBack: [
        {
          name: 'sinks 2 + window 3',
          wish: {
            address: head(2, 1),
            mechanism: 'sinks',
            parameters: { sinks: 2, window: 3 },
            temperature: 1,
            scope: 'layer',
            position: 5,
          },
          answer: {
            heads: 6,
            effect: { candidates: [], divergence: 0.25 },
            divergence: 0.125,
            positions: 12,
            perplexity: { before: 8, after: 9.5, tokens: 11 },
            rounds: false,
            inFloat32: false,
          },
        },
      ],
    };
    const { mechanisms: computed } = JSON.parse(await file('json', shown)) as {
      mechanisms: { mechanism: string; row: number[]; ofRow: { bits: number }; matrix: { data: number[] } }[];
    };
    const { keys, data } = await numbersOf(run, head(2, 1));
    const own = data.subarray(query * keys, (query + 1) * keys);
    const of = (id: string) => computed.find(({ mechanism }) => mechanism === id)!;
    own.forEach((weight, key) => assert.ok(Math.abs(of('scaled').row[key] - weight) < 1e-5));
    data.forEach((weight, cell) => assert.ok(Math.abs(of('scaled').matrix.data[cell] - weight) < 1e-5));
    assert.ok(of('sinks').row.every((weight, key) => weight > 0 === (key < 2 || (key > query - 3 && key <= query))));
    const lines = (await file('csv', shown)).trim().split('\r\n');
    assert.equal(lines.length, 14);
    assert.equal(lines[13], 'sinks,sinks 2; window 3,,,,,,,,,,,,,layer 2,1,0.25,0.125,12,8,9.5');
    const sinks = lines.find(line => line.startsWith('sinks,'))!.split(',');
    assert.deepEqual([sinks[1], Number(sinks[2])], ['sinks 2; window 3', of('sinks').ofRow.bits]);
    assert.equal(Number(sinks[9]), 2 * keys * 5 * 32);
    assert.deepEqual(sinks.slice(11), ['scores', 'n', 'yes', '', '', '', '', '', '', '']);
    assert.match(
      lines.find(line => line.startsWith('additive,'))!,
      /,no,,,,,,,$/,
    );
    const svg = parseXml(await file('svg', shown));
    assert.ok(elements(svg, 'text').some(({ text: label }) => label === 'sinks 2 + window 3'));
    const putBack = 'Put back: sinks 2 + window 3 in layer 2: mean KL 0.125 bits, perplexity 8.0 → 9.5';
    assert.ok(elements(svg, 'text').some(({ text: label }) => label === putBack));
    assert.equal(elements(svg, 'g').filter(({ attributes }) => attributes['shape-rendering']).length, 12);
  });

  it('weights in the reading that is shown: every format says which, a rollout is of no head', async () => {
    const { known } = run;
    const norms = await valueNorms(work => work(open), { ids: known.ids }, 'self');
    const source: ExportedSource = {
      ...shownRun(run),
      head: asked => computedHead(known, asked, noModel, () => Promise.resolve(norms)),
      layers: (kind, reading, withoutFirst) => readLayers(known, kind, reading, noModel, norms, withoutFirst),
      inParts: (reading, withoutFirst) =>
        Promise.resolve(readInParts(known, reading, noModel, () => Promise.resolve(norms), withoutFirst)),
    };
    const n = known.ids.length;
    const write = (format: FileFormat, reading?: Reading, withoutFirst?: boolean) =>
      exportRunPart({ kind: 'weights', head: { ...head(2, 1), reading, withoutFirst } }, format, look, source);
    const read = async (reading?: Reading) =>
      JSON.parse((await write('json', reading)) as string) as {
        reading: string;
        attention: { layer: number; heads?: number[]; shape: number[]; weights: number[][][] }[];
      };
    const [raw, value, rollout] = [await read(), await read('value'), await read('rollout')];
    assert.deepEqual([raw.reading, value.reading, rollout.reading], ['raw', 'value', 'rollout']);
    const { data } = await readHead(known, head(2, 1), 'value', noModel, norms);
    assert.ok(Math.abs(value.attention[2].weights[1][15][3] - data[15 * n + 3]) < 1e-7);
    assert.notEqual(value.attention[2].weights[1][15][3], raw.attention[2].weights[1][15][3]);
    const rolled = (await readHead(known, head(2, 1), 'rollout', noModel)).data;
    assert.deepEqual([rollout.attention[2].heads, rollout.attention[2].shape], [undefined, [1, n, n]]);
    assert.ok(Math.abs(rollout.attention[2].weights[0][15][3] - rolled[15 * n + 3]) < 1e-7);

    const firstLine = async (reading?: Reading) => ((await write('csv', reading)) as string).split('\r\n')[0];
    assert.match(await firstLine(), /^kind,layer,head,.*,weight$/);
    assert.match(await firstLine('value'), /^kind,layer,head,.*,value_weighted$/);
    assert.equal(await firstLine('rollout'), 'kind,layer,query,query_token,key,key_token,rollout');
    const without = (await write('csv', 'value', true)) as string;
    assert.match(without.split('\r\n')[0], /,value_weighted_without_first$/);
    assert.ok(
      without.split('\r\n').every((line, i) => i === 0 || !/^self,2,1,\d+,[^,]*,0,/.test(line) || line.endsWith(',0')),
    );
    const json = JSON.parse((await write('json', undefined, true)) as string) as {
      withoutFirst: boolean;
      attention: { weights: number[][][] }[];
    };
    assert.equal(json.withoutFirst, true);
    assert.ok(json.attention.every(({ weights }) => weights.every(rows => rows.every(row => row[0] === 0))));
    assert.match((await write('bertviz', 'rollout', true)) as string, /"name":"Rollout, without the first token"/);
    assert.match((await write('bertviz', 'raw', true)) as string, /"name":"Without the first token"/);
    assert.match(
      (await write('html', 'raw', true)) as string,
      /without the first token: each row divided by what is left/,
    );
    const header = (bytes: unknown) => Buffer.from((bytes as Uint8Array).subarray(8, 60_000)).toString('latin1');
    assert.match(header(await write('safetensors', 'value')), /"reading":"value"/);
    assert.match(header(await write('safetensors', 'raw', true)), /"without_first":"true"/);
    assert.match(header(await write('safetensors', 'rollout')), new RegExp(`"shape":\\[${n},${n}\\]`));
    assert.match((await write('bertviz', 'rollout')) as string, /"name":"Rollout"/);

    const page = async (reading?: Reading) => {
      const html = (await write('html', reading)) as string;
      const written = /<script type="application\/json" id="run">(.*?)<\/script>/s.exec(html)![1];
      return { html, data: JSON.parse(written) as PageData };
    };
    const pages = [await page(), await page('value'), await page('rollout')];
    assert.deepEqual(
      pages.map(({ data: { matrices, first } }) => matrices[first].name),
      ['Head 2.1', 'Head 2.1, value-weighted', 'Rollout up to layer 2'],
    );
    assert.equal(pages[2].data.matrices.length, 4);
    assert.match(pages[1].html, /value-weighted: each key’s part/);
    assert.equal(new Set(pages.map(({ html }) => html)).size, 3);
  });

  it('two runs: what only one text has is empty, hatched and named', async () => {
    const shown: RunPart = { kind: 'runs', one: head(2, 1), other: head(2, 1) };
    const json = JSON.parse(await file('json', shown, partner())) as {
      queries: { token: string; first?: number; second?: number }[];
      first: { text: string };
      second: { text: string };
      matches: unknown[];
      jensenShannonBitsByQuery: (number | null)[];
    };
    assert.notEqual(json.first.text, json.second.text);
    const inserted = json.queries.findIndex(({ first }) => first === undefined);
    assert.equal(json.queries[inserted].token, ' my');
    assert.equal(json.jensenShannonBitsByQuery[inserted], null);
    assert.equal(json.matches.length, 24);
    const rows = (await file('csv', shown, partner()))
      .split('\r\n')
      .filter(line => line.startsWith(`${inserted}, my,`) || line.startsWith(`${inserted}," my"`));
    assert.ok(rows.length > 0 && rows.every(line => /,,[\d.e-]+,$/.test(line)), rows[0]);
    const svg = await file('svg', shown, partner());
    const hatched = elements(parseXml(svg), 'rect').filter(({ attributes }) => attributes.fill === 'url(#unseen)');
    assert.equal(
      hatched.length,
      3 + 4,
      'three causal matrices; a row and a column, where the first lacks them and in the difference',
    );
    assert.match((await file('distances', shown, partner())).split('\r\n')[1], /^0\.0,0\.0,/);
    await assert.rejects(file('svg', shown), /not compared with another any more/);
  });

  it('the logit lens: each layer’s likeliest tokens, drawn, as CSV and as JSON', async () => {
    const shown: RunPart = { kind: 'logitLens', query: 5 };
    const lens = await logitLens(open, run.known.ids, 0, run.known.ids.length, () => false);
    const json = JSON.parse(await file('json', shown)) as {
      rows: { layer: string; positions: { id: number; probability: number }[][] }[];
    };
    assert.deepEqual(
      json.rows.map(({ layer }) => layer),
      ['embedding', 'layer 0', 'layer 1', 'layer 2', 'layer 3'],
    );
    json.rows.forEach(({ positions }, row) =>
      assert.deepEqual(
        positions.map(([{ id }]) => id),
        lens.rows[row].map(([{ id }]) => id),
      ),
    );
    const lines = (await file('csv', shown)).split('\r\n').filter(line => /^(?:embedding|layer \d),/.test(line));
    assert.equal(lines.length, 5 * run.known.ids.length * 5);
    const [{ id, probability }] = lens.rows[4][7];
    const [, itsId, written] = lines
      .map(line => /^layer 3,7,.*,1,.*,(\d+),([\d.e-]+)$/.exec(line))
      .find(found => found !== null)!;
    assert.equal(Number(itsId), id);
    assert.ok(Math.abs(Number(written) - probability) < 1e-7);
    const root = parseXml(await file('svg', shown));
    const titles = elements(root, 'title')
      .map(({ text: said }) => said)
      .slice(1);
    assert.equal(titles.length, 5 * run.known.ids.length);
    const underlined = elements(root, 'text').filter(
      ({ attributes }) => attributes['text-decoration'] === 'underline',
    ).length;
    const settled = lens.rows.reduce(
      (sum, places) => sum + places.filter(([{ id }], position) => id === lens.rows[4][position][0].id).length,
      0,
    );
    assert.equal(underlined, settled);
    await assert.rejects(
      exportRunPart(shown, 'svg', look, {
        ...shownRun(run),
        logitLens: () => Promise.resolve({ missing: 'It has none.', rows: [] }),
      }),
      /It has none/,
    );
  });

  it('is only what it can be: another format fails with what it can', async () => {
    const weights = { kind: 'weights', head: head(0, 0) } as const;
    for (const [part, format, formats] of [
      [{ kind: 'matrix', head: head(0, 0), title: 'a' }, 'csv', 'svg'],
      [{ kind: 'lines', heads: [head(0, 0)], title: 'a', threshold: 0 }, 'html', 'svg'],
      [{ kind: 'logitLens', query: 0 }, 'distances', 'svg, html, csv, json'],
      [{ kind: 'headTable', summaries: [] }, 'svg', 'csv, json'],
      [two, 'npy', 'svg, html, csv, json, distances'],
      [weights, 'svg', 'html, csv, npy, npyHeads, json, safetensors, bertviz'],
    ] as const) {
      await assert.rejects(file(format, part), {
        message: `This cannot be saved as ${format}; choose one of ${formats}.`,
      });
    }
    assert.match(await file('csv', { kind: 'headTable', summaries: [] }), /^layer,head,label,/);
    assert.match(await file('csv', weights), /^kind,layer,head,query,/);
  });

  it('one page: the picture and its numbers as tables, nothing loaded, no script', async () => {
    for (const shown of [two, { kind: 'logitLens', query: 5 } as const]) {
      const page = await file('html', shown);
      assert.match(page, /default-src 'none'/);
      assert.doesNotMatch(page, /<script|(?:src|href)="(?!data:)[^"#]/);
      assert.ok(page.includes('<svg ') && page.includes('</svg>') && page.includes('<table>'));
    }
    assert.match(await file('html', two), /<td>2\.1<\/td>/);
  });
});

describe('several heads in one', () => {
  const shape = { kind: 'self', causal: false, heads: 2, queries: 2, keys: 2 } as const;
  const known = (layers: { layer: number; keys?: number }[]) => ({
    ids: [1, 2],
    texts: { input: { text: '', tokens: [] } },
    attention: {
      bytes: 0,
      layers: layers.map(({ layer, keys = 2 }) => ({ ...shape, layer, keys })),
      head: (address: HeadAddress) => {
        asked++;
        const { keys = 2 } = layers.find(({ layer }) => layer === address.layer)!;
        return Promise.resolve({ queries: 2, keys, data: new Float32Array(2 * keys).fill(address.head + 1) });
      },
      parts: () => {
        throw new Error('not asked for');
      },
    },
  });
  let asked = 0;
  const norms = () => Promise.reject(new Error('not weighted'));
  const use = <Result>(work: (model: OpenModel) => Promise<Result>) => work(undefined as unknown as OpenModel);

  it('are computed once for all that is asked of them, and again for others', async () => {
    const run = known([{ layer: 0 }]);
    const combined = { heads: [head(0, 0), head(0, 1)], how: 'mean' } as const;
    const [one, two] = await Promise.all([0, 1].map(() => computedHead(run, { ...head(0, 0), combined }, use, norms)));
    assert.deepEqual([...one.data], [1.5, 1.5, 1.5, 1.5]);
    assert.equal(one, two);
    assert.equal(asked, 2);
    assert.deepEqual(
      [...(await computedHead(run, { ...head(0, 0), combined: { ...combined, how: 'maximum' } }, use, norms)).data],
      [2, 2, 2, 2],
    );
  });

  it('of different shapes are refused in one sentence', async () => {
    await assert.rejects(
      computedHead(
        known([{ layer: 0 }, { layer: 1, keys: 3 }]),
        { ...head(0, 0), combined: { heads: [head(0, 0), head(1, 0)], how: 'mean' } },
        use,
        norms,
      ),
      /different lengths/,
    );
  });
});
