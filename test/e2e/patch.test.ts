import assert from 'node:assert/strict';
import { elements, parseXml } from '../unit/export/xml';
import { seriousViolations } from './support/axe';
import { openedSvg } from './support/openedOffline';
import { readableInThemes } from './support/readableInThemes';
import { usePanel } from './support/usePanel';

interface SavedPatch {
  readonly patch: {
    readonly against: string;
    readonly direction: string;
    readonly metric: string;
    readonly clean: number;
    readonly corrupted: number;
    readonly noise?: { readonly tokens: readonly number[] };
    readonly maps: readonly {
      readonly name: string;
      readonly rows: readonly string[];
      readonly columns: readonly string[];
      readonly values: readonly (readonly (number | null)[])[];
    }[];
    readonly steps?: readonly { readonly words: string; readonly value: number }[];
  };
}

/** The prediction after “console.log(” is looked at: the name that was declared at this place. */
const last = 25;
const named = 15;

/** Patching between two runs, in the real panel: the maps, both directions, cells together, what is kept, noise. */
describe('patching between two runs', () => {
  const { session, workbench, panel, reference } = usePanel();

  const view = () => panel.frame.locator('headlight-cause headlight-patch');
  const map = (name: RegExp) => view().getByRole('application', { name });
  const isDone = () => view().getByText('each cell patched by itself').waitFor();
  const saved = async () => {
    const json = await panel.save(/^JSON/, session.inWorkspace('patch.json'));
    return (JSON.parse(json.toString('utf8')) as SavedPatch).patch;
  };
  const write = async (text: string) => {
    await view().getByRole('button', { name: 'Change the Text…' }).click();
    const field = view().getByRole('textbox', { name: 'The corrupted text' });
    await field.fill(text);
    await view().getByRole('button', { name: 'Run It' }).click();
    await field.waitFor({ state: 'detached' });
  };
  /** One name is another one, of as many tokens. */
  const changed = () => reference.text.replace('const item of', 'const value of');

  before(async () => {
    await panel.chooseToken(last);
    await panel.show('Cause');
  });

  it('says what it takes while there is no second run', async () => {
    await view().getByText('Patching needs a second run').waitFor();
    await workbench.screenshot('patch-none');
  });

  it('fills the maps between the text and a changed one, the tab kept', async () => {
    await write(changed());
    await isDone();
    const { maps, direction, clean, corrupted, against } = await saved();
    assert.equal(direction, 'denoise');
    assert.match(against, /changed/);
    assert.ok(Math.abs(clean - corrupted) > 0.01, `${clean} ${corrupted}`);
    const [residual, heads] = maps;
    assert.deepEqual(residual.rows, ['0', '1', '2', '3', 'norm']);
    assert.equal(residual.columns.length, reference.ids.length);
    assert.deepEqual([heads.rows.length, heads.columns.length], [4, 6]);
    // What the norm reads at the position is all that the answer is made of; nothing else of that row is.
    residual.values[4].forEach((value, place) => {
      if (place > last) assert.equal(value, null, 'a causal model sees nothing behind it');
      else assert.ok(Math.abs((value ?? NaN) - (place === last ? 1 : 0)) < 1e-3, `${place} ${value}`);
    });
    // The runs differ in one embedding: with the clean one's all is as clean.
    assert.ok(Math.abs((residual.values[0][named] ?? NaN) - 1) < 1e-3);
    assert.ok(Math.abs(residual.values[0][named - 1] ?? NaN) < 1e-3);
    assert.ok(heads.values.flat().some(value => Math.abs(value ?? 0) > 0.02));
    await workbench.page.mouse.move(5, 5);
    await workbench.screenshot('patch-dark', true);
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('tells cells to the pointer and the keys, and shows what the model says with several together', async () => {
    await map(/^Patches by token/).focus();
    const { page } = workbench;
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await view()
      .locator('[role=status]', { hasText: /^residual stream 1 at .*: [+−]?[\d.]+$/ })
      .waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+Enter');
    const heading = view().locator('h2', { hasText: /^Patched residual stream 1 at .*, residual stream 1 at / });
    await heading.waitFor();
    await view().locator('table.said tbody tr').first().waitFor();
    const cells = await view().locator('table.said tbody tr').first().locator('td').allInnerTexts();
    assert.equal(cells.length, 3);
    assert.ok(cells.every(text => /^[\d.]+$|^<0/.test(text)));
    await view().getByRole('button', { name: 'Keep', exact: true }).click();
    await view()
      .getByRole('list', { name: 'Kept patches' })
      .getByText(/residual stream 1 at .*, clean into corrupted/)
      .waitFor();
    await view().getByRole('button', { name: 'Keep', exact: true }).click();
    await view().getByText('That is kept already.').waitFor();
  });

  it('the strongest first, each opened by its name', async () => {
    const rows = view().getByRole('region', { name: 'Patches, the strongest first' }).locator('tbody tr');
    const numbers = (await rows.locator('td').allInnerTexts()).map(text => Number(text.replace('−', '-')));
    assert.ok(
      numbers.length >= 5 &&
        numbers.every((value, i) => i === 0 || Math.abs(value) <= Math.abs(numbers[i - 1]) + 0.006),
    );
    await rows.first().getByRole('button').press('Enter');
    await view()
      .locator('h2', { hasText: /^Patched / })
      .waitFor();
    await view()
      .getByText(/normalised/)
      .last()
      .waitFor();
    await view()
      .getByRole('button', { name: /^Show All \d+$/ })
      .click();
    // 5 × 26 cells of the stream, 4 × 6 heads.
    assert.equal(await rows.count(), 5 * (last + 1) + 24);
    await view().getByRole('button', { name: 'Show the Strongest' }).click();
  });

  it('sorts the overview of heads by what patching them does, and by their parts of the logit', async () => {
    const overview = panel.frame.locator('headlight-overview');
    const sizes = async () => {
      await overview.locator('.caption').nth(23).waitFor();
      const captions = await overview.locator('.caption').allInnerTexts();
      return captions.map(text => Math.abs(Number(text.split('\n')[1].replace('≈', '').replace('−', '-'))));
    };
    await view().getByRole('button', { name: 'Show in Overview' }).click();
    assert.equal(await overview.getByRole('combobox').inputValue(), 'patch');
    const patched = await sizes();
    assert.ok(patched[0] > 0.2 && patched.every((value, i) => i === 0 || value <= patched[i - 1] + 0.006));
    await workbench.screenshot('patch-overview');
    await panel.show('Cause');
    await panel.frame.locator('headlight-logit-parts').getByRole('button', { name: 'Show in Overview' }).click();
    assert.equal(await overview.getByRole('combobox').inputValue(), 'attribution');
    const parts = await sizes();
    assert.ok(parts[0] > 0.2 && parts.every((value, i) => i === 0 || value <= parts[i - 1] + 0.006));
    await overview.getByRole('button', { name: 'Heads', exact: true }).click();
    await overview.getByRole('combobox', { name: 'Color heads by' }).waitFor();
    await workbench.screenshot('patch-overview-folded');
    assert.deepEqual(await seriousViolations(workbench), []);
    await overview.getByRole('button', { name: 'Heads', exact: true }).click();
    await overview.getByRole('combobox').selectOption('layer');
    await panel.show('Cause');
  });

  it('the other direction, other parts, other metrics', async () => {
    await view()
      .getByRole('radio', { name: /^Noising/ })
      .click();
    await isDone();
    const noising = await saved();
    assert.equal(noising.direction, 'noise');
    // The corrupted run's last stream makes the clean run say what the corrupted one says.
    assert.ok(Math.abs((noising.maps[0].values[4][last] ?? NaN) - 0) < 1e-3);
    assert.ok(Math.abs((noising.maps[0].values[4][0] ?? NaN) - 1) < 1e-3);
    await workbench.screenshot('patch-noising');
    await view()
      .getByRole('radio', { name: /^Denoising/ })
      .click();
    await view().getByRole('radio', { name: 'what each feed-forward part adds' }).click();
    await view()
      .getByRole('radio', { name: /^where each head looks/ })
      .click();
    await isDone();
    const others = await saved();
    assert.equal(others.maps[0].values.length, 4);
    assert.match(others.maps[1].name, /where each head looks/);
    await view().getByRole('radio', { name: 'what all heads of a layer give' }).click();
    await view().getByRole('radio', { name: 'one', exact: true }).click();
    await isDone();
    for (const metric of ['logProbability', 'divergence']) {
      await view().getByRole('combobox', { name: 'Metric', exact: true }).selectOption(metric);
      await isDone();
      const { maps, clean } = await saved();
      assert.ok(maps[0].values.every(row => row.slice(0, last + 1).every(value => value !== null)));
      if (metric === 'divergence') assert.ok(Math.abs(clean) < 1e-6);
    }
    await view().getByRole('combobox', { name: 'Metric', exact: true }).selectOption('logits');
  });

  it('a kept patch is looked at again, taken back, and read from JSON', async () => {
    const kept = view().getByRole('list', { name: 'Kept patches' });
    await kept.getByRole('button', { name: /residual stream 1/ }).click();
    await view()
      .locator('h2', { hasText: /^Patched residual stream 1 at / })
      .waitFor();
    await panel.show('Matrix');
    await panel.show('Cause');
    await kept.getByRole('button', { name: /residual stream 1/ }).waitFor();
    await view().getByRole('button', { name: 'Take patch 1 back' }).click();
    await view().getByText('Nothing is kept.').waitFor();
    await view().getByRole('button', { name: 'Paste Patches' }).click();
    const field = view().getByRole('textbox', { name: 'Patches as JSON' });
    await field.fill('{"patches": [{"kind": "self"}]}');
    await view().getByText('Patch 1 of what was copied is no patch.').waitFor();
    const patch = {
      kind: 'self',
      direction: 'denoise',
      position: last,
      cells: [
        { part: 'head', layer: 1, head: 1 },
        { part: 'head', layer: 0, head: 1 },
      ],
      metric: { by: 'divergence' },
      value: 0.5,
    };
    await field.fill(JSON.stringify({ patches: [patch] }));
    await view().getByText('One patch taken').waitFor();
    await view()
      .locator('h2', { hasText: /^Patched head 0\.1, head 1\.1|^Patched head 1\.1, head 0\.1/ })
      .waitFor();
    await view().locator('table.said tbody tr').first().waitFor();
  });

  it('saves what is shown', async () => {
    await isDone();
    const csv = (await panel.save(/CSV/, session.inWorkspace('patch.csv'))).toString('utf8');
    assert.ok(csv.split('\r\n').filter(line => line.startsWith('patch,')).length > 24);
    const npy = await panel.save(/^NPY/, session.inWorkspace('patch.npy'));
    assert.match(npy.toString('latin1', 0, 2000), /'patch_residual', '<f4', \(5, 31\)/);
    const svg = (await panel.save(/SVG/, session.inWorkspace('patch.svg'))).toString('utf8');
    assert.ok(elements(parseXml(svg), 'text').some(({ text }) => text.startsWith('Patched against')));
    await openedSvg(workbench, svg, 'exported-patch');
    const page = (await panel.save(/HTML/, session.inWorkspace('patch.html'))).toString('utf8');
    assert.match(page, /<caption>Patched, /);
  });

  it('leaves out tokens that only one of the runs has, and says which', async () => {
    await write(reference.text.replace('const item of', 'const firstOfAll of'));
    await view().getByText('only tokens that stand for each other are patched').waitFor();
    await workbench.screenshot('patch-lengths');
  });

  it('against noise on tokens, the same with the same seed', async () => {
    await view().getByRole('button', { name: 'Noise on Tokens' }).click();
    await view().getByRole('radio', { name: 'residual stream that enters each layer' }).click();
    await isDone();
    const one = await saved();
    assert.deepEqual(one.noise?.tokens, [last - 1]);
    assert.ok(Math.abs((one.maps[0].values[4][last] ?? NaN) - 1) < 1e-3);
    const seed = view().getByRole('spinbutton', { name: 'Seed' });
    await seed.fill('2');
    await seed.press('Enter');
    await isDone();
    const two = await saved();
    assert.notEqual(two.corrupted, one.corrupted);
    await workbench.screenshot('patch-noise');
    await seed.fill('1');
    await seed.press('Enter');
    await isDone();
    assert.equal((await saved()).corrupted, one.corrupted);
    await view().getByRole('button', { name: 'Without Noise' }).click();
  });

  it('at 600 pixels all stands in one column, and nothing reaches out', async () => {
    const { page } = workbench;
    const before = page.viewportSize()!;
    await write(changed());
    await isDone();
    await panel.widen(1240);
    await workbench.screenshot('patch-wide');
    await panel.widen(600);
    await view().scrollIntoViewIfNeeded();
    assert.ok(await panel.frame.locator('headlight-cause').evaluate(one => one.scrollWidth <= one.clientWidth));
    await workbench.screenshot('patch-600');
    await page.setViewportSize(before);
  });

  readableInThemes({ workbench, panel }, { patch: () => view().locator('.maps') });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
