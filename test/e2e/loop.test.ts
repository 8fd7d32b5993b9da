import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { seriousViolations } from './support/axe';
import { AttentionPanel } from './support/attentionPanel';
import { usePanel } from './support/usePanel';
import { otherThemes, themes } from './support/workbench';

/** A text that is edited while its run is shown. */
describe('the loop of editing and explaining', () => {
  const { workbench, panel } = usePanel(
    session => writeFile(session.inWorkspace('other.ts'), 'const other = [4, 5];\n'),
    // As on the desktop: in a browser VS Code saves by itself. Typing is measured beside all that VS Code runs.
    { settings: { 'files.autoSave': 'off' }, allBuiltIn: true },
  );

  before(async () => {
    await workbench.page.setViewportSize({ width: 1280, height: 720 });
    await workbench.showSidebar();
    await workbench.closePanes('Lens', 'Images');
  });

  const runs = () => workbench.tree('Runs').locator('.monaco-list-row');
  const changed = () => panel.frame.locator('headlight-bar').getByText('The text has changed');
  const text = async () => (await panel.tokens.allInnerTexts()).join('');
  const textHas = (words: RegExp) => workbench.page.waitForFunction(() => true).then(() => waitForText(words));
  async function waitForText(words: RegExp) {
    for (let tries = 0; tries < 100 && !words.test(await text()); tries++) await workbench.page.waitForTimeout(100);
    assert.match(await text(), words);
  }
  /** Puts a word in the place of another in the first line of the editor. */
  async function replace(column: number, word: string) {
    await workbench.focusEditor();
    await workbench.goTo(1, column);
    await workbench.page.keyboard.press('Control+Shift+ArrowRight');
    await workbench.page.keyboard.type(word);
    await workbench.page.keyboard.press('Escape');
  }

  it('says in the panel and in the Runs view that the text has changed', async () => {
    assert.equal(await changed().count(), 0);
    await replace(7, 'things');
    await changed().waitFor();
    await runs()
      .first()
      .getByText(/changed since/)
      .waitFor();
    await workbench.screenshot('loop-changed-dark');
  });

  it('says nothing of it where the text is again what it was', async () => {
    await workbench.page.keyboard.press('Control+Z');
    for (let tries = 0; tries < 10 && (await changed().count()) > 0; tries++) {
      await workbench.page.keyboard.press('Control+Z');
    }
    await changed().waitFor({ state: 'hidden' });
    await replace(7, 'things');
    await changed().waitFor();
  });

  it('explains it again by a chord, and keeps the run before: its predictions, what differs, the heads that moved', async () => {
    await workbench.page.keyboard.press('Control+Alt+H');
    await workbench.page.keyboard.press('a');
    await textHas(/things/);
    await changed().waitFor({ state: 'hidden' });
    const before = panel.frame.locator('headlight-before');
    await before.getByText('“things” for “items”').waitFor();
    const table = panel.frame.locator('headlight-details table');
    assert.deepEqual((await table.locator('thead th').allInnerTexts()).slice(1), ['now', 'before']);
    assert.match(await table.locator('tbody tr').first().innerText(), /\d\.\d+\s+(< )?\d\.\d+/);
    await before.locator('.moved .link').first().waitFor();
    const marked = panel.frame.locator('headlight-heads .moved');
    await marked.first().waitFor();
    assert.equal(await marked.count(), await before.locator('.moved .link').count());
    assert.match(
      (await marked.first().getAttribute('aria-label')) ?? '',
      /moved most since the run before: 0\.\d+ bits/,
    );
    await workbench.screenshot('loop-again-dark');
    await workbench.page.setViewportSize({ width: 1900, height: 1100 });
    await workbench.screenshot('loop-again-wide-dark');
    await before.scrollIntoViewIfNeeded();
    await workbench.screenshot('loop-before-dark');
    await workbench.page.setViewportSize({ width: 1280, height: 720 });
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('tells the two runs apart in the Runs view by file, lines, what differs, model and time', async () => {
    const [last, first] = await runs().allInnerTexts();
    assert.match(last, /^\s*reference\.ts 1–\d+\s*“things” for “items” · tiny-code-gpt · \w+ · \d+:\d\d/);
    assert.match(first, /^\s*reference\.ts 1–\d+\s*const items.* · tiny-code-gpt · \w+ · \d+:\d\d/);
  });

  it('explains it again by a click and by E in the panel', async () => {
    await replace(7, 'boxes');
    await panel.frame.getByRole('button', { name: 'Explain Again' }).click();
    await textHas(/boxes/);
    await replace(7, 'books');
    await changed().waitFor();
    await panel.frame.getByRole('gridcell', { selected: true }).focus();
    await workbench.page.keyboard.press('e');
    await textHas(/books/);
  });

  it('keeps up as one types, in few runs, and typing is never held up', async () => {
    // The text as it was first, and with each of three words.
    await runs().nth(3).waitFor();
    await panel.frame.getByRole('combobox', { name: 'Keep up with edits' }).selectOption('type');
    await replace(7, 'words');
    await textHas(/words/);
    const started = Date.now();
    for (const word of ['a', 'bc', 'def', 'gh', 'i']) {
      await workbench.page.keyboard.type(word, { delay: 20 });
      await workbench.page.waitForTimeout(350);
    }
    assert.ok(Date.now() - started < 12_000, `${Date.now() - started} ms to type 9 letters`);
    await workbench.page.keyboard.press('Escape');
    await textHas(/wordsabcdefghi/);
    // Of those that nobody asked for, the last and the one before it.
    await runs().nth(6).waitFor({ state: 'hidden' });
    assert.equal(await runs().count(), 6);
    assert.equal(await changed().count(), 0);
    await workbench.screenshot('loop-keep-up-dark');
  });

  it('keeps up on save', async () => {
    await panel.frame.getByRole('combobox', { name: 'Keep up with edits' }).selectOption('save');
    await replace(7, 'saved');
    await changed().waitFor();
    await workbench.page.keyboard.press('Control+S');
    await textHas(/saved/);
    await changed().waitFor({ state: 'hidden' });
    await panel.frame.getByRole('combobox', { name: 'Keep up with edits' }).selectOption('off');
  });

  it('compares with the run before at a click', async () => {
    await panel.frame.getByRole('button', { name: 'Compare with the Run Before' }).click();
    await panel.frame.locator('headlight-compare-runs headlight-pair-distances').waitFor();
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
  });

  it('runs another model on the same text: the model in the bar is a button', async () => {
    await panel.frame.locator('headlight-bar button.chip').click();
    await workbench.pick('classifier', 'tiny-code-classifier');
    await panel.frame.locator('headlight-bar .chip', { hasText: 'tiny-code-classifier' }).waitFor();
    await textHas(/saved/);
    await panel.frame.locator('headlight-before', { hasText: 'tiny-code-gpt' }).waitFor();
    assert.match(await runs().first().innerText(), /tiny-code-classifier/);
  });

  for (const [theme, name] of otherThemes.slice(0, 2)) {
    it(`is readable in ${theme}`, async () => {
      await workbench.chooseTheme(theme);
      await panel.frame.locator(`body.${themes[theme]}`).waitFor();
      await replace(7, `theme${name.length}`);
      await changed().waitFor();
      await workbench.screenshot(`loop-${name}`);
      assert.deepEqual(await seriousViolations(workbench), []);
      assert.deepEqual(workbench.consoleErrors, []);
    });
  }

  it('a pinned panel keeps its run: the next text is explained in another', async () => {
    await panel.frame.getByRole('button', { name: /^Pin/ }).click();
    await panel.frame.getByRole('button', { name: /^Unpin/ }).waitFor();
    await workbench.openFile('other.ts');
    await workbench.selectAll();
    await workbench.page.keyboard.press('Control+Alt+H');
    await workbench.page.keyboard.press('e');
    await AttentionPanel.find(workbench, /other\.ts/);
    await panel.title(/reference\.ts/).waitFor();
  });

  it('is pinned and keeps up as it was after a reload', async () => {
    await panel.frame.getByRole('combobox', { name: 'Keep up with edits' }).selectOption('save');
    await workbench.page.waitForTimeout(500);
    await workbench.reloadWindow();
    await workbench.headlight();
    await panel.find(/reference\.ts/);
    await panel.picture();
    await panel.frame.getByRole('button', { name: /^Unpin/ }).waitFor();
    assert.equal(await panel.frame.getByRole('combobox', { name: 'Keep up with edits' }).inputValue(), 'save');
    const other = await AttentionPanel.find(workbench, /other\.ts/);
    await other.frame.getByRole('button', { name: /^Pin/ }).waitFor();
    await workbench.openFile('reference.ts');
    await replace(7, 'reloaded');
    await workbench.page.keyboard.press('Control+S');
    await textHas(/reloaded/);
  });
});
