import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { useWorkbench } from './support/useWorkbench';

/** What a model's author may write where one word is meant. */
const modelType =
  'gpt2 ![x](https://stranger.example/a.png) <img src=https://stranger.example/b.png> [c](command:workbench.action.quit) \u202e';
const folder = '$(trash) [d](command:workbench.action.quit)';
const labelled = '<img src=x onerror=alert(1)> $(sync~spin)';
const markup = '<img src=https://stranger.example/c.png onerror=alert(1)> ![x](https://stranger.example/d.png)';
const file = 'hostile <b> $(trash) ![x](y).ts';

describe('a model of the workspace with markup in its texts', () => {
  const asked: string[] = [];
  const { workbench, panel } = useWorkbench(session => {
    const model = session.inWorkspace(path.join('models', folder));
    cpSync('media/models/tiny-code-gpt', model, { recursive: true });
    const config = path.join(model, 'config.json');
    const own = JSON.parse(readFileSync(config, 'utf8')) as Record<string, unknown>;
    writeFileSync(config, JSON.stringify({ ...own, model_type: modelType }));
    const classifier = session.inWorkspace(path.join('models', labelled));
    cpSync('media/models/tiny-code-classifier', classifier, { recursive: true });
    const settings = path.join(classifier, 'config.json');
    const { id2label, ...rest } = JSON.parse(readFileSync(settings, 'utf8')) as { id2label: object };
    const labels = Object.fromEntries(Object.keys(id2label).map((id, i) => [id, `${markup} ${i}`]));
    writeFileSync(settings, JSON.stringify({ ...rest, id2label: labels }));
    writeFileSync(session.inWorkspace(file), `const a = 1; // ${markup}\n`);
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

  it('is text in the panel, its tab and the status bar: the name of the file, the text, the model and its classes', async () => {
    await workbench.runCommand('Headlight: Choose Model…', false);
    await workbench.pick('<img src=x onerror', labelled);
    await workbench.statusBarItem(/<img src=x onerror=alert\(1\)>/).waitFor();
    await workbench.runCommand('Go to File...', false);
    await workbench.pick('hostile', 'hostile <b>');
    await workbench.focusEditor();
    await workbench.selectAll();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.picture();
    await panel.title(/^hostile <b> \$\(trash\) !\[x\]\(y\)\.ts/).waitFor();
    assert.match((await panel.tokens.allInnerTexts()).join(''), /<img/);
    await panel.frame.getByText('![x](https://stranger.example/d.png)').first().waitFor();
    assert.equal(await panel.frame.locator('img[onerror], img[src*=stranger], a[href*=stranger]').count(), 0);
    assert.equal(await workbench.page.locator('.statusbar img, .tab img, .statusbar .codicon-sync').count(), 0);
    await workbench.screenshotInAllThemes('hostile-panel');
    assert.deepEqual(
      asked.filter(url => url.includes('stranger.example')),
      [],
    );
  });
});
