import assert from 'node:assert/strict';
import { elements, parseXml } from '../unit/export/xml';
import { seriousViolations } from './support/axe';
import { openedSvg } from './support/openedOffline';
import { readableInThemes } from './support/readableInThemes';
import { usePanel } from './support/usePanel';

interface SavedCause {
  readonly position: number;
  readonly needs: {
    readonly rows: readonly {
      readonly first: number;
      readonly bits: number;
      readonly raw: number;
      readonly value: number;
      readonly rollout: number;
    }[];
    readonly agreement: Readonly<Record<'raw' | 'value' | 'rollout', number>>;
  };
  readonly cuts?: {
    readonly steps: readonly { readonly words: string }[];
    readonly effect: { readonly divergence: number };
    readonly moved: readonly { readonly layer: number; readonly head: number; readonly distance: number }[];
  };
  readonly parts: {
    readonly logit: number;
    readonly sum: number;
    readonly parts: readonly { readonly value: number }[];
  };
}

const last = 25;

/** Where a prediction comes from, in the real panel: what it needs, cuts and what they do, the parts of its logit. */
describe('where a prediction comes from', () => {
  const { session, workbench, panel } = usePanel();

  const view = () => panel.frame.locator('headlight-cause');
  const part = (name: string) => view().getByRole('region', { name, exact: true });
  const needs = () => view().locator('headlight-needs');
  const rows = () => needs().locator('.list tbody tr');
  const steps = () => view().locator('.steps li');
  const effect = () => view().locator('table.effect tbody tr');
  const saved = async () => {
    const json = await panel.save(/^JSON/, session.inWorkspace('cause.json'));
    return JSON.parse(json.toString('utf8')) as SavedCause;
  };

  before(async () => {
    await panel.chooseHead('2.1');
    await panel.chooseToken(last);
    await panel.show('Cause');
  });

  it('cuts each token by itself, and holds attention against that', async () => {
    await needs().getByText('all edges from here to each token cut, in all layers').waitFor();
    assert.equal(await rows().count(), last);
    await needs().locator('.agreement li').nth(2).waitFor();
    await part('Parts of the logit').locator('.parts .sum').waitFor();
    await workbench.page.mouse.move(5, 5);
    await workbench.screenshot('cause-dark', true);
    assert.deepEqual(await seriousViolations(workbench), []);
    const { needs: told, position } = await saved();
    assert.equal(position, last);
    assert.equal(told.rows.length, last);
    assert.ok(told.rows.some(({ bits }) => bits > 0.01));
    const row = (reading: 'raw' | 'value' | 'rollout') => told.rows.reduce((sum, one) => sum + one[reading], 0);
    // All but what the position gives itself.
    for (const reading of ['raw', 'value', 'rollout'] as const) assert.ok(row(reading) > 0.1 && row(reading) < 1);
    const shown = await needs().locator('.agreement .number').allInnerTexts();
    assert.deepEqual(
      shown,
      (['raw', 'value', 'rollout'] as const).map(name => told.agreement[name].toFixed(2).replace('-', '−')),
    );
  });

  it('colours the editor by what the prediction needs, while it is looked at', async () => {
    const colors = workbench.page.locator('.editor-instance .view-overlays [class*="ced-"]');
    await colors.nth(5).waitFor();
    await panel.show('Matrix');
    await panel.frame.locator('headlight-cause').waitFor({ state: 'detached' });
    for (let i = 0; i < 50 && (await colors.count()) > 1; i++) await workbench.page.waitForTimeout(100);
    // The token that is looked from may be marked.
    assert.ok((await colors.count()) <= 1);
    await panel.show('Cause');
    await colors.nth(5).waitFor();
  });

  it('takes what is selected in the editor as the keys of a cut', async () => {
    await panel.show('Matrix');
    await workbench.focusEditor();
    await workbench.selectLines(2, 2);
    await workbench.runCommand('Headlight: Cut Attention to Selection');
    await view().waitFor();
    const value = async (name: string) =>
      Number(await view().getByRole('spinbutton', { name, exact: true }).inputValue());
    for (let i = 0; i < 50 && (await value('First key')) === 0; i++) await workbench.page.waitForTimeout(100);
    // “for (const item of items) {”.
    assert.deepEqual([await value('First key'), await value('Last key')], [12, 19]);
    await workbench.screenshot('cause-from-editor');
    // The caret chose a token.
    const token = view().getByRole('spinbutton', { name: 'Token whose prediction is looked at' });
    await token.fill(String(last));
    await token.press('Enter');
    await needs().getByText('all edges from here to each token cut, in all layers').waitFor();
  });

  it('by words and lines, sorted, told by pointer and keys; a click makes it the keys to cut', async () => {
    await needs().getByRole('radio', { name: 'line' }).click();
    await needs().getByText('all edges from here to each line cut, in all layers').waitFor();
    assert.ok((await rows().count()) < last);
    await needs().getByRole('radio', { name: 'word', exact: true }).click();
    await needs().getByText('all edges from here to each word cut, in all layers').waitFor();
    await needs().getByRole('radio', { name: 'By what the prediction loses' }).click();
    const bits = (await rows().locator('td:nth-child(2)').allInnerTexts()).map(Number).filter(Number.isFinite);
    assert.ok(bits.length > 2 && bits.every((value, i) => i === 0 || value <= bits[i - 1]), bits.join(' '));
    await needs().getByRole('radio', { name: 'In the order of the text' }).click();
    await needs().getByRole('radio', { name: 'token', exact: true }).click();
    const option = needs().locator('headlight-unit-text [role=option][data-index="1"]');
    await option.hover();
    await needs()
      .locator('headlight-hover-note', { hasText: /bits[^]*raw attention/ })
      .waitFor();
    await option.press('Enter');
    assert.equal(await view().getByRole('spinbutton', { name: 'First key' }).inputValue(), '1');
    await workbench.page.mouse.move(5, 5);
  });

  it('a cut changes what the model says and where heads look; it is switched off and taken back', async () => {
    const key = view().getByRole('spinbutton', { name: 'Last key' });
    await key.fill('16');
    await key.press('Enter');
    const first = view().getByRole('spinbutton', { name: 'First key' });
    await first.fill('3');
    await first.press('Enter');
    await view().getByRole('combobox', { name: 'Heads' }).selectOption('all');
    await view().getByRole('button', { name: 'Cut', exact: true }).click();
    await steps()
      .filter({ hasText: /cut all heads: “.*” → “.*” to “.*”, before softmax/ })
      .waitFor();
    await effect().first().waitFor();
    const changed = await effect().evaluateAll(
      all => all.filter(row => row.children[1].textContent !== row.children[2].textContent).length,
    );
    assert.ok(changed > 0);
    await view().locator('headlight-cuts').getByText('Δ log p').waitFor();
    const moved = view()
      .getByRole('list', { name: /^Heads that look elsewhere/ })
      .getByRole('listitem');
    await moved.first().waitFor();
    await moved.first().getByRole('button').press('Enter');
    const picture = view().locator('headlight-compared-matrix');
    await picture.waitFor();
    await picture.locator('.frame').focus();
    await workbench.page.keyboard.press('ArrowRight');
    await view()
      .locator('headlight-cuts [role=status]', { hasText: /before [\d.]+, after [\d.]+/ })
      .waitFor({ state: 'attached' });
    await workbench.page.keyboard.press('Escape');
    await workbench.screenshot('cause-cut', true);
    assert.deepEqual(await seriousViolations(workbench), []);
    const { cuts } = await saved();
    assert.ok(cuts && cuts.effect.divergence > 0.001);
    assert.equal(cuts.moved.length, 24);
    // In layer 0 nothing but the cut itself moves what heads look at.
    assert.ok(cuts.moved.some(({ distance }) => distance > 0.001));

    await steps().getByRole('checkbox').uncheck();
    await view().getByText('Choose heads, queries and keys').waitFor();
    await steps().getByRole('checkbox').check();
    await effect().first().waitFor();
    await view().getByRole('button', { name: 'Undo' }).click();
    await view().getByText('Nothing is cut.').waitFor();
    assert.equal(await effect().count(), 0);
  });

  it('takes steps as JSON, several at once, and refuses in a sentence what is none', async () => {
    await view().getByRole('button', { name: 'Paste Steps' }).click();
    const field = view().getByRole('textbox', { name: 'Steps as JSON' });
    await field.fill('{"steps": [{"kind": "self"}]}');
    await view().getByText('Step 1 of what was copied is no cut.').waitFor();
    const step = (head: number, form: string) => ({
      kind: 'self',
      heads: [[2, head]],
      queries: [last, last],
      keys: [1, 16],
      form,
    });
    await field.fill(JSON.stringify({ steps: [step(1, 'scores'), step(2, 'probabilities')] }));
    await view().getByText('2 steps taken').waitFor();
    await view().getByText('with 2 cuts at once').waitFor();
    await effect().first().waitFor();
    await steps()
      .nth(1)
      .getByText(/^2 cut 2\.2: .*, after softmax$/)
      .waitFor();
    await view().getByRole('button', { name: 'Take step 1 back' }).click();
    await view().getByText('with one cut').waitFor();
    await panel.show('Matrix');
    await panel.show('Cause');
    await steps().filter({ hasText: 'cut 2.2' }).waitFor();
    await effect().first().waitFor();
  });

  it('the parts of a logit sum to it, of one token and of two', async () => {
    const sums = async () => {
      const { parts } = await saved();
      const total = parts.parts.reduce((sum, { value }) => sum + value, 0);
      assert.ok(Math.abs(total - parts.sum) < 1e-3 && Math.abs(parts.sum - parts.logit) < 1e-3, JSON.stringify(parts));
      // Embedding, 4 × 6 heads, 4 feed-forward parts.
      assert.ok(parts.parts.length >= 1 + 24 + 4);
      return parts.logit;
    };
    const one = await sums();
    const options = await part('Parts of the logit')
      .locator('datalist option')
      .evaluateAll(all => all.map(option => (option as HTMLOptionElement).value));
    const minus = part('Parts of the logit').getByRole('combobox', { name: 'Token whose logit is taken off' });
    await minus.fill(options[1]);
    await minus.press('Enter');
    await part('Parts of the logit').locator('h2', { hasText: '−' }).waitFor();
    const two = await sums();
    assert.ok(two > 0 && two < one);
    await part('Parts of the logit')
      .getByRole('button', { name: /^Show All/ })
      .click();
    await part('Parts of the logit').getByText('head 3.5', { exact: true }).waitFor();
    await part('Parts of the logit').getByRole('button', { name: 'Show the Largest' }).click();
    await part('Parts of the logit')
      .getByText(/^other \d+ heads$/)
      .waitFor();
    // Any text is a token, of several the first.
    await minus.fill('console');
    await minus.press('Enter');
    await view()
      .getByText(/^“console” is 2 tokens; “con”, the first, is taken\.$/)
      .waitFor();
    await part('Parts of the logit').locator('h2', { hasText: /− con/ }).waitFor();
    await minus.fill('');
    await minus.press('Enter');
  });

  it('a head’s part is split over the tokens that it took it from, and what it says by itself is told', async () => {
    const parts = part('Parts of the logit');
    // Of one token again.
    await parts.locator('h2', { hasText: '−' }).waitFor({ state: 'detached' });
    const opener = parts.getByRole('button', { name: /^Open head / }).first();
    const name = /head (\d\.\d)/.exec((await opener.getAttribute('aria-label')) ?? '')?.[1] ?? '';
    const own = parts.locator('.parts > li', { hasText: `head ${name}` });
    const value = await own.first().locator('.number').innerText();
    await opener.press('Enter');
    const split = parts.getByRole('region', { name: `Head ${name} by key` });
    await split.locator('.parts .sum').waitFor();
    const number = (text: string) => Number(text.replace('−', '-'));
    // The weights are those of the model's own file, which computes in half precision.
    assert.ok(Math.abs(number(await split.locator('.parts .sum .number').innerText()) - number(value)) < 0.03, value);
    for (const list of ['would promote', 'would suppress']) {
      assert.equal(await parts.getByRole('list', { name: list }).getByRole('listitem').count(), 10);
    }
    await split.scrollIntoViewIfNeeded();
    await workbench.screenshot('cause-head-part');
    assert.deepEqual(await seriousViolations(workbench), []);
    await split.getByRole('button', { name: /^show all/ }).click();
    assert.ok((await split.locator('.parts > li').count()) > 10);
    await opener.press('Enter');
    await split.waitFor({ state: 'detached' });
  });

  it('saves what is shown', async () => {
    const csv = (await panel.save(/CSV/, session.inWorkspace('cause.csv'))).toString('utf8');
    const [header, ...lines] = csv.trim().split('\r\n');
    assert.equal(header, 'part,name,first,last,layer,head,number,value');
    for (const of of ['needs', 'agreement', 'cut', 'moved', 'logit']) {
      assert.ok(
        lines.some(line => line.startsWith(`${of},`)),
        of,
      );
    }
    const svg = (await panel.save(/SVG/, session.inWorkspace('cause.svg'))).toString('utf8');
    assert.ok(elements(parseXml(svg), 'text').some(({ text }) => text.startsWith('Parts of the logit')));
    await openedSvg(workbench, svg, 'exported-cause');
    const page = (await panel.save(/HTML/, session.inWorkspace('cause.html'))).toString('utf8');
    assert.match(page, /<caption>Agreement with the cuts, rank correlation<\/caption>/);
  });

  it('follows the chosen token; at the first there is nothing to cut', async () => {
    const token = view().getByRole('spinbutton', { name: 'Token whose prediction is looked at' });
    await token.fill('0');
    await token.press('Enter');
    await view().getByText('Nothing stands before this token').waitFor();
    await token.fill(String(last));
    await token.press('Enter');
    await needs().getByText('all edges from here to each token cut, in all layers').waitFor();
  });

  it('at 600 pixels all stands in one column, and nothing reaches out', async () => {
    const { page } = workbench;
    const before = page.viewportSize()!;
    await panel.widen(1240);
    await workbench.screenshot('cause-wide');
    await panel.widen(600);
    assert.ok(await view().evaluate(one => one.scrollWidth <= one.clientWidth));
    await workbench.screenshot('cause-600');
    await view().locator('headlight-cuts').scrollIntoViewIfNeeded();
    await workbench.screenshot('cause-600-cuts');
    await view().locator('.explained').scrollIntoViewIfNeeded();
    await workbench.screenshot('cause-600-below');
    await page.setViewportSize(before);
  });

  readableInThemes({ workbench, panel }, { cause: () => view().locator('.top') });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
