import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seriousViolations } from './support/axe';
import { usePanel } from './support/usePanel';
import { otherThemes, themes } from './support/workbench';
import { inWords } from './support/inWords';

/** Runs compared: the same head on two texts, and the same text in two precisions and two models. */
describe('runs compared', () => {
  const { workbench, panel, reference, shipped } = usePanel(async session => {
    // The package holds the int8 file alone: here the fp32 file lies beside it, as in a folder of one's own.
    await cp(
      'test/fixtures/models/tiny-code-gpt/onnx/model.onnx',
      path.join(await session.extensionFolder(), 'media/models/tiny-code-gpt/onnx/model.onnx'),
    );
    await writeFile(session.inWorkspace('edited.ts'), reference.text.replace('items', 'things'));
  });

  before(async () => {
    await panel.chooseHead('2.1');
    await workbench.page.setViewportSize({ width: 1960, height: 1000 });
  });

  const view = () => panel.frame.locator('headlight-compare-runs');
  const headings = async () =>
    (await view().locator('headlight-compared-pictures h2').allInnerTexts()).map(text => text.toLowerCase());
  const total = async (name: string) =>
    Number(
      (await view().locator('headlight-pair-distances .bars li', { hasText: name }).innerText()).split('\n').at(-1),
    );

  it('two runs selected in the tree: the same head on a text and its edit, the tokens aligned', async () => {
    await workbench.focusEditor();
    await workbench.openFile('edited.ts');
    await workbench.selectAll();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.title(/edited\.ts/).waitFor();
    await workbench.showSidebar();
    const runs = workbench.tree('Runs').locator('.monaco-list-row');
    await runs.nth(1).waitFor();
    await runs.nth(0).click();
    await runs.nth(1).click({ modifiers: ['Control'] });
    await workbench.chooseFromMenu(runs.nth(1), 'Compare Runs…');
    await view().locator('headlight-pair-distances').waitFor();
    const [first, second] = await headings();
    assert.match(first, /^head 2\.1 first: tiny-code-gpt · fp16$/i);
    assert.match(second, /^head 2\.1 second: tiny-code-gpt · fp16$/i);
    await view().locator('headlight-aligned-texts .one', { hasText: 'items' }).first().waitFor();
    await view().locator('headlight-aligned-texts .other', { hasText: 'things' }).first().waitFor();
    assert.equal(await view().locator('headlight-match-table tbody tr').count(), 24);
    await workbench.page.keyboard.press('Control+B');
    await panel.frame.waitForFunction(() => innerWidth > 900);
    // The pair's distance and the table's are one measure where they have one name.
    const [, matched] = /^Head 2\.1, matched with Head 2\.1, ([\d.]+) bits$/.exec(
      (await view()
        .locator('headlight-match-table tbody tr[aria-label^="Head 2.1, matched"]')
        .getAttribute('aria-label')) ?? '',
    )!;
    assert.equal(await total('over shared tokens'), Number(matched));
    assert.ok((await total('Jensen-Shannon')) >= Number(matched));
    await view()
      .locator('headlight-match-table h2', { hasText: inWords(/over shared tokens/) })
      .waitFor();
    await workbench.screenshot('compare-texts-dark');
  });

  it('the same text in fp32: each head found again, and the distance is that of the numbers of PyTorch and of the shipped file', async () => {
    await view()
      .getByRole('button', { name: /^Stop comparing/ })
      .click();
    await panel.frame.locator('headlight-compare headlight-pair-distances').waitFor();
    await panel.frame.getByRole('button', { name: 'Another Model…' }).click();
    await workbench.pick('fp32', 'tiny-code-gpt');
    await view().locator('headlight-pair-distances').waitFor();
    const [first, second] = await headings();
    assert.match(first, /fp16$/);
    assert.match(second, /^head 2\.1 second: tiny-code-gpt · fp32$/i);
    const n = reference.ids.length;
    const distance = meanDivergence(
      n,
      (query, key) => shipped('2.1', query, key),
      (query, key) => reference.attention('2.1', query, key),
    );
    assert.ok(
      Math.abs((await total('Jensen-Shannon')) - distance) < Math.max(0.00006, distance * 0.02),
      `${await total('Jensen-Shannon')} against ${distance}`,
    );
    const pairs = await view()
      .locator('headlight-match-table tbody tr')
      .evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? ''));
    for (const label of pairs) assert.match(label, /^Head (\d\.\d), matched with Head \1,/);
    await workbench.screenshot('compare-precisions-dark');
  });

  it('a head is chosen by the keyboard in the table of pairs, and pictures zoom together', async () => {
    await view().locator('headlight-match-table tbody tr[tabindex="0"]').focus();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Enter');
    await view()
      .locator('headlight-compared-pictures h2', { hasText: inWords(/head 3\.5 second/i) })
      .waitFor();
    await view().locator('headlight-compared-matrix .frame').first().focus();
    await workbench.page.keyboard.press('+');
    await workbench.page.keyboard.press('+');
    const sides = await view()
      .locator('headlight-compared-matrix')
      .evaluateAll(pictures => pictures.map(one => (one as unknown as { window: { side: number } }).window.side));
    assert.ok(sides.length === 3 && sides.every(side => side === sides[0] && side < 1), sides.join());
    await workbench.page.keyboard.press('0');
  });

  it('another model: heads matched by distance, tokens by their place in the text', async () => {
    await workbench.runCommand('Headlight: Compare With Model…', false);
    await workbench.pick('classifier', 'tiny-code-classifier');
    // Head 3.5 stands for none of its heads: the pair that is closest is opened.
    await view()
      .locator('headlight-compared-pictures h2', { hasText: inWords(/second: tiny-code-classifier/i) })
      .waitFor();
    assert.equal(
      await view()
        .getByText(inWords(/it has fewer heads/))
        .count(),
      0,
    );
    assert.equal(await view().locator('headlight-match-table tbody tr').count(), 12);
    await workbench.screenshot('compare-models-opened-dark');
    await view().locator('headlight-match-table tbody tr').first().click();
    await view()
      .locator('headlight-compared-pictures h2', { hasText: inWords(/second: tiny-code-classifier/i) })
      .waitFor();
    await workbench.screenshot('compare-models-dark');
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('from the command palette with two picks', async () => {
    await workbench.runCommand('Headlight: Compare Runs…', false);
    for (const step of ['1 of 2', '2 of 2']) {
      await workbench.page.locator('.quick-input-title', { hasText: step }).waitFor();
      await workbench.pick('', ' tokens', step === '2 of 2');
    }
    await view().locator('headlight-pair-distances').waitFor();
  });

  it('comes back after a reload: both runs, the head and its numbers', async () => {
    const before = [await headings(), await total('Jensen-Shannon')];
    // What was chosen is told to the host with a pause.
    await workbench.page.waitForTimeout(500);
    await workbench.reloadWindow();
    await panel.find();
    await view().locator('headlight-pair-distances').waitFor();
    await view().locator('headlight-pair-distances .bars li', { hasText: 'Jensen-Shannon' }).waitFor();
    assert.deepEqual([await headings(), await total('Jensen-Shannon')], before);
    await workbench.screenshot('compare-reloaded-dark');
  });

  for (const [theme, name] of otherThemes) {
    it(`is readable in ${theme}`, async () => {
      await workbench.chooseTheme(theme);
      await panel.frame.locator(`body.${themes[theme]}`).waitFor();
      await workbench.screenshot(`compare-runs-${name}`);
      assert.deepEqual(await seriousViolations(workbench), []);
      assert.deepEqual(workbench.consoleErrors, []);
    });
  }
});

/** Mean over the queries with more than one key of H(m) − (H(p) + H(r)) / 2, in bits. */
function meanDivergence(
  n: number,
  p: (query: number, key: number) => number,
  r: (query: number, key: number) => number,
): number {
  const entropy = (values: readonly number[]) =>
    values.reduce((sum, value) => (value > 0 ? sum - value * Math.log2(value) : sum), 0);
  let sum = 0;
  for (let query = 1; query < n; query++) {
    const [one, other] = [p, r].map(weight => Array.from({ length: query + 1 }, (_, key) => weight(query, key)));
    sum += entropy(one.map((value, key) => (value + other[key]) / 2)) - (entropy(one) + entropy(other)) / 2;
  }
  return sum / (n - 1);
}
