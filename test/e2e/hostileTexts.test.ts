import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { useWorkbench } from './support/useWorkbench';

/** What a model's author may write where one word is meant. */
const modelType =
  'gpt2 ![x](https://stranger.example/a.png) <img src=https://stranger.example/b.png> [c](command:workbench.action.quit) \u202e';
const folder = '$(trash) [d](command:workbench.action.quit)';

describe('a model of the workspace with markup in its texts', () => {
  const asked: string[] = [];
  const { workbench } = useWorkbench(session => {
    const model = session.inWorkspace(path.join('models', folder));
    cpSync('media/models/tiny-code-gpt', model, { recursive: true });
    const config = path.join(model, 'config.json');
    const own = JSON.parse(readFileSync(config, 'utf8')) as Record<string, unknown>;
    writeFileSync(config, JSON.stringify({ ...own, model_type: modelType }));
  });

  before(() => {
    workbench.page.on('request', request => asked.push(request.url()));
  });

  it('is text in the tree, its tooltip and the list of models, and nobody is asked for anything', async () => {
    await workbench.showSidebar();
    await workbench.closePanes('Runs', 'Lens', 'Images');
    const row = workbench.tree('Models').locator('.monaco-list-row', { hasText: folder });
    await row.hover();
    const hover = workbench.page.locator('.workbench-hover');
    await hover.getByText('![x](https://stranger.example/a.png)').waitFor();
    assert.match(await hover.innerText(), /<img src=https:\S+> \[c\]\(command:workbench\.action\.quit\) ⟨RLO⟩/);
    assert.equal(await hover.locator('img, a').count(), 0);
    await workbench.screenshot('hostile-tooltip');

    await workbench.runCommand('Headlight: Choose Model…', false);
    const item = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: folder });
    await item.waitFor();
    assert.equal(await item.locator('.codicon-trash, a[href], img').count(), 0);
    await workbench.page.keyboard.press('Escape');
    assert.deepEqual(
      asked.filter(url => url.includes('stranger.example')),
      [],
    );
  });
});
