import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AttentionJson } from '../../core/export/attentionJson';
import type { BertvizJson } from '../../core/export/bertvizJson';
import { elements, parseXml } from '../unit/export/xml';
import { openedOffline, openedSvg } from './support/openedOffline';
import { inWords } from './support/inWords';
import { usePanel } from './support/usePanel';

/** Each thing that can be saved or copied, read again: the numbers in it are those of the shipped model. */
describe('exports', () => {
  const { session, workbench, panel, reference, shipped } = usePanel(session =>
    writeFile(session.inWorkspace('long.txt'), 'a word and another word, '.repeat(150)),
  );
  const tokens = reference.ids.length;

  before(async () => {
    await panel.chooseHead('2.1');
    await panel.chooseToken(25);
  });

  const choose = async (entry: RegExp) => {
    await panel.frame.getByRole('button', { name: 'Export' }).click();
    await panel.frame.getByRole('menuitem', { name: entry }).click();
  };

  /** Saves, and reads what was saved. */
  async function save(entry: RegExp, ending: string, name = `attention-tiny-code-gpt${ending}`): Promise<Buffer> {
    const file = session.inWorkspace(name);
    assert.ok(!existsSync(file), file);
    await choose(entry);
    await workbench.answer(file);
    for (let i = 0; i < 100 && !(existsSync(file) && statSync(file).size > 0); i++) {
      await workbench.page.waitForTimeout(100);
    }
    await panel.said(/saved/);
    return readFileSync(file);
  }

  function near(actual: number, expected: number, where: string, tolerance = 1e-5): void {
    assert.ok(Math.abs(actual - expected) <= tolerance, `${where}: ${actual} against ${expected}`);
  }

  it('CSV: a row for each weight of the head', async () => {
    const text = (await save(/CSV/, '-self-2.1.csv')).toString('utf8');
    const rows = text
      .trim()
      .split('\r\n')
      .map(line => /^self,2,1,25,.*,(\d+),.*,([\d.e-]+)$/s.exec(line))
      .filter(match => match !== null);
    assert.equal(rows.length, tokens);
    for (const [, key, weight] of rows) near(Number(weight), shipped('2.1', 25, Number(key)), `key ${key}`);
  });

  it('NPY: the head’s matrix', async () => {
    const bytes = await save(/^NPY…/, '-self-2.1.npy');
    assert.equal(bytes.subarray(0, 6).toString('latin1'), '\x93NUMPY');
    const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1');
    assert.match(header, new RegExp(`'descr': '<f4', 'fortran_order': False, 'shape': \\(${tokens}, ${tokens}\\)`));
    const at = (query: number, key: number) => bytes.readFloatLE(10 + header.length + 4 * (query * tokens + key));
    for (const [query, key] of [
      [25, 23],
      [30, 0],
      [0, 0],
      [3, 9],
    ]) {
      near(at(query, key), shipped('2.1', query, key), `${query} → ${key}`);
    }
  });

  it('JSON: all heads with the text and its tokens', async () => {
    const json = JSON.parse((await save(/^JSON/, '.json')).toString('utf8')) as AttentionJson;
    assert.equal(json.text, reference.text);
    assert.equal(json.tokens.length, tokens);
    assert.equal(json.attention.length, 4);
    for (const { layer, weights } of json.attention) {
      near(weights[3][20][7] ?? NaN, shipped(`${layer}.3`, 20, 7), `${layer}.3`);
    }
  });

  it('BertViz’ JSON: what its head view takes', async () => {
    const json = JSON.parse((await save(/BertViz/, '-bertviz.json')).toString('utf8')) as BertvizJson;
    const [{ attn, left_text, right_text }] = json.attention;
    assert.equal(attn.length, 4);
    assert.equal(left_text.length, tokens);
    assert.deepEqual(left_text, right_text);
    near(attn[2][1][25][23] ?? NaN, shipped('2.1', 25, 23), '2.1');
    assert.equal(json.root_div_id, 'bertviz');
  });

  it('safetensors: a tensor for each layer', async () => {
    const bytes = await save(/safetensors/, '.safetensors');
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: number[] }
    >;
    const layers = Object.entries(header).filter(([name]) => name !== '__metadata__');
    assert.equal(layers.length, 4);
    for (const [
      name,
      {
        dtype,
        shape,
        data_offsets: [from],
      },
    ] of layers) {
      assert.equal(dtype, 'F32');
      const layer = /\d+/.exec(name)?.[0];
      const head = shape.length === 4 ? shape.slice(1) : shape;
      assert.deepEqual(head, [6, tokens, tokens]);
      near(
        bytes.readFloatLE(8 + length + from + 4 * ((1 * tokens + 25) * tokens + 23)),
        shipped(`${layer}.1`, 25, 23),
        name,
      );
    }
  });

  it('NPY of all heads: one array, written by the process', async () => {
    const bytes = await save(/NPY of All Heads/, '.npy');
    const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1');
    assert.match(header, new RegExp(`'shape': \\(4, 6, ${tokens}, ${tokens}\\)`));
    near(
      bytes.readFloatLE(10 + header.length + 4 * (((2 * 6 + 1) * tokens + 25) * tokens + 23)),
      shipped('2.1', 25, 23),
      '2.1',
    );
    assert.ok(!existsSync(session.inWorkspace('attention-tiny-code-gpt.npy.headlight-part')));
  });

  it('HTML: a page that works offline, with the same numbers', async () => {
    const html = (await save(/HTML/, '.html')).toString('utf8');
    assert.doesNotMatch(html, /(?:src|href)="(?!data:)[^"#]/);
    const page = await workbench.page
      .context()
      .browser()!
      .newPage({ viewport: { width: 1200, height: 800 } });
    const complaints: string[] = [];
    page.on('pageerror', error => complaints.push(error.message));
    page.on('request', request => {
      if (/^https?:/.test(request.url())) complaints.push(request.url());
    });
    await page.setContent(html);
    await page.locator('canvas').first().waitFor();
    assert.equal(await page.locator('#head').innerText(), 'Head 2.1', 'it opens on the chosen head');
    assert.match(await page.locator('#cell').innerText(), new RegExp(`row ${tokens - 1} of ${tokens - 1}$`));
    await page.screenshot({ path: 'out/shots/exported-page.png' });
    await page.close();
    assert.deepEqual(complaints, []);
  });

  it('in another reading: the numbers that are shown, in a file that says so', async () => {
    await panel.press('v');
    await panel.frame.locator('section.matrix h2', { hasText: inWords(/value-weighted/i) }).waitFor();
    const [, ...rest] = await panel.table();
    const csv = (await save(/CSV/, '-self-2.1-value.csv')).toString('utf8');
    assert.match(csv, /^[^\r\n]*,value_weighted\r\n/);
    const json = JSON.parse((await save(/^JSON/, '-value.json')).toString('utf8')) as AttentionJson;
    assert.equal(json.reading, 'value');
    for (const { key, weight } of rest) near(json.attention[2].weights[1][25][key] ?? NaN, weight, `key ${key}`, 6e-5);
    await panel.press('v');
    await panel.frame.locator('section.matrix h2', { hasText: inWords(/rollout/i) }).waitFor();
    const rolled = (await save(/CSV/, '-self-layer-2-rollout.csv')).toString('utf8');
    assert.match(rolled, /^kind,layer,query,/);
    await panel.press('v');
  });

  it('SVG of the matrix: its cells and its tokens', async () => {
    const root = parseXml((await save(/SVG/, '-self-2.1.svg')).toString('utf8'));
    const words = elements(root, 'text').map(({ text }) => text);
    assert.equal(words[0], 'Head 2.1');
    assert.ok(words.includes('console') || words.includes('·item'), words.join(' '));
    assert.ok(elements(root, 'path').length > 10);
  });

  it('PNG and copy: the same picture in pixels', async () => {
    const png = await save(/PNG/, '-self-2.1.png');
    const { page } = workbench;
    const saved = await page.evaluate(async base64 => {
      const image = await createImageBitmap(
        new Blob([Uint8Array.from(atob(base64), character => character.charCodeAt(0))], { type: 'image/png' }),
      );
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      return { size: [image.width, image.height], colors: new Set(new Uint32Array(data.buffer)).size };
    }, png.toString('base64'));
    assert.ok(saved.size.every(side => side > 400) && saved.colors > 20, JSON.stringify(saved));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await choose(/Copy as Image/);
    await panel.said(/Picture copied/);
    const copied = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const { width, height } = await createImageBitmap(await item.getType('image/png'));
      return [width, height];
    });
    assert.deepEqual(copied, saved.size);
  });

  for (const [tab, check] of [
    [
      'Lines',
      (words: readonly string[], root: ReturnType<typeof parseXml>) => {
        assert.equal(words[0], 'Head 2.1');
        assert.ok(elements(root, 'path').length > 3);
      },
    ],
    [
      'Text',
      (words: readonly string[], root: ReturnType<typeof parseXml>) => {
        assert.match(words[0], /^Head 2\.1, from “\(”/);
        const weights = elements(root, 'title')
          .map(({ text }) => Number(text))
          .filter(weight => weight > 0);
        const expected = Array.from({ length: 26 }, (_, key) => shipped('2.1', 25, key));
        near(Math.max(...weights), Math.max(...expected), 'the largest weight', 6e-5);
      },
    ],
    [
      'Steps',
      (words: readonly string[]) => {
        assert.match(words[0], /^Head 2\.1, query 25 “\(”/);
        assert.ok(words.includes('Attention(Q, K, V) = softmax(QKᵀ/√d)V'));
        const largest = Math.max(...Array.from({ length: 26 }, (_, key) => shipped('2.1', 25, key)));
        assert.ok(words.includes(largest.toFixed(3)), words.join(' '));
        assert.ok(words.includes('What it adds to the residual stream'));
      },
    ],
  ] as const) {
    it(`SVG of ${tab.toLowerCase()}: what is shown`, async () => {
      await panel.frame.getByRole('tab', { name: tab }).click();
      await panel.frame
        .locator(
          { Lines: 'headlight-lines canvas', Text: 'headlight-text-view li', Steps: 'headlight-steps table' }[tab],
        )
        .first()
        .waitFor();
      const document = (await save(/SVG/, '', `${tab.toLowerCase()}.svg`)).toString('utf8');
      const root = parseXml(document);
      check(
        elements(root, 'text').map(({ text }) => text),
        root,
      );
      const page = await workbench.page
        .context()
        .browser()!
        .newPage({ viewport: { width: Number(root.attributes.width), height: Number(root.attributes.height) } });
      await page.setContent(document);
      await page.screenshot({ path: `out/shots/exported-${tab.toLowerCase()}.png` });
      await page.close();
    });
  }

  it('Steps: all that the head is made from, with a line of NumPy, and the run’s residual stream', async () => {
    await panel.frame.getByRole('tab', { name: 'Steps' }).click();
    await panel.frame.locator('headlight-steps table').first().waitFor();
    const json = JSON.parse((await save(/^JSON/, '', 'steps.json')).toString('utf8')) as {
      layer: number;
      numpy: string;
      tensors: Record<string, number[][]>;
    };
    assert.equal(json.layer, 2);
    assert.match(json.numpy, /^import json, numpy as np; /);
    for (const key of [0, 23, 25]) near(json.tensors.weights[25][key], shipped('2.1', 25, key), `key ${key}`);
    const metadata = async (entry: RegExp, name: string) => {
      const bytes = await save(entry, '', name);
      return JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)))) as Record<
        string,
        { shape?: number[]; numpy?: string }
      >;
    };
    const steps = await metadata(/^safetensors… the same/, 'steps.safetensors');
    assert.match(steps.__metadata__.numpy ?? '', /load_file/);
    assert.equal(steps.q.shape?.[0], tokens);
    const run = await metadata(/^safetensors of the Run/, 'run.safetensors');
    assert.deepEqual(run['self.2.head_results'].shape?.slice(0, 2), [6, tokens]);
    assert.equal(run['residual.4'].shape?.[0], tokens);
    assert.equal(run.logits.shape?.[0], tokens);
  });

  it('Compare: two heads, their difference and all heads, as SVG, HTML, CSV and JSON', async () => {
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    await panel.frame.locator('headlight-compare-runs, headlight-head-map circle').first().waitFor();
    const names = (await panel.frame.locator('headlight-compared-pictures h2').allInnerTexts())
      .map(text => /\d\.\d/.exec(text)?.[0] ?? '')
      .slice(0, 2);
    assert.equal(names[0], '2.1');
    const svg = (await save(/SVG/, '', 'compared.svg')).toString('utf8');
    const words = elements(parseXml(svg), 'text').map(({ text }) => text);
    assert.equal(words[0], `Head 2.1 and head ${names[1]} compared`);
    const shown = (
      await panel.frame.locator('headlight-pair-distances .bars li', { hasText: 'Jensen-Shannon' }).innerText()
    )
      .split('\n')
      .at(-1);
    assert.equal(words[words.indexOf('Jensen-Shannon, bits') + 1], shown);
    await openedSvg(workbench, svg, 'exported-comparison');
    const rows = (await save(/CSV… these/, '', 'compared.csv'))
      .toString('utf8')
      .split('\r\n')
      .filter(line => line.startsWith('25,'));
    assert.equal(rows.length, tokens);
    for (const row of rows) {
      const [first, second, difference] = row.split(',').slice(-3).map(Number);
      const key = Number(/,(\d+),[^,]*(?:,")?,[\d.e-]+,[\d.e-]+,[\d.e-]+$/.exec(row)?.[1] ?? NaN);
      if (Number.isNaN(key)) continue;
      near(first, shipped('2.1', 25, key), `2.1, key ${key}`);
      near(second, shipped(names[1], 25, key), `${names[1]}, key ${key}`);
      near(difference, first - second, `difference, key ${key}`);
    }
    const distances = (await save(/CSV of Distances/, '', 'distances.csv'))
      .toString('utf8')
      .trim()
      .split('\r\n')
      .map(line => line.split(','));
    const row = distances.find(([name]) => name === '2.1')!;
    assert.equal(Number(row[distances[0].indexOf(names[1])]).toFixed(2), Number(shown).toFixed(2));
    const json = JSON.parse((await save(/^JSON/, '', 'compared.json')).toString('utf8')) as {
      first: { weights: number[][] };
      heads: unknown[];
    };
    near(json.first.weights[25][23], shipped('2.1', 25, 23), 'JSON');
    assert.equal(json.heads.length, 24);
    await openedOffline(
      workbench,
      (await save(/HTML/, '', 'compared.html')).toString('utf8'),
      'exported-comparison-page',
      { width: 1200, height: 900 },
    );
    await panel.frame.getByRole('radio', { name: 'All distances, with the tree of clusters' }).click();
    const tree = (await save(/SVG/, '', 'tree.svg')).toString('utf8');
    assert.ok(elements(parseXml(tree), 'text').some(({ text }) => text.startsWith('All distances')));
    await openedSvg(workbench, tree, 'exported-tree');
  });

  it('Logit Lens: all layers and tokens, as SVG, PNG, HTML, CSV and JSON', async () => {
    await panel.frame.getByRole('tab', { name: 'Logit Lens' }).click();
    const cell = panel.frame.locator('headlight-logit-lens [data-row="4"][data-position="25"]');
    await cell.waitFor();
    const [, predicted, probability] = /layer 3, token 25: (.*), ([\d.]+)$/.exec(
      (await cell.getAttribute('aria-label')) ?? '',
    )!;
    const svg = (await save(/SVG/, '', 'lens.svg')).toString('utf8');
    const titles = elements(parseXml(svg), 'title')
      .map(({ text }) => text)
      .slice(1);
    assert.equal(titles.length, 5 * tokens);
    await openedSvg(workbench, svg, 'exported-logit-lens');
    const line = (await save(/CSV/, '', 'lens.csv'))
      .toString('utf8')
      .split('\r\n')
      .find(row => row.startsWith('layer 3,25,') && /,1,[^\r\n]*$/.test(row))!;
    assert.equal(Number(line.split(',').at(-1)).toFixed(2), Number(probability).toFixed(2));
    assert.ok(
      titles.some(title => title.startsWith(`${predicted} `)),
      predicted,
    );
    const json = JSON.parse((await save(/^JSON/, '', 'lens.json')).toString('utf8')) as {
      rows: { positions: { probability: number }[][] }[];
    };
    assert.equal(json.rows[4].positions[25][0].probability.toFixed(2), Number(probability).toFixed(2));
    assert.ok((await save(/PNG/, '', 'lens.png')).length > 10_000);
    await openedOffline(workbench, (await save(/HTML/, '', 'lens.html')).toString('utf8'), 'exported-logit-lens-page', {
      width: 1200,
      height: 900,
    });
  });

  it('JSON of a long text: told how large it will be before it is made', async () => {
    await workbench.openFile('long.txt');
    await workbench.selectAll();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find(/long\.txt/);
    await panel.show('Matrix');
    await panel.picture();
    await choose(/^JSON/);
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText(/All heads as JSON are about \d+ MB/).waitFor();
    await workbench.screenshot('export-large');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await panel.said(/Nothing was saved/);
    assert.ok(!existsSync(session.inWorkspace('attention-tiny-code-gpt.json.headlight-part')));
  });

  it('are made without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
