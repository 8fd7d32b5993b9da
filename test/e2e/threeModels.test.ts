import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { AttentionJson } from '../../core/export/attentionJson';
import { AttentionPanel } from './support/attentionPanel';
import { seriousViolations } from './support/axe';
import { pictureFailures, Session } from './support/session';
import { themes, type Workbench } from './support/workbench';

interface ModelCase {
  readonly model: string;
  readonly file: string;
  readonly lines: readonly [number, number];
  readonly heads: number;
  /** The head that is looked at: of the kind that is shown first. */
  readonly head: string;
  readonly kinds: readonly string[];
  readonly says: RegExp;
}

const cases: readonly ModelCase[] = [
  { model: 'tiny-code-gpt', file: 'src/pantry.ts', lines: [1, 4], heads: 24, head: 'Head 2.1', kinds: ['self'], says: /^Next/i },
  { model: 'tiny-code-classifier', file: 'analysis/prices.py', lines: [12, 15], heads: 12, head: 'Head 1.2', kinds: ['self'], says: /^Reads as/i },
  { model: 'tiny-dates', file: 'dates.txt', lines: [1, 1], heads: 8, head: 'Cross head 1.2', kinds: ['encoder', 'decoder', 'cross'], says: /^Written/i },
];

/** What the panel shows of each of the built-in models: a causal one, an encoder, an encoder-decoder. */
for (const { model, file, lines, heads, head, kinds, says } of cases) {
  describe(`${model} in the panel`, () => {
    let session: Session;
    let workbench: Workbench;
    let panel: AttentionPanel;

    before(async () => {
      session = await Session.start();
      workbench = await session.openWorkbench();
      await workbench.openFile(file);
      await workbench.useModel(model);
      await workbench.selectLines(...lines);
      await workbench.runCommand('Headlight: Explain Attention');
      panel = await AttentionPanel.find(workbench);
      await panel.title(new RegExp(`^${file.split('/').at(-1)}`)).waitFor();
      await panel.picture();
    });
    pictureFailures(() => workbench);
    after(() => session.stop());

    const tab = (name: string) => panel.frame.getByRole('tab', { name }).click();
    const numbers = async (selector: string) => (await panel.frame.locator(selector).allInnerTexts()).map(Number).filter(number => !Number.isNaN(number));

    it('overview: a thumbnail for each head, sorted by a measure, several selected', async () => {
      assert.equal(await panel.frame.getByRole('gridcell').count(), heads);
      await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('entropy');
      await panel.frame.getByRole('rowheader', { name: /^Heads 1 to / }).first().waitFor();
      await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('layer');
      if (kinds.length > 1) {
        for (const kind of kinds) await panel.frame.getByRole('radio', { name: kind, exact: false }).first().click();
      }
      await panel.frame.getByRole('gridcell').first().click();
      await panel.frame.getByRole('gridcell').nth(heads - 1).click({ modifiers: ['Control'] });
      await panel.frame.getByText('2 heads selected').waitFor();
      await panel.frame.getByRole('gridcell', { name: head, exact: true }).click();
    });

    it('matrix: a row sums to one, a range is brushed, a part is zoomed into', async () => {
      const sum = (await panel.table()).reduce((total, { weight }) => total + weight, 0);
      // Of a long row the table lists the strongest keys.
      assert.ok(sum > 0.95 && sum < 1.001, `${sum}`);
      await panel.press('Home', 'Shift+ArrowDown', 'Shift+ArrowRight');
      assert.match(await panel.frame.locator('headlight-range p').innerText(), /mass \d.*mean \d.*largest \d/);
      await panel.press('z');
      await workbench.screenshot(`${model}-matrix`);
      await panel.press('Escape', '0');
    });

    it('lines: a token of either column is isolated with its weights', async () => {
      await tab('Lines');
      const key = panel.frame.locator('headlight-lines .key [role=option]').first();
      await key.hover();
      await panel.frame.locator('headlight-lines .said').getByText(/is looked at by/).waitFor();
      await workbench.screenshot(`${model}-lines`, true);
    });

    it('text: coloured from tokens, and from words in the other direction', async () => {
      await tab('Text');
      const view = panel.frame.locator('headlight-text-view');
      await view.getByRole('radio', { name: 'words', exact: true }).click();
      await view.getByRole('radio', { name: 'What looks at the chosen one' }).click();
      await view.getByRole('region', { name: 'Strongest' }).locator('li').first().waitFor();
      await workbench.screenshot(`${model}-text`);
      await view.getByRole('radio', { name: 'What the chosen one looks at' }).click();
    });

    it('steps: the formula, the weights, and what the head adds to the residual stream', async () => {
      await tab('Steps');
      await panel.frame.locator('headlight-steps table').first().waitFor();
      const weights = await numbers('headlight-steps td.softmax span');
      assert.ok(weights.length > 0);
      assert.ok(Math.abs(weights.reduce((total, weight) => total + weight, 0) - 1) < 0.02, weights.join(' '));
      const lengths = await numbers('headlight-head-result [aria-label="In the residual stream"] .number');
      assert.equal(lengths.length, 3);
      assert.ok(lengths.every(length => length > 0), lengths.join(' '));
      await workbench.screenshot(`${model}-steps`);
    });

    it('predictions: what it says, with probabilities, and their change when the head is off', async () => {
      await tab('Matrix');
      await panel.picture();
      await panel.frame.getByRole('heading', { name: says }).first().waitFor();
      const listed = panel.frame.locator('headlight-details section:last-of-type .bars li');
      if (model === 'tiny-code-classifier') assert.equal(await listed.count(), 17);
      else if (model === 'tiny-dates') assert.deepEqual((await listed.locator('bdi').allInnerTexts()).join('').slice(0, 10), '2021-03-03');
      else assert.equal(await listed.count(), 5);
      await panel.frame.getByRole('button', { name: 'Switch Off' }).click();
      await panel.frame.locator('headlight-effect').getByText(/^KL .* bits$/).waitFor();
      if (model === 'tiny-code-classifier') {
        assert.equal(await panel.frame.locator('headlight-effect tbody tr').count(), 17);
        await panel.frame.locator('headlight-effect').getByRole('radio', { name: /The chosen token, hidden/ }).click();
        await panel.frame.locator('headlight-effect').getByText(/is hidden/).waitFor();
        await panel.frame.locator('headlight-effect').getByText(/^KL .* bits$/).waitFor();
      }
      await panel.frame.locator('headlight-effect').scrollIntoViewIfNeeded();
      await workbench.screenshot(`${model}-predictions`);
      await panel.frame.locator('headlight-effect').getByRole('button', { name: /^(Switch On|Show)$/ }).click();
    });

    it('generation: only where the model writes on', async () => {
      assert.equal(await panel.frame.getByRole('button', { name: 'Continue the Text' }).count(), model === 'tiny-code-gpt' ? 1 : 0);
    });

    it('export: all heads of all kinds as JSON', async () => {
      await panel.frame.getByRole('button', { name: 'Export' }).click();
      await panel.frame.getByRole('menuitem', { name: /^JSON/ }).click();
      const saved = session.inWorkspace('saved.json');
      await workbench.answer(saved);
      for (let i = 0; i < 100 && !(existsSync(saved) && statSync(saved).size > 0); i++) await workbench.page.waitForTimeout(100);
      await panel.said(/saved/);
      const json = JSON.parse(readFileSync(saved, 'utf8')) as AttentionJson;
      assert.deepEqual([...new Set(json.attention.map(({ kind }) => kind))], kinds);
      for (const { weights, kind } of json.attention) {
        for (const row of weights.flat()) assert.ok(Math.abs(row.reduce<number>((total, weight) => total + (weight ?? 0), 0) - 1) < 1e-3, kind);
      }
    });

    for (const [theme, kind] of Object.entries(themes) as [keyof typeof themes, string][]) {
      it(`reach: every tab in ${theme} without a serious violation for axe`, async () => {
        await workbench.chooseTheme(theme);
        await panel.frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
        for (const name of theme === 'Dark Modern' ? ['Lines', 'Text', 'Steps', 'Matrix'] : ['Matrix']) {
          await tab(name);
          assert.deepEqual(await seriousViolations(workbench), [], name);
        }
        await panel.picture();
        await workbench.screenshot(`${model}-${kind.replace('vscode-', '')}`);
      });
    }

    it('state: a reload brings back the model, the tab and the head', async () => {
      await workbench.chooseTheme('Dark Modern');
      await tab('Steps');
      await panel.frame.locator('headlight-steps table').first().waitFor();
      await workbench.page.waitForTimeout(500);
      await workbench.reloadWindow();
      panel = await AttentionPanel.find(workbench);
      await panel.frame.locator('headlight-steps table').first().waitFor();
      await panel.frame.getByRole('tab', { name: 'Steps', selected: true }).waitFor();
      await panel.frame.locator('section.matrix h2', { hasText: new RegExp(head, 'i') }).waitFor();
      await panel.frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
    });

    it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
  });
}
