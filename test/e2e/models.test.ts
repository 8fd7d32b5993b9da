import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { repositoryOfFolder } from '../support/hubServer';
import { useHub } from './support/useHub';

describe('models of the hub, in the sidebar', () => {
  const { session, workbench, panel, hub } = useHub(() => {
    const repository = repositoryOfFolder('media/models/tiny-code-gpt', {
      task: 'text-generation',
      licence: 'mit',
      languages: ['en'],
    });
    return {
      'Xenova/distilbert-base-uncased': repository,
      'headlight/hub-gpt': repository,
      'headlight/gated-gpt': { ...repository, gated: true },
      'HuggingFaceTB/SmolLM2-135M-Instruct': repositoryOfFolder('test/fixtures/models/tiny-chat'),
    };
  });

  before(async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.showSidebar();
    await workbench.closePanes('Runs', 'Lens', 'Images');
  });

  const row = (name: string) => workbench.tree('Models').locator('.monaco-list-row', { hasText: name });
  const button = async (name: string, label: string) => {
    await row(name).hover();
    await row(name).getByRole('button', { name: label }).click();
  };

  async function add(id: string): Promise<void> {
    await workbench.runCommand('Headlight: Add Model…', false);
    await workbench.pick('From the Hub', 'From the Hub', false);
    await workbench.answer(id, false);
  }

  it('takes the name of a model in the first list already', async () => {
    await workbench.runCommand('Headlight: Add Model…', false);
    await workbench.pick('headlight/hub-gpt', 'headlight/hub-gpt', false);
    await workbench.page.locator('.quick-input-title', { hasText: 'Download headlight/hub-gpt' }).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('recommends models by task, with size, languages and licence', async () => {
    await row('Recommended from the Hub').click();
    await row('Fill Masks').click();
    // The test's hub has one of them, and says so of the others.
    await row('distilbert-base-uncased').first().getByText('5.7 MB (fp16) · en · mit').waitFor();
    await row('bert-base-multilingual-cased').getByText('not on the hub').waitFor();
    await workbench.screenshot('models-recommended');
    await row('Recommended from the Hub').click();
  });

  it('shows a model’s architecture as a document', async () => {
    await workbench.chooseFromMenu(row('tiny-code-gpt'), 'Show Architecture');
    const preview = await workbench.headlightFrame('#what-configjson-says');
    await preview.getByText('Vocabulary').waitFor();
    await workbench.screenshot('models-architecture');
    await workbench.runCommand('View: Close Editor');
  });

  it('says what a model takes before it downloads, shows how far it is, and stops and goes on', async () => {
    await add('headlight/hub-gpt');
    const choice = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'fp16' });
    await choice.getByText('5.7 MB').waitFor();
    await workbench.screenshot('models-precision');
    hub().trouble({ path: /\.onnx\?/, slow: 40 });
    await choice.click();
    await row('hub-gpt')
      .getByText(/fp16 · [1-9]\d? % of 5\.7 MB/)
      .waitFor();
    await workbench.screenshot('models-downloading');
    await button('hub-gpt', 'Cancel Download');
    await row('hub-gpt')
      .getByText(/stopped at \d+ %/)
      .waitFor();
    hub().calm();
    await button('hub-gpt', 'Download Model…');
    await workbench.notification(/headlight\/hub-gpt \(fp16\) is downloaded/).waitFor();
    await workbench.screenshot('models-downloaded-dark');
  });

  it('uses it, and explains with it', async () => {
    await workbench.page.getByRole('button', { name: 'Use It' }).click();
    await workbench.statusBarItem(/hub-gpt:fp16/).waitFor();
    await row('fp16 · 5.7 MB')
      .getByText(/in use/)
      .waitFor();
    await workbench.selectLines(5, 8);
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.picture();
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('models-downloaded-light');
    await workbench.chooseTheme('Dark Modern');
  });

  const downloaded = () => row('fp16 · 5.7 MB');

  it('copies its name, as the hub knows it', async () => {
    // What is said stands in the status bar for a moment only.
    const said = workbench.page.locator('.statusbar-item', { hasText: 'Copied headlight/hub-gpt' }).waitFor();
    await Promise.all([said, workbench.chooseFromMenu(downloaded(), 'Copy Model’s Name')]);
  });

  it('asks the hub for its other precisions', async () => {
    await workbench.chooseFromMenu(downloaded(), 'Choose Precision…');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'fp16' })
      .getByText('5.7 MB')
      .waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('opens its folder, here in a window of its own, since VS Code runs in a browser', async () => {
    const [page] = await Promise.all([
      workbench.page.context().waitForEvent('page'),
      workbench.chooseFromMenu(downloaded(), 'Open Model’s Folder'),
    ]);
    assert.match(decodeURIComponent(page.url()), /headlight\/hub-gpt\/fp16/);
    await page.close();
  });

  it('is found by keyboard, and deleted after a question, and a built-in model is used again', async () => {
    const { keyboard } = workbench.page;
    await workbench.runCommand('Headlight: Focus on Models View');
    await keyboard.press('Home');
    const focused = workbench.tree('Models').locator('.monaco-list-row.focused');
    for (let lines = 0; lines < 30 && !(await focused.getByText('fp16 · 5.7 MB').isVisible()); lines++) {
      await keyboard.press('ArrowDown');
    }
    await keyboard.press('Shift+F10');
    await workbench.menuEntry('Delete Model').waitFor();
    // A menu takes no key in the moment in which it opens.
    await workbench.page.waitForTimeout(500);
    await keyboard.press('ArrowUp');
    await workbench.page.locator('.context-view .action-item.focused', { hasText: 'Delete Model' }).waitFor();
    await keyboard.press('Enter');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete headlight/hub-gpt (fp16) from this machine?').waitFor();
    // A key before the dialog has the focus would go to the list.
    await dialog.locator('.monaco-button:focus').press('Enter');
    await downloaded().waitFor({ state: 'hidden' });
    await workbench.headlight();
  });

  it('can be downloaded again, and used in this workspace alone', async () => {
    await add('headlight/hub-gpt');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'fp16' }).click();
    await workbench.notification(/headlight\/hub-gpt \(fp16\) is downloaded/).waitFor();
    await workbench.dismissNotifications();
    await workbench.chooseFromMenu(downloaded(), 'Use Model in This Workspace');
    await workbench.statusBarItem(/hub-gpt:fp16/).waitFor();
    const settings = JSON.parse(await readFile(session.inWorkspace('.vscode/settings.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    assert.equal(settings['headlight.model'], 'headlight/hub-gpt:fp16');
  });

  it('offers to set a token where a model is gated', async () => {
    await add('headlight/gated-gpt');
    await workbench.notification(/headlight\/gated-gpt is gated/).waitFor();
    await workbench.screenshot('models-gated');
    await workbench.page.getByRole('button', { name: 'Set Hub Token…' }).click();
    await workbench.page.locator('.quick-input-widget input[type=password]').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.dismissNotifications();
  });

  it('clears the cache after it said how much there is, and goes back to a built-in model', async () => {
    await workbench.runCommand('Headlight: Clear Cache…');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete all downloaded models (5.7 MB)?').waitFor();
    await dialog.getByRole('button', { name: 'Clear Cache' }).click();
    await workbench.headlight();
    await row('Downloaded').waitFor({ state: 'hidden' });
  });

  it('reads a message with the model that is recommended for it, as soon as that is downloaded', async () => {
    await workbench.useModel('tiny-code-gpt');
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(1, 1);
    await workbench.runCommand('Headlight: Explain Attention as Chat Message');
    await panel.find();
    await panel.frame.getByRole('button', { name: 'Choose Model…' }).click();
    await workbench.pick('SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct', false);
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'fp32' }).click();
    await panel.title(/^shoppingList\.ts, line 1, as a message /).waitFor();
    await panel.picture();
    await panel.frame.locator('headlight-bar .chip', { hasText: 'SmolLM2-135M-Instruct' }).waitFor();
    // It is used already.
    assert.equal(await workbench.notification(/SmolLM2-135M-Instruct .*is downloaded/).count(), 0);
  });
});
