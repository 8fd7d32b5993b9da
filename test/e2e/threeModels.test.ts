import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { AttentionJson } from '../../core/export/attentionJson';
import type { BertvizJson } from '../../core/export/bertvizJson';
import { elements, parseXml } from '../unit/export/xml';
import { AttentionPanel } from './support/attentionPanel';
import { seriousViolations } from './support/axe';
import { openedOffline } from './support/openedOffline';
import { useWorkbench } from './support/useWorkbench';
import { themes } from './support/workbench';
import { inWords } from './support/inWords';

interface ModelCase {
  readonly model: string;
  readonly file: string;
  readonly lines: readonly [number, number];
  readonly heads: number;
  /** The head that is looked at: of the kind that is shown first. */
  readonly head: string;
  readonly kinds: readonly string[];
  readonly says: RegExp;
  /** A text of a few tokens, and one that is longer than the model's context. */
  readonly few: string;
  readonly many: string;
  readonly context: number;
}

const code = 'const total = items.map(item => item.price * item.amount);\n'.repeat(60);

const cases: readonly ModelCase[] = [
  {
    model: 'tiny-code-gpt',
    file: 'src/pantry.ts',
    lines: [1, 4],
    heads: 24,
    head: 'Head 2.1',
    kinds: ['self'],
    says: /^Next/i,
    few: 'return a;',
    many: code,
    context: 512,
  },
  {
    model: 'tiny-code-classifier',
    file: 'analysis/prices.py',
    lines: [12, 15],
    heads: 12,
    head: 'Head 1.2',
    kinds: ['self'],
    says: /^Reads as/i,
    few: 'x y',
    many: code,
    context: 512,
  },
  {
    model: 'tiny-dates',
    file: 'dates.txt',
    lines: [1, 1],
    heads: 8,
    head: 'Cross head 1.2',
    kinds: ['encoder', 'decoder', 'cross'],
    says: /^Written/i,
    few: '25',
    many: 'the 3rd of march, 2021 '.repeat(6),
    context: 64,
  },
];

/** What the panel shows of each of the built-in models: a causal one, an encoder, an encoder-decoder. */
for (const { model, file, lines, heads, head, kinds, says, few, many, context } of cases) {
  const causal = model === 'tiny-code-gpt';

  describe(`${model} in the panel`, () => {
    const { session, workbench, panel } = useWorkbench(async session => {
      await writeFile(session.inWorkspace('few.txt'), few);
      await writeFile(session.inWorkspace('many.txt'), many);
    });

    before(async () => {
      await workbench.openFile(file);
      await workbench.useModel(model);
      await workbench.selectLines(...lines);
      await workbench.runCommand('Headlight: Explain Attention');
      await panel.find();
      await panel.title(new RegExp(`^${file.split('/').at(-1)}`)).waitFor();
      await panel.picture();
    });

    const numbers = async (selector: string) =>
      (await panel.frame.locator(selector).allInnerTexts()).map(Number).filter(number => !Number.isNaN(number));
    const keyboard = () => workbench.page.keyboard;
    /** What a text of a picture reads, once it reads so. */
    const reads = async (selector: string, text: RegExp) => {
      const found = panel.frame
        .locator(selector)
        .filter({ hasText: inWords(text) })
        .first();
      await found.waitFor({ state: 'attached' });
      return ((await found.textContent()) ?? '').replace(/\s+/g, ' ').trim();
    };
    const explain = async (name: string, command = 'Explain Attention') => {
      await workbench.openFile(name);
      await workbench.selectAll();
      await workbench.runCommand(`Headlight: ${command}`);
    };

    it('overview: a thumbnail for each head, sorted by a measure, several selected, as a table', async () => {
      assert.equal(await panel.frame.getByRole('gridcell').count(), heads);
      await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('entropy');
      await panel.frame
        .getByRole('rowheader', { name: /^Heads 1 to / })
        .first()
        .waitFor();
      if (kinds.length > 1) {
        for (const kind of kinds) await panel.frame.getByRole('radio', { name: kind, exact: false }).first().click();
      }
      await panel.frame.getByRole('gridcell').first().click();
      await panel.frame
        .getByRole('gridcell')
        .nth(heads - 1)
        .click({ modifiers: ['Control'] });
      await panel.frame.getByText('2 heads selected').waitFor();
      await workbench.screenshot(`${model}-overview`);
      await panel.frame.getByRole('button', { name: 'Show the heads as a table' }).click();
      assert.equal(await panel.frame.locator('headlight-overview-table tbody tr').count(), heads);
      await panel.frame.getByRole('button', { name: 'Show the heads as a table' }).click();
      await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('layer');
      await panel.frame.getByRole('gridcell', { name: head, exact: true }).click();
    });

    it('matrix: a row sums to one, the crosshair tells its numbers, linear and logarithmic scale, a range is brushed, a part zoomed into and moved', async () => {
      const row = await panel.table();
      const sum = row.reduce((total, { weight }) => total + weight, 0);
      // Of a long row the table lists the strongest keys.
      assert.ok(sum > 0.95 && sum < 1.001, `${sum}`);
      await panel.picture();
      const [strongest] = row;
      const query = await panel.query();
      const size = /(\d+) queries by (\d+) keys/.exec((await panel.matrix.getAttribute('aria-label')) ?? '')!;
      const found = await panel.hoverCell((strongest.key + 0.5) / Number(size[2]), (query + 0.5) / Number(size[1]));
      assert.deepEqual(
        [found.query, found.key, found.weight],
        [query, strongest.key, Number(strongest.weight.toFixed(2))],
      );
      await workbench.screenshot(`${model}-crosshair`, true);
      const picture = () =>
        panel.frame
          .locator('headlight-matrix canvas.under')
          .evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
      const pictures = new Set<string>();
      for (const scale of ['linear', 'log', '√']) {
        await panel.frame.getByRole('radiogroup', { name: 'Scale' }).getByText(scale, { exact: true }).click();
        await panel.frame
          .getByRole('radiogroup', { name: 'Scale' })
          .locator('[aria-checked=true]', { hasText: scale })
          .waitFor();
        pictures.add(await picture());
        if (scale === 'log') await workbench.screenshot(`${model}-log`);
      }
      assert.equal(pictures.size, 3);
      await panel.press('Home', 'Shift+ArrowDown', 'Shift+ArrowRight');
      assert.match(await panel.frame.locator('headlight-range p').innerText(), /mass \d.*mean \d.*largest \d/);
      await panel.press('z');
      await workbench.screenshot(`${model}-matrix`);
      await panel.press('Escape', '0', '+', '+');
      const before = await panel.hoverCell(0.5, 0.5);
      await panel.press('Alt+ArrowUp', 'Alt+ArrowUp', 'Alt+ArrowUp', 'Alt+ArrowLeft', 'Alt+ArrowLeft', 'Alt+ArrowLeft');
      const moved = await panel.hoverCell(0.5, 0.5);
      assert.ok(moved.query < before.query && moved.key < before.key, JSON.stringify([before, moved]));
      await panel.press('0');
    });

    it('lines: of several heads in colours of their own, from a weight on, a token of either column isolated with its weights', async () => {
      await panel.show('Lines');
      const said = panel.frame.locator('headlight-lines .said');
      await panel.frame.locator('headlight-lines .key [role=option]').first().hover();
      await said.getByText(inWords(/is looked at by/)).waitFor();
      await workbench.screenshot(`${model}-lines`, true);
      await panel.frame.locator('headlight-lines .query [role=option]').nth(1).hover();
      await said.getByText(inWords(/looks at/)).waitFor();
      await panel.frame
        .getByRole('gridcell')
        .first()
        .click({ modifiers: ['Control'] });
      const legend = panel.frame.locator('headlight-lines .legend line');
      await legend.nth(1).waitFor({ state: 'attached' });
      assert.equal(new Set(await legend.evaluateAll(drawn => drawn.map(line => line.getAttribute('stroke')))).size, 2);
      const slider = panel.frame.locator('headlight-lines input[type=range]');
      const lines = async () => Number(/(\d+) lines?$/.exec((await slider.getAttribute('aria-valuetext')) ?? '')?.[1]);
      const some = await lines();
      await slider.focus();
      for (let i = 0; i < 3; i++) await keyboard().press('PageDown');
      assert.ok((await lines()) > some, `${await lines()} after ${some}`);
      await keyboard().press('End');
      assert.ok((await lines()) < some, `${await lines()} after ${some}`);
      await panel.frame.getByRole('gridcell', { name: head, exact: true }).click();
    });

    it('text: coloured from tokens, words and lines, in both directions, as a table too', async () => {
      await panel.show('Text');
      const view = panel.frame.locator('headlight-text-view');
      for (const unit of ['tokens', 'lines', 'words']) {
        await view.getByRole('radio', { name: unit, exact: true }).click();
        await keyboard().press('t');
        await view.locator('headlight-row-table td:last-child').first().waitFor();
        const sum = (await numbers('headlight-text-view headlight-row-table td:last-child')).reduce(
          (total, weight) => total + weight,
          0,
        );
        assert.ok(sum > 0.95 && sum < 1.01, `${unit}: ${sum}`);
        await keyboard().press('t');
      }
      await view.getByRole('radio', { name: 'What looks at the chosen one' }).click();
      await view.getByRole('region', { name: 'Strongest' }).locator('li').first().waitFor();
      await workbench.screenshot(`${model}-text`);
      await view.getByRole('radio', { name: 'What the chosen one looks at' }).click();
    });

    it('steps: each with its formula, the weights, and what the head adds to the residual stream', async () => {
      await panel.show('Steps');
      await panel.frame.locator('headlight-steps table').first().waitFor();
      assert.equal(
        await panel.frame.locator('headlight-steps .formula').innerText(),
        'Attention(Q, K, V) = softmax(QKᵀ/√d)V',
      );
      const steps = panel.frame.locator('headlight-steps thead th[data-column]');
      const said = (await steps.allInnerTexts()).join(' | ');
      for (const formula of ['K: ', 'QKᵀ', '0 or −∞', 'weights, sum 1', 'V: ', 'size of its part']) {
        assert.ok(said.includes(formula), said);
      }
      assert.ok(said.includes('QKᵀ/√d') || said.includes('q ÷ √d'), said);
      for (const step of await steps.all()) {
        assert.match((await step.getAttribute('aria-description')) ?? '', /^[A-Z0e].*\.$/);
      }
      const weights = await numbers('headlight-steps td.softmax span');
      assert.ok(weights.length > 0);
      assert.ok(Math.abs(weights.reduce((total, weight) => total + weight, 0) - 1) < 0.02, weights.join(' '));
      const lengths = await numbers('headlight-head-result [aria-label="In the residual stream"] .number');
      assert.equal(lengths.length, 3);
      assert.ok(
        lengths.every(length => length > 0),
        lengths.join(' '),
      );
      await workbench.screenshot(`${model}-steps`);
    });

    it('predictions: what it says, with probabilities, and their change when the head is off', async () => {
      await panel.show('Matrix');
      await panel.picture();
      await panel.frame.getByRole('heading', { name: says }).first().waitFor();
      const listed = panel.frame.locator('headlight-details section:last-of-type .bars li');
      if (model === 'tiny-code-classifier') assert.equal(await listed.count(), 17);
      else if (model === 'tiny-dates') {
        assert.deepEqual((await listed.locator('bdi').allInnerTexts()).join('').slice(0, 10), '2021-03-03');
      } else assert.equal(await listed.count(), 5);
      const probabilities = (await listed.locator('.number').allInnerTexts()).map(text =>
        Number(text.replace('<', '')),
      );
      assert.ok(
        probabilities.every(probability => probability >= 0 && probability <= 1) && probabilities[0] > 0,
        probabilities.join(' '),
      );
      await panel.frame.getByRole('button', { name: 'Switch Off' }).click();
      await panel.frame
        .locator('headlight-effect')
        .getByText(inWords(/^KL .* bits$/))
        .waitFor();
      if (model === 'tiny-code-classifier') {
        assert.equal(await panel.frame.locator('headlight-effect tbody tr').count(), 17);
        await panel.frame
          .locator('headlight-effect')
          .getByRole('radio', { name: /The chosen token, hidden/ })
          .click();
        await panel.frame
          .locator('headlight-effect')
          .getByText(inWords(/is hidden/))
          .waitFor();
        await panel.frame
          .locator('headlight-effect')
          .getByText(inWords(/^KL .* bits$/))
          .waitFor();
      } else {
        // Only an encoder has a token for a place that is to be filled.
        assert.equal(
          await panel.frame
            .locator('headlight-effect')
            .getByRole('radio', { name: /The chosen token, hidden/ })
            .count(),
          0,
        );
      }
      await panel.frame.locator('headlight-effect').scrollIntoViewIfNeeded();
      await workbench.screenshot(`${model}-predictions`);
      await panel.frame
        .locator('headlight-effect')
        .getByRole('button', { name: /^(Switch On|Show)$/ })
        .click();
    });

    it('compare: two heads, their difference and all heads, cell by cell and a query’s numbers as a table', async () => {
      await panel.show('Compare');
      await panel.frame.locator('headlight-head-map circle').first().waitFor();
      assert.equal(await panel.frame.locator('headlight-head-map circle').count(), heads);
      await panel.frame.locator('headlight-pair-distances').getByText('Jensen-Shannon, bits').waitFor();
      const matrices = panel.frame.locator('headlight-compared-matrix .frame');
      assert.equal(await matrices.count(), 3);
      await matrices.last().focus();
      await keyboard().press('ArrowDown');
      await keyboard().press('ArrowDown');
      const status = await reads('headlight-compared-pictures [role=status]', /row 1, column 0$/);
      const [, difference, first, second] =
        /difference ([+−]?[\d.e<-]+), first ([\d.e<-]+), second ([\d.e<-]+) ·/.exec(status) ?? [];
      const number = (text: string) => Number(text.replace('−', '-').replace('<', ''));
      assert.ok(Math.abs(number(first) - number(second) - number(difference)) < 0.011, status);
      await workbench.screenshot(`${model}-compare`);
      await keyboard().press('t');
      const table = panel.frame.locator('headlight-compared-pictures headlight-row-table');
      await table.locator('caption', { hasText: inWords(/^Query 1 .+ bits apart$/) }).waitFor();
      const row = (await table.locator('tbody tr').allInnerTexts())
        .map(text => text.split('\t'))
        .find(([key]) => key === '0');
      assert.ok(
        row &&
          Math.abs(number(row.at(-3)!) - number(first)) < 0.006 &&
          Math.abs(number(row.at(-2)!) - number(second)) < 0.006,
        String(row),
      );
      await panel.frame.getByRole('combobox', { name: 'Query' }).selectOption('0');
      await table.locator('caption', { hasText: inWords(/^Query 0 /) }).waitFor();
      await workbench.screenshot(`${model}-compare-table`);
      await panel.frame.getByRole('button', { name: 'Show a query’s numbers as a table' }).click();
      await matrices.first().waitFor();
    });

    it(
      causal
        ? 'logit lens: what each layer would say, read out with the next likeliest'
        : 'logit lens: says in a sentence why there is none',
      async () => {
        await panel.show('Logit Lens');
        if (causal) {
          const cell = panel.frame.locator('headlight-logit-lens .cell[tabindex="0"]');
          await cell.focus();
          assert.match((await cell.getAttribute('aria-label')) ?? '', /^layer 3, token \d+: .+, [\d.]+$/);
          await panel.frame.locator('headlight-logit-lens .cell:focus[aria-description*=", "]').waitFor();
        } else {
          await panel.frame
            .getByText(
              inWords(new RegExp(`^${model} has no logit lens: (its attention is not causal|what it writes depends)`)),
            )
            .waitFor();
        }
        await workbench.screenshot(`${model}-logit-lens`);
      },
    );

    it('export: picture, page, numbers and tensors, each with the numbers that the others have', async () => {
      await panel.show('Matrix');
      await panel.picture();
      const save = (entry: RegExp, ending: string) => panel.save(entry, session.inWorkspace(`saved${ending}`));
      const [layer, number] = (/\d+\.\d+$/.exec(head)?.[0] ?? '').split('.').map(Number);
      const kind = kinds.at(-1)!;
      const json = JSON.parse((await save(/^JSON/, '.json')).toString('utf8')) as AttentionJson;
      assert.deepEqual([...new Set(json.attention.map(found => found.kind))], kinds);
      for (const found of json.attention) {
        for (const row of found.weights.flat()) {
          assert.ok(Math.abs(row.reduce<number>((total, weight) => total + (weight ?? 0), 0) - 1) < 1e-3, found.kind);
        }
      }
      const weights = json.attention.find(found => found.kind === kind && found.layer === layer)!.weights[number];
      const [queries, keys] = [weights.length, weights[0].length];
      const last = weights[queries - 1][keys - 1] ?? NaN;
      const near = (actual: number | null, what: string) =>
        assert.ok(Math.abs((actual ?? NaN) - last) < 1e-6, `${what}: ${actual} against ${last}`);

      const csv = (await save(/CSV/, '.csv')).toString('utf8').trim().split('\r\n');
      assert.equal(csv.filter(line => line.startsWith(`${kind},${layer},${number},`)).length, queries * keys);
      near(Number(csv.at(-1)?.split(',').at(-1)), 'CSV');
      const npy = await save(/^NPY…/, '.npy');
      assert.match(npy.toString('latin1', 0, 128), new RegExp(`'shape': \\(${queries}, ${keys}\\)`));
      near(npy.readFloatLE(npy.length - 4), 'NPY');
      const tensors = await save(/safetensors/, '.safetensors');
      const header = JSON.parse(tensors.toString('utf8', 8, 8 + Number(tensors.readBigUInt64LE(0)))) as Record<
        string,
        { shape?: number[] }
      >;
      assert.equal(Object.keys(header).filter(name => name !== '__metadata__').length, json.attention.length);
      const bertviz = JSON.parse((await save(/BertViz/, '-bertviz.json')).toString('utf8')) as BertvizJson;
      assert.equal(bertviz.attention.length, kinds.length);
      near(
        bertviz.attention.at(-1)!.attn[bertviz.include_layers.indexOf(layer)][number][queries - 1][keys - 1],
        'BertViz',
      );
      const html = (await save(/HTML/, '.html')).toString('utf8');
      await openedOffline(workbench, html, `${model}-exported-page`, { width: 1200, height: 800 });
      const png = await save(/PNG/, '.png');
      assert.equal(png.toString('latin1', 1, 4), 'PNG');
      for (const [tab, there] of [
        ['Matrix', 'headlight-matrix'],
        ['Lines', 'headlight-lines canvas'],
        ['Text', 'headlight-text-view li'],
        ['Steps', 'headlight-steps table'],
        ['Compare', 'headlight-head-map circle'],
      ] as const) {
        await panel.show(tab);
        await panel.frame.locator(there).first().waitFor();
        const svg = (await save(/SVG/, `-${tab}.svg`)).toString('utf8');
        const title = elements(parseXml(svg), 'text')[0].text;
        assert.ok(title.toLowerCase().startsWith(head.toLowerCase()), title);
      }
      await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await panel.frame.getByRole('button', { name: 'Export' }).click();
      await panel.frame.getByRole('menuitem', { name: /Copy as Image/ }).click();
      await panel.said(/Picture copied/);
    });

    it('generation: continued and replayed where the model writes on, else not offered', async () => {
      await panel.show('Matrix');
      const offered = panel.frame.getByRole('button', { name: 'Continue the Text' });
      assert.equal(await offered.count(), causal ? 1 : 0);
      if (!causal) return;
      const tokens = await panel.tokens.count();
      await offered.click();
      await panel.frame.getByText('8 tokens written').waitFor();
      assert.equal(await panel.tokens.count(), tokens + 8);
      await panel.frame.locator('headlight-continue input[type=range]').focus();
      await keyboard().press('Home');
      await panel.queryIs(tokens - 1);
      await keyboard().press('ArrowRight');
      await panel.queryIs(tokens);
    });

    it('reach: Tab leads to every part of each picture, one sees where the focus is, and its place is read out', async () => {
      await panel.frame.getByRole('gridcell', { name: head, exact: true }).click();
      const always = [
        'headlight-tabs tab',
        'headlight-heads gridcell',
        'select: Sort heads by',
        'button: Select all heads',
        'button: Show the heads as a table',
        'headlight-text option',
      ];
      const parts: Record<string, readonly string[]> = {
        Matrix: [
          ...always,
          'application',
          'button: Zoom in',
          'button: Find a token',
          'button: Show the row as a table',
          'Switch Off',
          'Similar Heads',
          'Rank All Heads',
        ],
        Lines: [...always, 'input', 'headlight-lines option'],
        // The text stands there once, as the picture.
        Text: [
          ...always.filter(part => part !== 'headlight-text option'),
          'headlight-unit-text option',
          'region: Strongest',
        ],
        Steps: [...always, 'headlight-steps-table row', 'headlight-output application'],
        Compare: [
          'Another Run…',
          'Another Model…',
          'headlight-compared-matrix application',
          'headlight-head-map img: Map',
          'input: Filter heads',
          'headlight-heads-table tr: ',
        ],
        'Logit Lens': causal ? [...always, 'gridcell: layer'] : always,
      };
      for (const [tab, names] of Object.entries(parts)) {
        await panel.show(tab as 'Matrix');
        await panel.frame.locator('headlight-run [role=tabpanel]').first().waitFor();
        await workbench.page.waitForTimeout(300);
        const stops = await panel.tabStops();
        const said = stops.map(({ name }) => name).join('\n');
        for (const name of names) assert.ok(said.includes(name), `${tab} lacks ${name}:\n${said}`);
        assert.deepEqual(
          stops.filter(({ seen }) => !seen),
          [],
          tab,
        );
      }
      await panel.show('Lines');
      await panel.frame.locator('headlight-lines .query [tabindex="0"]').focus();
      await keyboard().press('ArrowUp');
      await reads('headlight-lines .said', /looks at/);
      await panel.show('Text');
      await panel.frame.locator('headlight-unit-text [tabindex="0"]').last().focus();
      assert.match(
        (await panel.frame.locator('headlight-unit-text [tabindex="0"]').last().getAttribute('aria-label')) ?? '',
        /^\d+ .+, [<\d]/,
      );
      await panel.show('Steps');
      await panel.frame.locator('headlight-steps-table tbody tr[tabindex="0"]').focus();
      await keyboard().press('ArrowRight');
      await reads('headlight-steps [role=status]', /\d/);
      await panel.show('Matrix');
      await panel.press('ArrowLeft');
      await panel.said(/^query \d+ .+, key \d+ .+, weight [<\d]/);
    });

    for (const [theme, kind] of Object.entries(themes) as [keyof typeof themes, string][]) {
      it(`reach: ${theme === 'Dark Modern' ? 'every tab' : 'the panel'} in ${theme} without a serious violation for axe`, async () => {
        await workbench.chooseTheme(theme);
        await panel.frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
        for (const name of theme === 'Dark Modern'
          ? (['Lines', 'Text', 'Steps', 'Compare', 'Logit Lens', 'Matrix'] as const)
          : (['Matrix'] as const)) {
          await panel.show(name);
          assert.deepEqual(await seriousViolations(workbench), [], name);
        }
        await panel.picture();
        await workbench.screenshot(`${model}-${kind.replace('vscode-', '')}`);
      });
    }

    it('reach: read in grey and without red and green', async () => {
      await workbench.chooseTheme('Dark Modern');
      const eyes = await workbench.page.context().newCDPSession(workbench.page);
      await eyes.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' });
      await panel.show('Compare');
      await panel.frame.locator('headlight-head-map circle').first().waitFor();
      await workbench.screenshot(`${model}-grey`);
      await eyes.send('Emulation.setEmulatedVisionDeficiency', { type: 'deuteranopia' });
      await panel.show('Steps');
      await panel.frame.locator('headlight-steps table').first().waitFor();
      await workbench.screenshot(`${model}-deuteranopia`);
      await eyes.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' });
      await eyes.detach();
    });

    it('state: a second panel stands beside the first, and a reload brings both back with model, tab and head', async () => {
      await explain('few.txt', 'Explain Attention in New Panel');
      const titles = [new RegExp(`^${file.split('/').at(-1)}`), /^few\.txt/];
      const panels = async () => Promise.all(titles.map(title => AttentionPanel.find(workbench, title)));
      const [first, second] = await panels();
      await second.picture();
      const boxes = await Promise.all(
        [first, second].map(async ({ frame }) => (await (await frame.frameElement()).boundingBox())!),
      );
      assert.ok(boxes[0].x + boxes[0].width <= boxes[1].x + 1, JSON.stringify(boxes));
      await workbench.screenshot(`${model}-two-panels`);
      await workbench.page.waitForTimeout(500);
      await workbench.reloadWindow();
      const [back, other] = await panels();
      await back.frame.locator('headlight-steps table').first().waitFor();
      await back.frame.getByRole('tab', { name: 'Steps', selected: true }).waitFor();
      await back.frame.locator('section.matrix h2', { hasText: new RegExp(head, 'i') }).waitFor();
      await other.picture();
      for (const { frame } of [back, other]) await frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
      await panel.find(titles[1]);
    });

    it('state: a panel that is not looked at holds nothing, and comes back as it was', async () => {
      await workbench.runCommand('View: Join All Editor Groups');
      const frames = async () =>
        (
          await Promise.all(
            workbench.page.frames().map(frame =>
              frame
                .locator('headlight-attention')
                .count()
                .catch(() => 0),
            ),
          )
        ).reduce((sum, count) => sum + count, 0);
      await workbench.tab(file.split('/').at(-1)!).click();
      for (let i = 0; i < 50 && (await frames()) > 0; i++) await workbench.page.waitForTimeout(100);
      assert.equal(await frames(), 0);
      await workbench.tab(`Attention: ${file.split('/').at(-1)}`).click();
      const back = await AttentionPanel.find(workbench, new RegExp(`^${file.split('/').at(-1)}`));
      await back.frame.locator('headlight-steps table').first().waitFor();
      await back.frame.locator('section.matrix h2', { hasText: new RegExp(head, 'i') }).waitFor();
      await panel.find(new RegExp(`^${file.split('/').at(-1)}`));
    });

    it(`axes: readable from a few tokens to ${context}`, async () => {
      const labelled = async (shot: string) => {
        await panel.show('Matrix');
        await panel.picture();
        const labels = await panel.readableAxes();
        await workbench.screenshot(shot);
        return labels;
      };
      await explain('few.txt');
      await panel.find(/^few\.txt/);
      const short = await labelled(`${model}-few`);
      assert.ok(short.columns.length >= 3 && short.columns.length <= 6, JSON.stringify(short));
      await workbench.runCommand('View: Close All Editors');
      await explain('many.txt');
      await panel.find(/^many\.txt/);
      await panel.frame.getByText(new RegExp(`first ${context} of [\\d,]+ tokens`)).waitFor();
      const long = await labelled(`${model}-many`);
      assert.ok(long.columns.length >= 10, JSON.stringify(long.columns));
    });

    it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
  });
}
