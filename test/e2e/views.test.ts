import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { seriousViolations } from './support/axe';
import { usePanel } from './support/usePanel';
import { inWords } from './support/inWords';

/** The panel's other pictures and what can be done with a run: lines, text, steps, switches, generation, export. */
describe('the panel’s pictures', () => {
  const { session, workbench, panel, reference, shipped } = usePanel();

  before(async () => {
    await panel.chooseHead('2.1');
    await panel.chooseToken(25);
  });

  const tab = (name: string) => panel.frame.getByRole('tab', { name });

  it('the panel starts with at most 170 KB of scripts, and what loads later brings at most 60 KB each', async () => {
    const folder = path.join(await session.extensionFolder(), 'dist/webview');
    const source = (file: string) => readFileSync(path.join(folder, file), 'utf8');
    // A static import has no parenthesis; import() has one.
    const importsOf = (file: string) =>
      [...source(file).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)].map(([, name]) => name);
    const laterOf = (file: string) =>
      [...source(file).matchAll(/\bimport\("\.\/([^"]+\.js)"\)/g)].map(([, name]) => name);
    const loadedWith = (file: string, loaded = new Set<string>()): Set<string> => {
      if (loaded.has(file)) return loaded;
      loaded.add(file);
      for (const name of importsOf(file)) loadedWith(name, loaded);
      return loaded;
    };
    const bytes = (files: Iterable<string>) =>
      [...files].reduce((sum, file) => sum + Buffer.byteLength(source(file)), 0);
    const start = loadedWith('attention.js');
    assert.ok(bytes(start) <= 170_000, `${start.size} scripts of ${bytes(start)} bytes at start`);
    const later = [...new Set([...start].flatMap(laterOf))];
    // Lines, text, steps, logit lens, the two comparisons, what stands beside and exports each have one of their own.
    assert.ok(later.length >= 8, later.join());
    for (const tab of later) {
      const brought = bytes([...loadedWith(tab)].filter(file => !start.has(file)));
      assert.ok(brought <= 60_000, `${tab} brings ${brought} bytes`);
    }
  });

  it('lines: two columns of tokens, the weights as numbers at a token’s lines', async () => {
    await tab('Lines').click();
    await panel.frame.locator('headlight-lines canvas').waitFor();
    assert.equal(await panel.frame.locator('headlight-lines [role=option]').count(), 2 * reference.ids.length);
    await workbench.screenshot('lines');
  });

  it('text: from lines and words too', async () => {
    await tab('Text').click();
    await panel.frame.locator('headlight-text-view').getByRole('radio', { name: 'lines', exact: true }).click();
    await workbench.screenshot('text-lines');
  });

  it('steps: the row’s softmax is what the matrix holds', async () => {
    await tab('Steps').click();
    const table = panel.frame.locator('headlight-steps table').first();
    await table.waitFor();
    await panel.frame.locator('headlight-steps').getByText('softmax').first().waitFor();
    const strongest = Math.max(...reference.ids.slice(0, 26).map((_, key) => shipped('2.1', 25, key)));
    await table.getByText(strongest.toFixed(3)).first().waitFor();
    const residual = panel.frame.getByRole('region', { name: 'In the residual stream' });
    const lengths = (await residual.locator('.number').allInnerTexts()).map(Number);
    assert.equal(lengths.length, 3);
    assert.ok(
      lengths.every(length => length > 0),
      lengths.join(', '),
    );
    await workbench.screenshot('steps');
    await residual.scrollIntoViewIfNeeded();
    await workbench.screenshot('steps-residual');
  });

  it('all of it without a serious violation for axe', async () => {
    for (const name of ['Lines', 'Text', 'Steps', 'Matrix']) {
      await tab(name).click();
      assert.deepEqual(await seriousViolations(workbench), [], name);
    }
  });

  it('measures of the head stand beside it', async () => {
    await panel.frame.locator('headlight-measures').getByText('previous', { exact: true }).waitFor();
    let sum = 0;
    for (let query = 2; query < reference.ids.length; query++) sum += shipped('2.1', query, query - 1);
    const mean = sum / (reference.ids.length - 2);
    const line = panel.frame.locator('headlight-measures li', { hasText: 'previous' });
    assert.ok(
      Math.abs(Number((await line.innerText()).split(/\s+/).at(-1)) - mean) < 0.006,
      `${await line.innerText()} against ${mean}`,
    );
  });

  it('a head switched off changes what the model says', async () => {
    await panel.frame.getByRole('button', { name: 'Switch Off' }).click();
    const table = panel.frame.locator('headlight-effect table');
    await table.waitFor();
    assert.ok((await table.locator('tbody tr').count()) >= 5);
    const bits = await panel.frame.locator('headlight-effect').getByText(inWords(/^KL/)).innerText();
    assert.match(bits, /^KL (<0\.001|\d+\.\d+) bits$/);
    await workbench.screenshot('switched-off');
    await panel.frame.getByRole('button', { name: 'Switch On' }).click();
    await table.waitFor({ state: 'detached' });
  });

  it('continues the text, and replays what was written', async () => {
    await panel.frame.getByRole('button', { name: 'Continue the Text' }).click();
    await panel.title(/ · 39 tokens · /).waitFor();
    const slider = panel.frame.locator('headlight-continue input[type=range]');
    await slider.focus();
    await workbench.page.keyboard.press('Home');
    await panel.queryIs(30);
    await workbench.page.keyboard.press('ArrowRight');
    await panel.queryIs(31);
    await workbench.screenshot('generation');
  });

  for (const width of [400, 1800]) {
    it(`at ${width} pixels nothing is cut off at the side, and what has the focus shows it`, async () => {
      const { page } = workbench;
      await panel.widen(width);
      for (const name of ['Matrix', 'Lines', 'Text', 'Steps', 'Compare', 'Logit Lens', 'Block', 'Mechanisms', 'Cost']) {
        await tab(name).click();
        await panel.frame.locator(`[role=tabpanel][aria-label="${name}"]`).waitFor();
        if (name === 'Steps') await panel.frame.locator('headlight-steps table').first().waitFor();
        if (name === 'Compare') await panel.frame.locator('headlight-compared-matrix').first().waitFor();
        assert.deepEqual(await panel.frame.evaluate(wideParts), [], name);
        if (width === 400 && (name === 'Steps' || name === 'Compare')) {
          await workbench.screenshot(`narrow-${name.toLowerCase()}`);
        }
        for (let presses = 0; presses < 12; presses++) {
          await page.keyboard.press('Tab');
          assert.equal(await panel.frame.evaluate(focusIsSeen), '', `${name}, after ${presses + 1} Tabs`);
        }
      }
    });
  }

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});

/** What reaches beyond the panel's right edge, but for wide tables that scroll by themselves and lines that end in dots. Runs in the webview. */
function wideParts(): string[] {
  const found: string[] = [];
  const walk = (part: Element, host: string) => {
    const { overflowX, position, visibility } = getComputedStyle(part);
    if (
      visibility === 'hidden' ||
      position === 'fixed' ||
      part.matches('.hints, .said') ||
      (overflowX === 'auto' && host !== 'headlight-steps-table')
    ) {
      return;
    }
    if (part.getBoundingClientRect().right > innerWidth + 1) {
      found.push(`${part.localName}.${part.classList.value} of ${host}`);
    }
    for (const child of part.children) walk(child, host);
    for (const child of part.shadowRoot?.children ?? []) walk(child, part.localName);
  };
  walk(document.body, 'the page');
  return document.documentElement.scrollWidth > innerWidth ? [...found, 'the document'] : found;
}

/** Empty where what has the focus, or a part of it, is outlined; else what it is. Runs in the webview. */
function focusIsSeen(): string {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  if (!focused || focused === document.body) return '';
  const seen = [focused, ...focused.querySelectorAll('*')].some(part => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(part);
    return (
      (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) ||
      boxShadow !== 'none' ||
      borderColor === 'rgb(0, 120, 212)'
    );
  });
  return seen
    ? ''
    : `${focused.localName}.${focused.classList.value} of ${(focused.getRootNode() as ShadowRoot).host?.localName ?? 'the page'}`;
}
