import assert from 'node:assert/strict';
import { seriousViolations } from './support/axe';
import { useReference } from './support/usePanel';
import { themes } from './support/workbench';
import { inWords } from './support/inWords';

describe('a selection of a TypeScript file', () => {
  const { workbench, panel, reference, shipped } = useReference();

  it('has no entry in the menu while nothing is selected', async () => {
    await workbench.openContextMenu();
    await workbench.menuEntry('Copy').waitFor();
    assert.equal(await workbench.menuEntry('Explain Attention').count(), 0);
    await workbench.page.keyboard.press('Escape');
  });

  it('says in the status bar that the model is not running yet', () =>
    workbench.statusBarItem(/tiny-code-gpt: starts with the first use/).waitFor());

  it('is explained from the menu of a right-click, in a panel beside the editor', async () => {
    await workbench.selectAll();
    await workbench.openContextMenu();
    await workbench.menuEntry('Explain Attention').waitFor();
    await workbench.screenshot('context-menu', true);
    await workbench.menuEntry('Explain Attention').click();
    await panel.find();
    await panel.title(/^reference\.ts, lines 1–4 · 31 tokens · \d/).waitFor();
    await panel.picture();
    assert.equal(await panel.tokens.count(), reference.ids.length);
    assert.equal(await panel.frame.getByRole('gridcell').count(), 24);
    await workbench.statusBarItem(/tiny-code-gpt: ready/).waitFor();
    await workbench.screenshot('panel');
  });

  it('shows the numbers of the shipped model, which are near PyTorch’s', async () => {
    let compared = 0;
    for (const head of ['0.0', '1.3', '2.1', '3.5']) {
      await panel.chooseHead(head);
      assert.equal(await panel.headName, head);
      for (const query of [30, 17, 8]) {
        await panel.chooseToken(query);
        for (const { key, weight } of await panel.table()) {
          assert.ok(Math.abs(weight - shipped(head, query, key)) < 6e-5, `head ${head}, ${query} → ${key}: ${weight}`);
          assert.ok(
            Math.abs(weight - reference.attention(head, query, key)) < 0.06,
            `head ${head}, ${query} → ${key}: PyTorch`,
          );
          compared++;
        }
      }
    }
    assert.equal(compared, 4 * (31 + 18 + 9));
  });

  it('tells query, key and weight of the cell under the pointer', async () => {
    await panel.chooseHead('2.1');
    const { query, key, weight } = await panel.hoverCell(0.1, 0.9);
    assert.ok(query > 20 && key < 8, `${query} → ${key}`);
    assert.ok(Math.abs(weight - shipped('2.1', query, key)) < 0.005);
    await workbench.screenshot('panel-hover', true);
  });

  it('is read with the keyboard alone', async () => {
    await panel.chooseToken(20);
    await panel.press('Home');
    await panel.spoken.getByText(inWords(/^query 20 .*, key 0 /)).waitFor();
    await panel.press('ArrowDown', 'ArrowRight');
    const spoken = /^query 21 .*, key 1 .*, weight (.+)$/.exec(await panel.said(/^query 21 .*, key 1 /));
    assert.equal(Number(spoken?.[1]).toFixed(2), shipped('2.1', 21, 1).toFixed(2));
    await panel.press('[');
    assert.equal(await panel.headName, '2.0');
    await panel.press(']', ']');
    assert.equal(await panel.headName, '2.2');
    await panel.press('Enter');
    await panel.spoken.getByText('Row 21 locked').waitFor();
    await panel.press('Enter');
  });

  it('finds a token by its text', async () => {
    await panel.press('/');
    await workbench.page.keyboard.type('item');
    await panel.frame
      .getByRole('status')
      .getByText(inWords(/^1 of \d/))
      .waitFor();
    await workbench.page.keyboard.press('Escape');
    assert.equal(await panel.query(), 2);
  });

  it('goes from the caret to the token', async () => {
    await workbench.focusEditor();
    await workbench.goTo(3, 4);
    await panel.queryIs(21);
    await workbench.goTo(1, 8);
    await panel.queryIs(2);
  });

  it('goes from the token to its place in the editor', async () => {
    await panel.tokens.nth(1).hover();
    await workbench.highlights.waitFor();
    const place = await workbench.highlights.boundingBox();
    const word = await workbench
      .editor()
      .locator('.view-line span span', { hasText: inWords(/^const$/) })
      .first()
      .boundingBox();
    assert.ok(place && word);
    assert.ok(
      Math.abs(place.x - word.x) < 1 && Math.abs(place.y - word.y) < 2 && Math.abs(place.width - word.width) < 3,
      JSON.stringify([place, word]),
    );
    await workbench.screenshot('token-in-editor', true);
    await panel.frame.locator('headlight-bar').hover();
    await workbench.highlights.waitFor({ state: 'detached' });
  });

  for (const [theme, picture] of [
    ['Dark Modern', 'panel-dark'],
    ['Light Modern', 'panel-light'],
    ['Dark High Contrast', 'panel-hc-dark'],
    ['Light High Contrast', 'panel-hc-light'],
  ] as const) {
    it(`is readable in ${theme}: axe finds nothing serious`, async () => {
      await workbench.chooseTheme(theme);
      await panel.frame.locator(`body[data-vscode-theme-kind="${themes[theme]}"]`).waitFor();
      await panel.chooseToken(26);
      await panel.picture();
      await workbench.screenshot(picture);
      assert.deepEqual(await seriousViolations(workbench), []);
    });
  }

  it('comes back after the window is reloaded', async () => {
    await workbench.chooseTheme('Dark Modern');
    await workbench.reload();
    await panel.find();
    await panel.title(/^reference\.ts, lines 1–4 · 31 tokens/).waitFor();
    await panel.picture();
  });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
