import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npyHeader } from '../../core/export/npy';
import { AttentionPanel } from './support/attentionPanel';
import { type SuiteWorkbench, useWorkbench } from './support/useWorkbench';
import type { Workbench } from './support/workbench';
import { inWords } from './support/inWords';

describe('an ONNX file that is given numbers', () => {
  const { session, workbench } = useRecommender();

  const entry = (name: string) => workbench.explorerEntry(name);
  const fromMenu = () => explainWithInputs(workbench);
  /** Writes inputs of so many positions, and explains them. */
  const explainPositions = async (size: number) => {
    await writeFile(
      session.inWorkspace('recommender/next-item.inputs.json'),
      JSON.stringify({ input_ids: Array.from({ length: size }, (_, i) => ((i * 37 + (i >> 4)) % 120) + 3) }),
    );
    await fromMenu();
  };

  it('gets example inputs to begin with, which explain as they are', async () => {
    await workbench.page.keyboard.press('Control+Shift+E');
    await entry('recommender').click();
    await fromMenu();
    await workbench.pick('Write Example', 'Write Example Inputs');
    await workbench.tab('next-item.inputs.json').waitFor();
    const inputs = JSON.parse(
      await readFile(session.inWorkspace('recommender/next-item.inputs.json'), 'utf8'),
    ) as Record<string, unknown>;
    assert.deepEqual(Object.keys(inputs), ['input_ids', 'labels']);
    await workbench.notification(/next-item\.onnx holds 2 layers/).waitFor();
    await workbench.page.getByRole('button', { name: 'Explain Attention' }).click();
    const panel = await AttentionPanel.find(workbench);
    await panel.picture();
    await workbench.screenshot('graph-dark');
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('graph-light');
  });

  it('of 1,600 positions shows the sums, a brushed range, lines, text and several heads in one from parts of the matrix, and exports it', async () => {
    await workbench.chooseTheme('Dark Modern');
    await explainPositions(1600);
    const panel = await AttentionPanel.find(workbench);
    await panel.title(/1,600 tokens/).waitFor();
    await panel.picture();
    await panel.chooseHead('1.2');
    await panel.press('End');
    await workbench.page.keyboard.press('Shift+PageUp');
    await workbench.page.keyboard.press('Shift+Home');
    await panel.frame
      .locator('headlight-range p')
      .getByText(inWords(/^1589–1599 → 0–1599: mass 1\.00 · mean [\d.]+ · largest/))
      .waitFor();
    await workbench.screenshot('long-matrix');
    const query = await panel.query();
    const row = new Map((await panel.table()).map(({ key, weight }) => [key, weight]));
    const strongest = Math.max(...row.values());
    assert.ok(row.size > 5 && strongest > 0);

    await panel.frame.getByRole('tab', { name: 'Text' }).click();
    const listed = panel.frame.locator('headlight-text-view li').first();
    await listed.waitFor();
    assert.equal(Number((await listed.innerText()).split('\n').at(-1)).toFixed(2), strongest.toFixed(2));
    await workbench.screenshot('long-text');

    await panel.frame.getByRole('tab', { name: 'Lines' }).click();
    const token = panel.frame.locator(`headlight-lines .query [data-index="${query}"]`);
    await token.waitFor({ state: 'attached' });
    await token.press('Enter');
    const said = panel.frame.locator('headlight-lines .said bdi');
    await said.waitFor();
    assert.ok((await said.innerText()).includes(strongest.toFixed(strongest >= 0.01 ? 2 : 4)), await said.innerText());
    await workbench.screenshot('long-lines');

    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await panel.frame.getByRole('gridcell', { name: 'Head 1.0', exact: true }).click({ modifiers: ['Shift'] });
    await panel.frame.getByRole('heading', { name: /^Mean of 3 heads/ }).waitFor();
    await panel.frame.getByRole('button', { name: 'Export' }).click();
    await panel.frame.getByRole('menuitem', { name: /SVG/ }).click();
    const file = session.inWorkspace('long.svg');
    await workbench.answer(file);
    await panel.said(/saved/);
    const svg = await readFile(file, 'utf8');
    assert.ok(svg.includes('Mean of 3 heads') && svg.includes('data:image/png;base64,'));
    await workbench.screenshot('long-mean');
    assert.deepEqual(workbench.consoleErrors, []);
  });

  it('of 1,600 positions compares two heads from parts of them, right also where it is zoomed', async () => {
    const panel = await AttentionPanel.find(workbench);
    await panel.chooseHead('1.2');
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    await panel.frame.locator('headlight-pair-distances').getByText('over 1599 queries').waitFor();
    const picture = panel.frame.locator('headlight-compared-matrix .frame').first();
    await workbench.screenshot('long-compare');
    await picture.focus();
    // From 1,600 keys a side to 4.
    for (let presses = 0; presses < 30; presses++) await workbench.page.keyboard.press('+');
    const cell = async () => {
      await picture.hover({ position: { x: 15, y: 100 } });
      const note = panel.frame.locator('headlight-compare headlight-hover-note .note', {
        hasText: inWords(/^first [^…]+, second [^…]+ · row \d+/),
      });
      await note.waitFor();
      const [, first, query, key] =
        /^first (\S+), second \S+ · row (\d+), column (\d+)$/.exec(await note.innerText()) ??
        assert.fail(await note.innerText());
      return { first, query: Number(query), key: Number(key) };
    };
    const { first, query, key } = await cell();
    await workbench.screenshot('long-compare-zoomed', true);
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await panel.chooseToken(query);
    const row = new Map((await panel.table()).map(entry => [entry.key, entry.weight]));
    assert.ok(
      Math.abs((row.get(key) ?? 0) - Number(first.replace('<', ''))) <= 0.0051,
      `${query} → ${key}: ${first}, ${row.get(key)}`,
    );
    assert.deepEqual(workbench.consoleErrors, []);
  });

  it('of 4,096 positions has axes that can be read, and a row of numbers', async () => {
    await explainPositions(4096);
    const panel = await AttentionPanel.find(workbench);
    await panel.title(/4,096 tokens/).waitFor({ timeout: 120_000 });
    await panel.picture();
    const { rows, columns } = await panel.readableAxes();
    for (const labels of [rows, columns]) assert.ok(labels.length >= 10 && labels.length < 100, JSON.stringify(labels));
    await workbench.screenshot('longest-matrix');
    const sum = (await panel.table()).reduce((total, { weight }) => total + weight, 0);
    assert.ok(sum > 0 && sum < 1.001, `${sum}`);
    assert.deepEqual(workbench.consoleErrors, []);
  });
});

describe('an ONNX file that is given numbers of one’s own', () => {
  const { session, workbench } = useRecommender();

  before(async () => {
    await workbench.page.keyboard.press('Control+Shift+E');
    await entry('recommender').click();
    await entry('next-item.onnx').waitFor();
  });

  const entry = (name: string) => workbench.explorerEntry(name);
  const fromMenu = () => explainWithInputs(workbench);

  const give = async (inputs: object) => {
    await writeFile(session.inWorkspace('recommender/next-item.inputs.json'), JSON.stringify(inputs));
    await fromMenu();
  };

  it('calls positions by their labels, or by what their numbers are called', async () => {
    await give({ input_ids: [11, 12, 13, 12], labels: ['first', 'second', 'third', 'fourth'] });
    const panel = await AttentionPanel.find(workbench);
    await panel.tokens.filter({ hasText: 'third' }).waitFor();
    assert.equal(await panel.tokens.count(), 4);
    await give({ input_ids: [11, 12, 13, 12], vocabulary: { 11: 'bread', 12: 'milk', 13: 'tea' } });
    await panel.tokens.filter({ hasText: 'tea' }).waitFor();
    assert.deepEqual(
      (await panel.tokens.allInnerTexts()).map(text => text.replace(/[^a-z]/g, '')),
      ['bread', 'milk', 'tea', 'milk'],
    );
    await workbench.screenshot('graph-items');
  });

  it('of a batch shows one sequence, says which, and shows another that is asked for', async () => {
    const input_ids = [
      [11, 12, 13],
      [21, 22, 23],
    ];
    await give({ input_ids });
    const panel = await AttentionPanel.find(workbench);
    const notice = panel.frame.locator('headlight-bar [role=note]');
    await notice
      .getByText(
        'The inputs hold 2 sequences, and number 1 is shown; write "sequence": 2 beside them to look at another.',
      )
      .waitFor();
    await workbench.screenshot('graph-batch');
    await give({ input_ids, sequence: 2 });
    await notice
      .getByText(
        'The inputs hold 2 sequences, and number 2 is shown; write "sequence": 1 beside them to look at another.',
      )
      .waitFor();
    assert.deepEqual(
      (await panel.tokens.allInnerTexts()).map(text => text.replace(/\D/g, '')),
      ['21', '22', '23'],
    );
  });

  it('shows each of the parts that a graph computes side by side, as chosen in the bar', async () => {
    const folder = 'test/fixtures/faults/qwen2_5_vl_vision_uneven';
    const { inputs, attentions } = JSON.parse(await readFile(`${folder}/reference.json`, 'utf8')) as {
      inputs: object;
      attentions: { shape: number[]; offset: number }[];
    };
    const numbers = new Float32Array(new Uint8Array(await readFile(`${folder}/reference.bin`)).buffer);
    await cp(`${folder}/model.onnx`, session.inWorkspace('recommender/tower.onnx'));
    await writeFile(session.inWorkspace('recommender/tower.inputs.json'), JSON.stringify(inputs));
    await entry('tower.onnx').waitFor();
    await workbench.chooseFromMenu(entry('tower.onnx'), 'Explain Attention with Inputs…');
    const panel = await AttentionPanel.find(workbench, /tower/);
    const chooser = panel.frame.getByLabel('Part of the attention');
    await panel.title(/16 tokens/).waitFor();
    await panel.picture();
    for (const [part, name, layer, tokens] of [
      [5, '1 of 2, 8 positions', 1, 8],
      [2, '2 of 4, 16 positions', 0, 16],
      [7, '1 of 1, 80 positions', 2, 80],
    ] as const) {
      await chooser.selectOption(name);
      await panel.title(new RegExp(`\\b${tokens} tokens`)).waitFor();
      assert.equal(await chooser.inputValue(), String(part));
      await panel.picture();
      await panel.chooseHead(`${layer}.2`);
      await panel.headIs(`${layer}.2`);
      await panel.chooseToken(3);
      const { shape, offset } = attentions[part - 1];
      const row = offset + (2 * shape[2] + 3) * shape[3];
      const table = await panel.table();
      assert.ok(table.length > 0);
      for (const { key, weight } of table) {
        assert.ok(Math.abs(weight - numbers[row + key]) < 0.006, `part ${part}, key ${key}: ${weight}`);
      }
      await workbench.screenshot(`graph-part-${part}`);
    }
  });

  it('shows queries that look at fewer keys than they are, called by their numbers', async () => {
    const folder = 'test/fixtures/faults/timm_mvitv2';
    const { inputs } = JSON.parse(await readFile(`${folder}/reference.json`, 'utf8')) as { inputs: object };
    await cp(`${folder}/model.onnx`, session.inWorkspace('recommender/mvit.onnx'));
    await writeFile(session.inWorkspace('recommender/mvit.inputs.json'), JSON.stringify(inputs));
    await entry('mvit.onnx').waitFor();
    await workbench.chooseFromMenu(entry('mvit.onnx'), 'Explain Attention with Inputs…');
    const panel = await AttentionPanel.find(workbench, /mvit/);
    await panel.frame.getByText(/Queries and keys are not the same positions here/).waitFor();
    await panel.picture();
    await panel.frame.getByText('not measurable on this text').first().waitFor();
    assert.equal(await panel.frame.getByText('cannot answer this').count(), 0);
    await workbench.screenshot('graph-fewer-keys');
    await panel.frame.getByLabel('Part of the attention').selectOption('1 of 1, 64 positions');
    await panel.title(/64 tokens/).waitFor();
    await panel.picture();
  });

  for (const [what, inputs, says] of [
    ['a missing input', { labels: ['a'] }, /The inputs lack “input_ids” \(int64 \[.+\]\)/],
    ['an unknown input', { input_ids: [1, 2], items: [1] }, /“items” is no input of this model, which takes input_ids/],
    ['fractions', { input_ids: [1, 2.5] }, /“input_ids” takes whole numbers \(int64\), and holds 2\.5 at \[0, 1\]/],
    ['another shape', { input_ids: [[[1, 2]]] }, /“input_ids” has the shape \[1, 1, 2\], and the model wants int64/],
    [
      'an item that is not known',
      { input_ids: [1, 99999] },
      /“input_ids” holds 99999, and next-item\.onnx knows 0 to \d+/,
    ],
    ['too few labels', { input_ids: [1, 2], labels: ['a'] }, /“labels” names 1 positions, and the sequence has 2/],
  ] as const) {
    it(`says in a sentence what is wrong with ${what}`, async () => {
      await give(inputs);
      const { frame } = await AttentionPanel.find(workbench);
      await frame.getByText(says).waitFor();
      if (what === 'an item that is not known') await workbench.screenshot('graph-wrong');
    });
  }

  for (const [model, file, { input_ids, ...rest }] of [
    ['tiny-code-gpt', 'model_fp16.onnx', { input_ids: [300, 301, 302, 303, 304, 305] }],
    [
      'tiny-code-classifier',
      'model_fp16.onnx',
      { input_ids: [0, 300, 301, 302, 303, 2], token_type_ids: [0, 0, 0, 0, 0, 0] },
    ],
    ['tiny-dates', 'encoder_model_fp16.onnx', { input_ids: [0, 15, 16, 17, 18, 2] }],
  ] as const) {
    it(`shades the keys of padding that no query sees, and says so: ${model}`, async () => {
      const inputs = {
        input_ids: [...input_ids, 1, 1, 1],
        attention_mask: [...input_ids.map(() => 1), 0, 0, 0],
        ...('token_type_ids' in rest && { token_type_ids: [...rest.token_type_ids, 0, 0, 0] }),
      };
      await cp(`media/models/${model}/onnx/${file}`, session.inWorkspace(`recommender/${model}.onnx`));
      await writeFile(session.inWorkspace(`recommender/${model}.inputs.json`), JSON.stringify(inputs));
      await entry(`${model}.onnx`).waitFor();
      await workbench.chooseFromMenu(entry(`${model}.onnx`), 'Explain Attention with Inputs…');
      const panel = await AttentionPanel.find(workbench, new RegExp(model));
      await panel.title(/9 tokens/).waitFor();
      await panel.picture();
      await panel.frame
        .getByRole('img', { name: /^Colours from .*; hatched: not seen$/ })
        .first()
        .waitFor();
      await panel.chooseToken(8);
      for (const { key, weight } of await panel.table()) assert.equal(weight === 0, key > 5, `key ${key}: ${weight}`);
      await panel.picture();
      await workbench.screenshot(`padding-${model}`);
    });
  }

  it('shows what the sample’s recommender looks at, with the films’ names and what comes next', async () => {
    await entry('films').click();
    await workbench.chooseFromMenu(entry('next-film.onnx'), 'Explain Attention with Inputs…');
    const panel = await AttentionPanel.find(workbench, /next-film/);
    await panel.title(/12 tokens/).waitFor();
    await panel.tokens.filter({ hasText: 'Quiet Orbit II' }).waitFor();
    await panel.picture();
    await panel.chooseToken(11);
    // A space is shown as a sign.
    await panel.frame
      .getByText(/Quiet.Orbit.III/)
      .first()
      .waitFor();
    await workbench.screenshot('graph-films');
    await panel.show('Logit Lens');
    const cell = panel.frame.locator('headlight-logit-lens .cell[tabindex="0"]');
    await cell.focus();
    assert.match(
      (await cell.getAttribute('aria-label')) ?? '',
      /^layer \d, item \d+: .+, [\d.]+$|^layer \d, token \d+: .+, [\d.]+$/,
    );
    await workbench.screenshot('graph-films-lens');
    await panel.show('Cost');
    const cost = panel.frame.locator('headlight-cost');
    await cost.getByText('is given numbers, not text').waitFor();
    await cost.getByText('This file is fed no cache').waitFor();
    assert.equal(await cost.getByRole('button').count(), 0);
    await panel.show('Matrix');
    await panel.frame.getByRole('button', { name: 'Continue the Sequence' }).click();
    await panel.frame.getByText('8 items written').waitFor();
    await panel.title(/20 tokens/).waitFor();
    await panel.picture();
    await workbench.screenshot('graph-films-continued');
  });

  it('takes numbers from an NPY file, and says what does not fit in one', async () => {
    const entries = { 'patches.npy': [1, 3, 32, 32], 'wrong.npy': [1, 3, 16, 16] };
    await cp('test/fixtures/reference-models/vit/model_eager.onnx', session.inWorkspace('recommender/patches.onnx'));
    for (const [name, shape] of Object.entries(entries)) {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i));
      await writeFile(
        session.inWorkspace(`recommender/${name}`),
        Buffer.concat([npyHeader(shape), new Uint8Array(values.buffer)]),
      );
    }
    await entry('wrong.npy').waitFor();
    const explain = async (file: string) => {
      await workbench.chooseFromMenu(entry('patches.onnx'), 'Explain Attention with Inputs…');
      await workbench.pick(file, file);
    };
    await explain('wrong.npy');
    const { frame } = await AttentionPanel.find(workbench);
    await frame
      .getByText(
        inWords(
          /“pixel_values” has the shape \[1, 3, 16, 16\], and the model wants float32|patches\.onnx failed on these inputs/,
        ),
      )
      .waitFor();
    await explain('patches.npy');
    const panel = await AttentionPanel.find(workbench);
    await panel.picture();
    // A class token and 4 × 4 cells.
    assert.equal(await panel.tokens.count(), 17);
  });

  it('that takes pixels is looked at on the picture that its inputs name, also after a reload', async () => {
    await cp('test/fixtures/captioners/oblong.onnx', session.inWorkspace('recommender/plain.onnx'));
    await cp('test/fixtures/captioners/donut/pic.png', session.inWorkspace('recommender/pic.png'));
    await writeFile(session.inWorkspace('recommender/plain.inputs.json'), '{ "image": "pic.png", "std": 0.25 }');
    await workbench.chooseFromMenu(entry('plain.onnx'), 'Explain Attention with Inputs…');
    const look = async () => {
      const frame = await workbench.headlightFrame('headlight-image-view');
      await frame.locator('.chip', { hasText: 'plain.onnx' }).waitFor();
      await frame.getByText('25 positions are taken for 6 × 4 cells behind 1 special token.').waitFor();
      await frame
        .getByText('pic.png was read at 64 × 48 pixels, mean 0.5 and deviation 0.25 (as the inputs say).')
        .waitFor();
      await frame.locator('headlight-heat-picture .frame').press('ArrowRight');
      await frame
        .getByText(inWords(/^from row 0, column \d$/))
        .first()
        .waitFor();
    };
    await look();
    await workbench.screenshot('graph-picture');
    await workbench.reloadWindow();
    await look();
  });

  it('has nothing in its console', () => assert.deepEqual(workbench.consoleErrors, []));
});

/** A window on the sample workspace with a graph over items in its folder `recommender`. */
function useRecommender(): SuiteWorkbench {
  const suite = useWorkbench(async session => {
    const folder = session.inWorkspace('recommender');
    await mkdir(folder);
    await cp('test/fixtures/reference-models/llama/model_sdpa.onnx', path.join(folder, 'next-item.onnx'));
  });
  // A menu opened before Headlight is there lacks its entries.
  before(() => suite.workbench.headlight());
  return suite;
}

function explainWithInputs(workbench: Workbench): Promise<void> {
  return workbench.chooseFromMenu(workbench.explorerEntry('next-item.onnx'), 'Explain Attention with Inputs…');
}
