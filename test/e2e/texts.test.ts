import assert from 'node:assert/strict';
import { useWorkbench } from './support/useWorkbench';
import { seriousViolations } from './support/axe';
import { inWords } from './support/inWords';

const command = 'Headlight: Explain Attention';

describe('other texts and models', () => {
  const { workbench, panel } = useWorkbench();

  it('emoji, combining marks, Chinese, Arabic and tabs: the caret finds its token, each in its line', async () => {
    await workbench.openFile('unicode.txt');
    await workbench.selectAll();
    await workbench.runCommand(command);
    await panel.find();
    await panel.title(/^unicode\.txt, lines 1–10/).waitFor();
    await panel.picture();
    await workbench.screenshot('unicode');
    await workbench.focusEditor();
    const places = [
      [1, 8, 'part 1 of 22 of 👨‍👩‍👧‍👦'],
      [2, 1, 'part 1 of 3 of e\u0301'],
      [3, 1, 'part 1 of 3 of 中'],
      [9, 1, 'tab'],
      [10, 1, 'na'],
    ] as const;
    for (const [line, column, token] of places) {
      await workbench.goTo(line, column);
      await panel.frame
        .locator(`headlight-text [role=option][aria-selected=true][aria-label$=" ${token}"]`)
        .waitFor({ state: 'attached' });
    }
  });

  async function explainLines(file: string, [first, last]: readonly [number, number], title: RegExp): Promise<void> {
    await workbench.openFile(file);
    await workbench.selectLines(first, last);
    await workbench.runCommand(command);
    await panel.title(title).waitFor();
  }

  it('an untitled document', async () => {
    await workbench.page.keyboard.press('Control+1');
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.page.keyboard.type('let answer = 42');
    await workbench.status(/^Ln 1, Col 16$/).waitFor();
    await workbench.runCommand(command);
    await panel.title(/^Untitled-1, line 1/).waitFor();
  });

  it('a cell of a notebook', async () => {
    await workbench.openFile('analysis/prices.ipynb', false);
    const cell = workbench.page.locator('.notebookOverlay .cell-editor-container .view-line', { hasText: 'def total' });
    await cell.click();
    await workbench.page.keyboard.press('Control+A');
    await workbench.runCommand(command);
    await panel.title(/^prices\.ipynb, cell 3, lines 1–2/).waitFor();
    await panel.picture();
    await workbench.screenshot('notebook');
    // A cell that is selected and not edited is explained as a whole.
    await cell.click();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.runCommand(command);
    await panel.title(/^prices\.ipynb, cell 2, lines 1–3/).waitFor();
  });

  it('a written date, and how tiny-dates reads it', async () => {
    await workbench.useModel('tiny-dates');
    await explainLines('dates.txt', [1, 1], /^dates\.txt, line 1/);
    await panel.frame.locator('headlight-details').getByText('2021-03-03').waitFor();
    await panel.frame.getByRole('heading', { name: /^Cross head .*key/ }).waitFor();
    await panel.picture();
    await workbench.screenshot('dates');
  });

  it('the date’s blocks: of the decoder with cross-attention, and of the encoder', async () => {
    await panel.show('Block');
    const block = panel.frame.locator('headlight-block');
    const adds = block.locator('.table [role=rowheader]', { hasText: 'adds' });
    await adds.nth(2).waitFor();
    assert.deepEqual(await adds.allInnerTexts(), ['attention adds', 'cross-attention adds', 'feed-forward adds']);
    await block
      .getByText(/x‴ = norm\(x″ \+ FFN\(x″\)\)/)
      .first()
      .waitFor();
    assert.ok((await block.getByRole('button', { name: /^head \d\.\d adds/ }).count()) > 4);
    assert.equal(await block.locator('.bars button[aria-pressed=true]').count(), 1);
    await workbench.screenshot('block-cross');
    assert.deepEqual(await seriousViolations(workbench), []);
    await block.getByRole('combobox', { name: 'Block' }).selectOption('encoder 0');
    await block.locator('.table [role=rowheader]', { hasText: 'position embedding' }).waitFor();
    assert.deepEqual(await adds.allInnerTexts(), ['attention adds', 'feed-forward adds']);
    await block.getByText('what this stream ends in is read by the decoder').waitFor();
    await workbench.screenshot('block-encoder');
    await panel.show('Matrix');
  });

  it('a snippet, and which language tiny-code-classifier takes it for', async () => {
    await workbench.useModel('tiny-code-classifier');
    await explainLines('analysis/prices.py', [12, 15], /^prices\.py, lines 12–15/);
    await panel.frame
      .getByRole('list', { name: 'What the model takes the text for' })
      .getByText(inWords(/python/i))
      .waitFor();
    await panel.picture();
    await workbench.screenshot('classifier');
  });

  it('are drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
