import assert from 'node:assert/strict';
import { useWorkbench } from './support/useWorkbench';

describe('the sidebar', () => {
  const { workbench, panel } = useWorkbench();

  before(async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.showSidebar();
  });

  const models = () => workbench.tree('Models');
  const runs = () => workbench.tree('Runs');

  it('says what to do while there is no run, and a button does it', async () => {
    const welcome = workbench.pane('Runs').locator('.welcome-view-content');
    await welcome.getByText(/Select text or code/).waitFor();
    await workbench.screenshotInAllThemes('sidebar-welcome');
    await workbench.focusEditor();
    await workbench.selectLines(5, 8);
    await welcome.getByRole('button', { name: 'Explain Attention' }).click();
    await runs()
      .getByText(/shoppingList\.ts 5–8/)
      .waitFor();
  });

  it('shows the models, the one in use marked', async () => {
    const rows = models().locator('.monaco-list-row');
    assert.deepEqual(await rows.locator('.label-name').allInnerTexts(), [
      'Built In',
      'tiny-code-gpt',
      'tiny-code-classifier',
      'tiny-dates',
      'tiny-captioner',
      'Recommended from the Hub',
    ]);
    assert.deepEqual(
      (await rows.allInnerTexts()).map(text => text.includes('in use')),
      [false, true, false, false, true, false],
    );
    await panel.find();
    await panel.picture();
    await workbench.screenshot('sidebar');
  });

  it('uses another model at a click, which the status bar shows', async () => {
    await models().getByText('tiny-code-classifier').click();
    await workbench.statusBarItem(/tiny-code-classifier/).waitFor();
    await models()
      .locator('.monaco-list-row', { hasText: 'tiny-code-classifier' })
      .getByText(/in use/)
      .waitFor();
    await models().getByText('tiny-code-gpt').click();
    await workbench.headlight();
  });

  it('chooses a model from the status bar', async () => {
    await workbench.statusBarItem(/tiny-code-gpt/).click();
    await workbench.pick('tiny-dates', 'tiny-dates');
    await workbench.statusBarItem(/tiny-dates/).waitFor();
    await workbench.useModel('tiny-code-gpt');
  });

  it('lists a second run first, and shows the first again at a click', async () => {
    await workbench.openFile('src/pantry.ts');
    await workbench.selectLines(2, 6);
    await workbench.runCommand('Headlight: Explain Attention');
    await runs()
      .getByText(/pantry\.ts 2–6/)
      .waitFor();
    const names = await runs().locator('.monaco-list-row').allInnerTexts();
    assert.match(names[0], /^\s*pantry\.ts 2–6\s*export interface.* · tiny-\S+ · \w+ · \d+:\d\d/);
    assert.match(names[1], /^\s*shoppingList\.ts 5–8\s*const list/);
    await runs()
      .getByText(/shoppingList\.ts 5–8/)
      .click();
    await workbench.tab('Attention: shoppingList.ts').waitFor();
  });

  it('renames a run with F2', async () => {
    await runs()
      .getByText(/shoppingList\.ts 5–8/)
      .click();
    await workbench.page.keyboard.press('F2');
    await workbench.answer('the list');
    await runs().getByText('the list').waitFor();
  });

  it('deletes runs, with the key and with the button', async () => {
    await runs().getByText('the list').click();
    await workbench.page.keyboard.press('Delete');
    await runs().getByText('the list').waitFor({ state: 'hidden' });
    await runs()
      .getByText(/pantry\.ts 2–6/)
      .hover();
    await runs().getByRole('button', { name: 'Delete Run' }).click();
    await workbench.pane('Runs').locator('.welcome-view-content').waitFor();
  });
});
