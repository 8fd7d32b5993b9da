import assert from 'node:assert/strict';
import { useWorkbench } from './support/useWorkbench';

describe('the attention lens', () => {
  const { workbench } = useWorkbench();

  before(async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.showSidebar();
    // The lens has room for all its rows then.
    await workbench.closePanes('Runs', 'Images');
  });

  const pane = () => workbench.pane('Lens');
  const rows = () => workbench.tree('Lens').locator('.monaco-list-row');
  const head = (text: RegExp) => rows().first().filter({ hasText: text });
  const hoverItem = () =>
    workbench
      .editor()
      .locator('.view-line', { hasText: 'const missing' })
      .getByText('item', { exact: true })
      .first()
      // Not in its middle: there the caret's own line would lie under the pointer.
      .hover({ position: { x: 3, y: 8 } });

  it('is off at first, says what it does, and a button turns it on', async () => {
    const welcome = pane().locator('.welcome-view-content');
    await welcome.filter({ hasText: /what the token at the caret looks at/ }).waitFor();
    assert.equal(await workbench.highlights.count(), 0);
    await workbench.focusEditor();
    await workbench.goTo(7, 23);
    await welcome.getByRole('button', { name: 'Turn On Attention Lens' }).click();
    await head(/Mean of all 24 heads.*from “item” · tiny-code-gpt/).waitFor();
    await workbench.highlights.first().waitFor();
    assert.equal(await rows().count(), 11);
    await workbench.screenshot('lens-dark');
  });

  it('leaves the first token out at a command, and says so', async () => {
    const words = async () => (await rows().allInnerTexts()).slice(1).join();
    const before = await words();
    await workbench.runCommand('Headlight: Leave Out the First Token, or No Longer');
    await head(/Mean of all 24 heads without the first token/).waitFor();
    const without = await words();
    assert.notEqual(without, before);
    assert.doesNotMatch(without, /special token/);
    await pane().getByText('The first token is left out; weights are divided by what is left.').waitFor();
    await workbench.screenshot('lens-without-first');
    await workbench.runCommand('Headlight: Leave Out the First Token, or No Longer');
    await head(/Mean of all 24 heads\s*from/).waitFor();
    assert.equal(await words(), before);
  });

  it('reads in a light theme and in high contrast', async () => {
    await workbench.chooseTheme('Light Modern');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('lens-light');
    await workbench.chooseTheme('Dark High Contrast');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('lens-hc-dark');
    await workbench.chooseTheme('Dark Modern');
  });

  it('shows another head, chosen in the view', async () => {
    await rows().first().click();
    await workbench.pick('Head 2.1', 'Head 2.1');
    await head(/Head 2\.1/).waitFor();
    await workbench.screenshot('lens-head');
  });

  it('tells the numbers where the pointer rests', async () => {
    await workbench.focusEditor();
    await workbench.goTo(7, 23);
    await head(/from “item”/).waitFor();
    await hoverItem();
    const hover = workbench.page.locator('.monaco-hover', {
      hasText: /“item” gets \d\.\d\d of what it looks at itself \(head 2\.1\)\./,
    });
    await hover.first().waitFor();
    await workbench.screenshot('lens-hover');
  });

  it('follows the caret and what is typed', async () => {
    await workbench.goTo(6, 20);
    await head(/from “of”/).waitFor();
    await workbench.goTo(12, 15);
    await workbench.page.keyboard.type(' // item', { delay: 30 });
    await head(/from “item”/).waitFor();
    await workbench.screenshot('lens-typed');
  });

  it('brings a token into view at a click and leaves the caret where it is', async () => {
    const before = await workbench.status(/^Ln/).innerText();
    const marks = await workbench.highlights.count();
    await rows().nth(2).click();
    await workbench.page.waitForTimeout(300);
    assert.equal(await workbench.status(/^Ln/).innerText(), before);
    assert.ok((await workbench.highlights.count()) > marks);
  });

  it('shows the encoder’s attention in both directions, and that of an encoder-decoder’s encoder', async () => {
    await workbench.focusEditor();
    await workbench.goTo(7, 23);
    await workbench.useModel('tiny-code-classifier');
    await head(/tiny-code-classifier/).waitFor();
    assert.equal(await rows().count(), 11);
    await workbench.highlights.first().waitFor();
    await hoverItem();
    await workbench.page
      .locator('.monaco-hover', { hasText: /“item” gets [<\d].* of what it looks at itself/ })
      .first()
      .waitFor();
    await workbench.screenshot('lens-encoder', true);
    await workbench.openFile('dates.txt');
    await workbench.useModel('tiny-dates');
    await head(/encoder head/).waitFor();
    await workbench.highlights.first().waitFor();
    assert.equal(await rows().count(), 11);
    await workbench.focusEditor();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('7 may', { delay: 30 });
    await head(/from “y”.*tiny-dates/).waitFor();
    await workbench.highlights.first().waitFor();
    await workbench.screenshot('lens-encoder-decoder');
    await workbench.useModel('tiny-code-gpt');
  });

  it('leaves no trace when it is off', async () => {
    await head(/tiny-code-gpt/).waitFor();
    await workbench.runCommand('Headlight: Toggle Attention Lens');
    await pane().locator('.welcome-view-content').getByRole('button', { name: 'Turn On Attention Lens' }).waitFor();
    assert.equal(await workbench.highlights.count(), 0);
    assert.equal(await rows().count(), 0);
    await workbench.openFile('src/shoppingList.ts');
    assert.equal(await workbench.highlights.count(), 0);
    await workbench.screenshot('lens-off');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
