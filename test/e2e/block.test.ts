import assert from 'node:assert/strict';
import { elements, parseXml } from '../unit/export/xml';
import { seriousViolations } from './support/axe';
import { openedSvg } from './support/openedOffline';
import { readableInThemes } from './support/readableInThemes';
import { usePanel } from './support/usePanel';

interface SavedBlock {
  readonly blocks: readonly {
    readonly parts: readonly { readonly kind: string; readonly write: number; readonly before: number }[];
    readonly says?: { readonly text: string; readonly probability: number };
  }[];
  readonly parts: readonly {
    readonly before: readonly number[];
    readonly write: readonly number[];
    readonly after: readonly number[];
    readonly heads?: readonly { readonly write: number }[];
  }[];
}

/** A token's way through the blocks: numbers against the Steps and Logit Lens tabs, keys, themes, exports. */
describe('the block around the heads', () => {
  const { session, workbench, panel } = usePanel();
  const view = () => panel.frame.locator('headlight-block');
  const heading = (block: number) => view().getByRole('heading', { name: new RegExp(`^Block ${block}\\b`) });
  const row = (name: string) => view().locator('.table .row', { hasText: name });

  before(async () => {
    await panel.chooseHead('2.1');
    await panel.chooseToken(25);
  });

  it('what the heads add is what the Steps tab says, what it would say what the lens says', async () => {
    await panel.show('Steps');
    const stepsList = panel.frame.locator('headlight-head-result .sizes').first();
    await stepsList.waitFor();
    const steps = await stepsList.locator('.number').allInnerTexts();
    await panel.show('Logit Lens');
    const cell = (layer: number) =>
      panel.frame.locator(`headlight-logit-lens [data-row="${layer + 1}"][data-position="25"]`);
    await cell(2).waitFor();
    const lens = await cell(2).getAttribute('aria-label');
    await panel.show('Block');
    await heading(2).waitFor();
    const adds = row('attention adds').locator('.value').first();
    assert.equal(await adds.innerText(), steps[1]);
    assert.equal(await row('stream').first().locator('.value').first().innerText(), steps[2]);
    assert.equal(
      await view()
        .getByRole('button', { name: new RegExp(`^head 2\\.1 adds ${steps[0]},`) })
        .count(),
      1,
    );
    const says = await view().locator('.layers tr.chosen .says').innerText();
    const [word, probability] = /: (.*), ([\d.<]+)$/.exec(lens ?? '')!.slice(1);
    assert.equal(says.replace(/\s+/g, ' ').trim(), `${word} ${probability}`.replace(/\s+/g, ' ').trim());
    await workbench.screenshot('block-dark', true);
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('its numbers add up in what is saved, too', async () => {
    const json = await panel.save(/^JSON/, session.inWorkspace('block.json'));
    const { blocks, parts } = JSON.parse(json.toString('utf8')) as SavedBlock;
    assert.deepEqual(
      blocks.map(block => block.parts.map(({ kind }) => kind)),
      Array(4).fill(['self', 'feedForward']),
    );
    for (const { before, write, after } of parts) {
      before.forEach((value, i) => assert.ok(Math.abs(value + write[i] - after[i]) < 1e-3));
    }
    assert.equal(parts[0].heads?.length, 6);
    const svg = (await panel.save(/SVG/, session.inWorkspace('block.svg'))).toString('utf8');
    assert.ok(elements(parseXml(svg), 'text').some(({ text }) => text === 'attention adds'));
    await openedSvg(workbench, svg, 'exported-block');
    const page = (await panel.save(/HTML/, session.inWorkspace('block.html'))).toString('utf8');
    assert.match(page, /<caption>Strongest neurons<\/caption>/);
    const csv = (await panel.save(/CSV/, session.inWorkspace('block.csv'))).toString('utf8');
    assert.equal(csv.trim().split('\r\n').length, 9);
  });

  it('another block by its list and by its row, another token, another head by its bar', async () => {
    await view().getByRole('combobox', { name: 'Block' }).selectOption('self 0');
    await heading(0).waitFor();
    await row('position embedding').waitFor();
    await workbench.screenshot('block-first');
    const last = view().getByRole('button', { name: 'Block 3', exact: true });
    await last.press('Enter');
    await heading(3).waitFor();
    await view()
      .getByRole('button', { name: /^head 3\.4 adds/ })
      .click();
    await view().locator('.bars button[aria-pressed=true][aria-label^="head 3.4"]').waitFor();
    await view().getByRole('button', { name: 'The first token' }).click();
    await view().getByText('at token 0').waitFor();
    const token = view().getByRole('spinbutton', { name: 'Token whose way is shown' });
    await token.fill('25');
    await token.press('Enter');
    await view().getByText('at token 25').waitFor();
  });

  it('pointing tells numbers, the arrow keys go over the places, a table has all', async () => {
    await row('attention adds').locator('headlight-vector').hover();
    await view()
      .locator('headlight-hover-note', { hasText: /attention adds, number \d+/ })
      .waitFor();
    const places = view().locator('headlight-positions canvas');
    await places.focus();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.keyboard.press('ArrowLeft');
    await view()
      .locator('headlight-positions [role=status]', { hasText: /^25 .*, 24 .*: / })
      .waitFor();
    await view().getByRole('button', { name: 'Show as Table' }).click();
    await view().getByRole('region', { name: 'Vectors' }).waitFor();
    assert.equal(await view().getByRole('region', { name: 'Heads' }).locator('tbody tr').count(), 6);
    await view().getByRole('region', { name: 'Similarity of places' }).waitFor();
    await workbench.screenshot('block-table');
    assert.deepEqual(await seriousViolations(workbench), []);
    await view().getByRole('button', { name: 'Show Pictures' }).click();
  });

  it('at 600 pixels all stands in one column, and nothing reaches out', async () => {
    const { page } = workbench;
    const before = page.viewportSize()!;
    await panel.widen(600);
    assert.ok(await view().evaluate(one => one.scrollWidth <= one.clientWidth));
    const ends = await row('attention adds').evaluate(one => one.getBoundingClientRect().right);
    assert.ok(ends <= 600, `${ends}`);
    await workbench.screenshot('block-600');
    await view().locator('.side').scrollIntoViewIfNeeded();
    await workbench.screenshot('block-600-side');
    await view().locator('.explained').scrollIntoViewIfNeeded();
    await workbench.screenshot('block-600-below');
    await page.setViewportSize(before);
  });

  readableInThemes({ workbench, panel }, { block: () => view().locator('.top') });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
