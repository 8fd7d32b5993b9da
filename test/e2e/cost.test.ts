import assert from 'node:assert/strict';
import { elements, parseXml } from '../unit/export/xml';
import { seriousViolations } from './support/axe';
import { openedSvg } from './support/openedOffline';
import { readableInThemes } from './support/readableInThemes';
import { usePanel } from './support/usePanel';

interface SavedCost {
  readonly lengths: readonly number[];
  readonly cache: { readonly tokenBytes: number };
  readonly points: readonly {
    readonly length: number;
    readonly runs: number;
    readonly attention: { readonly median: number; readonly low: number; readonly high: number };
    readonly rest: { readonly median: number };
    readonly whole: { readonly median: number };
    readonly memory?: { readonly attention: number };
  }[];
}

/** What a pass costs over the length, measured in the real panel: cancelled, measured, told, set, saved. No time is held to a bound. */
describe('what a pass costs over the length', () => {
  const { session, workbench, panel, reference } = usePanel();

  const view = () => panel.frame.locator('headlight-cost');
  const chart = (name: string) => view().locator(`.chart[aria-label="${name}"] > svg`);
  const measured = () => view().getByRole('button', { name: 'Measure Again' });

  before(() => panel.show('Cost'));

  it('says what will be measured, and what the cache takes by the graph', async () => {
    await view().getByText('Up to 512 tokens, the longest text that the model reads.').waitFor();
    // Keys and values of 4 layers × 6 heads × 32 numbers of 4 bytes.
    await view().getByText('6,144 bytes = 2 × 4 layers × 6 heads × 32 × 4 (float32)').waitFor();
    await view().getByText(`n = ${reference.ids.length} now`).waitFor();
    await view().getByText('3.1 MB').waitFor();
    await workbench.screenshot('cost-before');
  });

  it('is cancelled between two lengths, and says after which; a thing to try measures where nothing is measured yet', async () => {
    await view().getByRole('button', { name: 'Measure', exact: true }).waitFor();
    await view().getByRole('button', { name: 'Take the logarithms away' }).click();
    await view()
      .getByText(/\d+ tokens, [2-9] of 11/)
      .waitFor();
    await view().getByRole('button', { name: 'Cancel' }).click();
    await view()
      .getByText(/^Cancelled after \d+ tokens\.$/)
      .waitFor();
    await measured().waitFor();
    await view().locator('.chart').getByText('linear axes').first().waitFor();
    await view().getByRole('radio', { name: 'Logarithmic axes' }).click();
  });

  it('measures every length, and tells each by keys, pointer and table', async () => {
    await measured().click();
    await view().locator('progress').waitFor();
    await workbench.screenshot('cost-measuring');
    await measured().waitFor({ timeout: 120_000 });
    await workbench.page.mouse.move(5, 5);
    await workbench.screenshot('cost-dark', true);
    assert.deepEqual(await seriousViolations(workbench), []);
    await chart('Time over length').focus();
    await workbench.page.keyboard.press('Home');
    await view()
      .locator('.readout', { hasText: /^16 tokens: attention [\d.]+ ms \([\d.]+–/ })
      .waitFor();
    await workbench.page.keyboard.press('ArrowRight');
    await view()
      .locator('.readout', { hasText: /^24 tokens: / })
      .waitFor();
    await workbench.page.keyboard.press('End');
    await view()
      .locator('.readout', { hasText: /^512 tokens: .* · scores of a layer 6\.3 MB · KV cache 3\.1 MB$/ })
      .waitFor();
    await chart('Memory over length').hover();
    await view()
      .locator('headlight-hover-note', { hasText: /\d+ tokens[^]*held while they run/ })
      .waitFor();
    await view().getByRole('button', { name: 'Read the numbers' }).click();
    const rows = view().getByRole('region', { name: 'Numbers of each length' }).locator('tbody tr');
    assert.equal(await rows.count(), 11);
    assert.equal(await view().getByRole('region', { name: 'Fits of time over length' }).locator('tbody tr').count(), 4);
    await workbench.screenshot('cost-table');
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('things to try set the axes', async () => {
    await view()
      .getByRole('button', { name: /^Look 8 times/ })
      .click();
    await chart('Time over length').getByText('4,096').waitFor();
    await view().getByText('measured up to here').first().waitFor();
    await workbench.screenshot('cost-far');
    await view().getByRole('button', { name: 'Take the logarithms away' }).click();
    await view().locator('.chart').getByText('linear axes').first().waitFor();
    assert.equal(await chart('Time over length').getByText('4,096').count(), 0);
    await workbench.screenshot('cost-linear');
    await view().getByRole('radio', { name: 'Logarithmic axes' }).click();
  });

  it('saves what is shown: all numbers agree with each other and with the graph', async () => {
    const json = await panel.save(/^JSON/, session.inWorkspace('cost.json'));
    const { lengths, cache, points } = JSON.parse(json.toString('utf8')) as SavedCost;
    assert.deepEqual(
      points.map(({ length }) => length),
      lengths,
    );
    assert.equal(cache.tokenBytes, 2 * 4 * 6 * 32 * 4);
    for (const { attention, rest, whole, runs, length, memory } of points) {
      assert.ok(runs >= 3 && attention.median > 0 && rest.median > 0 && whole.median > 0);
      assert.ok(attention.low <= attention.median && attention.median <= attention.high);
      // At least one layer's scores are held while attention runs.
      assert.ok(memory && memory.attention >= 6 * length ** 2 * 4);
    }
    const csv = (await panel.save(/CSV/, session.inWorkspace('cost.csv'))).toString('utf8');
    const [header, ...lines] = csv.trim().split('\r\n');
    assert.equal(lines.length, 11);
    const column = header.split(',').indexOf('attention_ms');
    assert.equal(Number(lines[10].split(',')[column]), points[10].attention.median);
    const svg = (await panel.save(/SVG/, session.inWorkspace('cost.svg'))).toString('utf8');
    assert.ok(elements(parseXml(svg), 'text').some(({ text }) => text === 'scores of a layer (computed)'));
    await openedSvg(workbench, svg, 'exported-cost');
    const page = (await panel.save(/HTML/, session.inWorkspace('cost.html'))).toString('utf8');
    assert.ok(page.includes('6,144 bytes') && page.includes('</svg>') && !page.includes('<script'));
  });

  it('stays where another tab is looked at in between', async () => {
    await panel.show('Matrix');
    await panel.show('Cost');
    await chart('Time over length').waitFor();
    await measured().waitFor();
  });

  it('at 600 pixels the charts stand below each other, and nothing reaches out', async () => {
    const { page } = workbench;
    const before = page.viewportSize()!;
    await panel.widen(1000);
    await workbench.screenshot('cost-wide');
    await panel.widen(600);
    const lefts = await view()
      .locator('.chart')
      .evaluateAll(all => all.map(one => Math.round(one.getBoundingClientRect().left)));
    assert.equal(new Set(lefts).size, 1);
    assert.ok(await view().evaluate(one => one.scrollWidth <= one.clientWidth));
    await workbench.screenshot('cost-600');
    await view().locator('.below').scrollIntoViewIfNeeded();
    await workbench.screenshot('cost-600-below');
    await page.setViewportSize(before);
  });

  readableInThemes({ workbench, panel }, { cost: () => view().locator('.top') });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
