import assert from 'node:assert/strict';
import { repositoryOfFolder } from '../support/hubServer';
import { useHub } from './support/useHub';
import { Workbench } from './support/workbench';

const id = 'headlight/hub-gpt';

/** Two windows of one VS Code: each has processes of its own, both have one storage. */
describe('two windows', () => {
  const {
    session,
    workbench: first,
    panel,
    hub,
  } = useHub(() => ({
    [id]: repositoryOfFolder('media/models/tiny-code-gpt', { task: 'text-generation' }),
  }));
  const second = new Workbench();
  before(() => session.openWorkbench(second));

  const row = (window: Workbench) => window.tree('Models').locator('.monaco-list-row', { hasText: 'hub-gpt' });
  const progress = (window: Workbench) => row(window).getByText(/fp16 · [1-9]\d? % of 5\.7 MB/);

  async function download(window: Workbench): Promise<void> {
    await window.showSidebar();
    await window.closePanes('Runs', 'Lens', 'Images');
    await window.runCommand('Headlight: Add Model…', false);
    await window.pick('From the Hub', 'From the Hub', false);
    await window.answer(id, false);
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'fp16' }).click();
    await progress(window).waitFor();
  }

  it('one downloads a model, the other shows the same progress, and both have it; every byte came once', async () => {
    hub().trouble({ path: /\.onnx\?/, slow: 60 });
    await download(first);
    await download(second);
    await row(second)
      .getByText(/in another window/)
      .waitFor();
    await second.screenshot('two-windows-second');
    assert.equal(
      await row(first)
        .getByText(/in another window/)
        .count(),
      0,
    );
    hub().hurry();
    for (const window of [first, second]) {
      await window.notification(/headlight\/hub-gpt \(fp16\) is downloaded/).waitFor();
    }
    const ranges = hub()
      .requests.filter(({ host }) => host === 'cdn')
      .map(({ range }) => range);
    assert.deepEqual(ranges, [undefined]);
  });

  it('Clear Cache in one leaves what the other has open, says so, and that one goes on', async () => {
    await first.page.getByRole('button', { name: 'Use It' }).click();
    await first.statusBarItem(/hub-gpt:fp16/).waitFor();
    await first.openFile('src/shoppingList.ts');
    await first.selectLines(5, 8);
    await first.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.picture();
    await second.dismissNotifications();
    await second.runCommand('Headlight: Clear Cache…');
    await second.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Clear Cache' }).click();
    await second
      .notification(/^All else is cleared; headlight\/hub-gpt \(fp16\) is in use in another window\.$/)
      .waitFor();
    await second.screenshot('two-windows-in-use');
    await first.selectLines(6, 9);
    await first.runCommand('Headlight: Explain Attention');
    await panel.title(/shoppingList\.ts, lines 6–9/).waitFor();
    await panel.picture();
    await panel.frame.locator('headlight-bar .chip', { hasText: 'hub-gpt' }).waitFor();
    assert.deepEqual([...first.consoleErrors, ...second.consoleErrors], []);
  });
});
