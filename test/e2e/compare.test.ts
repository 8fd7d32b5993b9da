import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { seriousViolations } from './support/axe';
import { usePanel } from './support/usePanel';
import { inWords } from './support/inWords';

/** Heads compared: two side by side, all on a map and in a table. */
describe('the comparison', () => {
  const { session, workbench, panel } = usePanel();

  before(async () => {
    await panel.chooseHead('2.1');
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    await panel.frame.locator('headlight-head-map circle').first().waitFor();
    await panel.frame.locator('headlight-heads-table tbody tr').first().waitFor();
  });

  const rows = () => panel.frame.locator('headlight-heads-table tbody tr');
  /** Waits until the table has so many rows. */
  const rowsAre = async (right: (count: number) => boolean) => {
    for (let i = 0; i < 300 && !right(await rows().count()); i++) await workbench.page.waitForTimeout(100);
    assert.ok(right(await rows().count()));
  };
  /** Waits until a head is one of the two that stand side by side. */
  const pictured = (name: string) =>
    panel.frame
      .locator('headlight-compare headlight-compared-pictures h2', {
        hasText: new RegExp(`head ${name.replace('.', '\\.')}`, 'i'),
      })
      .waitFor();

  it('lists every head with its measures, sorted by a click and filtered by words', async () => {
    assert.equal(await rows().count(), 24);
    assert.equal(await panel.frame.locator('headlight-head-map circle').count(), 24);
    await panel.frame
      .locator('headlight-heads-table thead')
      .getByRole('button', { name: /^previous/ })
      .click();
    const column = (await panel.frame.locator('headlight-heads-table thead th').allInnerTexts()).findIndex(text =>
      text.startsWith('previous'),
    );
    const numbers = (await rows().allInnerTexts()).map(text => Number(text.split('\t')[column].replace('<', '')));
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => b - a),
    );
    const filter = panel.frame.getByRole('searchbox');
    await filter.fill('2.');
    assert.equal(await rows().count(), 6);
    await filter.fill('');
  });

  it('chooses a head in the table and holds another against it, by mouse and by keyboard', async () => {
    await panel.frame.getByRole('row', { name: 'Head 0.0' }).click();
    await pictured('0.0');
    await panel.frame.getByRole('row', { name: 'Head 3.2' }).focus();
    await workbench.page.keyboard.press('Space');
    await pictured('3.2');
    await panel.frame.locator('headlight-pair-distances').getByText('Jensen-Shannon, bits').waitFor();
    await workbench.screenshot('compare-narrow');
    await workbench.page.setViewportSize({ width: 1960, height: 1000 });
    await workbench.page.keyboard.press('Control+B');
    await panel.frame.waitForFunction(() => innerWidth > 900);
    await workbench.screenshot('compare-dark');
  });

  it('holds a similar head against it with one click', async () => {
    const like = panel.frame.locator('headlight-compare .like button').first();
    const name = (await like.innerText()).split(/\s/)[0];
    await like.click();
    await pictured(name);
  });

  it('shows only the heads that a drag over the map covers', async () => {
    await panel.frame.locator('headlight-head-map svg').scrollIntoViewIfNeeded();
    const map = await panel.frame.locator('headlight-head-map svg').boundingBox();
    assert.ok(map);
    await workbench.page.mouse.move(map.x + 2, map.y + 2);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(map.x + map.width / 2, map.y + map.height - 2, { steps: 4 });
    await workbench.page.mouse.up();
    await rowsAre(count => count < 24);
    const brushed = await rows().count();
    assert.ok(brushed > 0);
    // They are the selection of the overview, too.
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await panel.frame
      .getByText(brushed === 1 ? /^Head/ : `${brushed} heads selected`)
      .first()
      .waitFor();
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    await panel.frame.locator('headlight-head-map circle').first().waitFor();
    await panel.frame.locator('headlight-head-map svg').click({ position: { x: 2, y: 2 } });
    await rowsAre(count => count === 24);
  });

  it('shows all distances with the tree of clusters: hovered, moved over by keys, a pair and a branch chosen', async () => {
    await panel.frame.getByRole('radio', { name: 'All distances, with the tree of clusters' }).click();
    const tree = panel.frame.locator('headlight-head-tree');
    await tree.locator('.catch').first().waitFor({ state: 'attached' });
    assert.equal(await tree.locator('.branch').count(), 23);
    await tree.locator('.matrix').hover({ position: { x: 30, y: 90 } });
    const said = tree.locator('.said');
    const [, one, other, bits] = /^(\d\.\d) and (\d\.\d): (<?[\d.]+) bits$/.exec(await said.innerText()) ?? [];
    await workbench.screenshot('compare-tree-dark', true);
    await tree.locator('.matrix').click({ position: { x: 30, y: 90 } });
    await pictured(one);
    await pictured(other);
    const total = (
      await panel.frame.locator('headlight-pair-distances .bars li', { hasText: 'Jensen-Shannon' }).innerText()
    )
      .split('\n')
      .at(-1);
    assert.equal(total, bits);
    await tree.locator('.matrix').focus();
    await workbench.page.keyboard.press('ArrowDown');
    assert.notEqual(await said.innerText(), '');
    await tree.locator('.catch').first().click();
    await rowsAre(count => count === 2);
    await tree.locator('svg').focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await workbench.page.keyboard.press(key);
    const [, count] = /^(\d+) heads \(.+\), mean distance [\d.]+ bits$/.exec(await said.innerText()) ?? [];
    await workbench.screenshot('compare-tree-branch-dark', true);
    await tree.locator('svg').press('Enter');
    await rowsAre(found => found === Number(count));
    assert.deepEqual(await seriousViolations(workbench), []);
    await panel.frame.getByRole('radio', { name: 'All heads on a map' }).click();
    await panel.frame.locator('headlight-head-map svg').click({ position: { x: 2, y: 2 } });
  });

  it('has the effect of every head once they were ranked', async () => {
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await panel.frame.getByRole('button', { name: 'Rank All Heads by Effect' }).click();
    await panel.frame.locator('headlight-effect .place', { hasText: inWords(/rank \d+ of 24$/) }).waitFor();
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    const table = panel.frame.locator('headlight-heads-table');
    await table
      .locator('thead')
      .getByRole('button', { name: /^effect/ })
      .click();
    const column = (await table.locator('thead th').allInnerTexts()).findIndex(text => text.startsWith('effect'));
    const effects = (await rows().allInnerTexts()).map(text => Number(text.split('\t')[column]));
    assert.ok(effects.length === 24 && effects[0] > 0, effects.join());
    assert.deepEqual(
      effects,
      [...effects].sort((a, b) => b - a),
    );
  });

  it('saves the table as CSV', async () => {
    await panel.frame.locator('headlight-heads-table').getByRole('button', { name: 'CSV' }).click();
    const file = session.inWorkspace('heads-tiny-code-gpt.csv');
    await workbench.answer(file);
    for (let i = 0; i < 100 && !existsSync(file); i++) await workbench.page.waitForTimeout(100);
    const lines = readFileSync(file, 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 25);
    assert.match(lines[0], /^layer,head,label,entropy,distance,previous,/);
  });

  it('is readable in a light theme, without a serious violation for axe or an error of the webview', async () => {
    assert.deepEqual(await seriousViolations(workbench), []);
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('compare-light');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
