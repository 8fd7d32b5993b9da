import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { useWorkbench } from './support/useWorkbench';
import { inWords } from './support/inWords';

const disc = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="5" fill="${color}"/></svg>`;
const count = 90;

describe('many images', () => {
  let captioned: number;

  const { session, workbench } = useWorkbench(session => {
    for (const image of ['disc', 'shopping', 'stock']) {
      renameSync(session.inWorkspace(`images/${image}.svg`), session.inWorkspace(`images/${image}.txt`));
    }
    mkdirSync(session.inWorkspace('discs'));
    for (let i = 0; i < count; i++) {
      writeFileSync(session.inWorkspace(`discs/${i}.svg`), disc(`hsl(${i * 4}, 80%, 50%)`));
    }
  });
  const openImages = async () => {
    await workbench.showSidebar();
    await workbench.closePanes('Models', 'Runs', 'Lens');
  };
  /** What the view says beside its name. */
  const headed = (captioned: number, of = count) =>
    workbench.pane('Images').getByText(`${captioned} of ${of} captioned`);
  const row = (text: string) => workbench.tree('Images').locator('.monaco-list-row', { hasText: text });

  before(async () => {
    await openImages();
    await headed(0).waitFor();
  });

  it('Cancel in the notification ends the batch: nothing is queued any more, and what has a caption keeps it', async () => {
    await workbench.runCommand('Headlight: Caption Workspace Images');
    const notification = workbench.page.locator('.notifications-toasts .notification-list-item', {
      hasText: 'Captioning images',
    });
    await notification.getByText(new RegExp(`[3-9] of ${count}`)).waitFor();
    await row('queued').first().waitFor();
    await notification.hover();
    await notification.getByRole('button', { name: 'Cancel' }).click();
    await notification.waitFor({ state: 'detached' });
    const ended = await workbench.page
      .locator('.statusbar-item', { hasText: inWords(/Captioning ended: \d+ of 90 images have captions now/) })
      .innerText();
    captioned = Number(/ended: (\d+)/.exec(ended)?.[1]);
    assert.ok(captioned >= 3 && captioned < count, ended);
    await headed(captioned).waitFor();
    await workbench.pane('Images').hover();
    await workbench.pane('Images').locator('.action-label[aria-label^="Caption Workspace Images"]').waitFor();
    await row('queued').first().waitFor({ state: 'hidden' });
    assert.equal(await row('captioning…').count(), 0);
    // Nothing goes on behind it.
    await workbench.page.waitForTimeout(2000);
    assert.equal(await headed(captioned).count(), 1);
    await workbench.runCommand('Headlight: Filter Images…', false);
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: inWords(/^Queued\s*0/) }).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('the next batch takes only those that are left', async () => {
    await workbench.runCommand('Headlight: Caption Workspace Images');
    const notification = workbench.page.locator('.notifications-toasts .notification-list-item', {
      hasText: 'Captioning images',
    });
    await notification.getByText(new RegExp(` of ${count - captioned}\\b`)).waitFor();
    await headed(count).waitFor({ timeout: 60_000 });
    await notification.waitFor({ state: 'detached' });
  });

  it('Cancel while cells are covered one by one keeps what was measured, and one can go on', async () => {
    await workbench.runCommand('Headlight: Search Images…', false);
    await workbench.pick('discs/0.svg', 'discs/0.svg');
    const frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByText('Cover Cells One by One').click();
    await frame.getByText(inWords(/· [1-9]\d* of 64 cells/)).waitFor({ timeout: 60_000 });
    await frame.locator('vscode-button', { hasText: 'Cancel' }).click();
    await frame.locator('vscode-button', { hasText: 'Go On' }).waitFor();
    const progress = () => frame.getByText(inWords(/of 64 cells/)).innerText();
    const before = await progress();
    const measured = Number(/(\d+) of 64/.exec(before)?.[1]);
    assert.ok(measured > 0 && measured < 64, before);
    await workbench.page.waitForTimeout(1500);
    assert.equal(await progress(), before);
    await frame.getByText(inWords(/^most: row \d, column \d \(\d+\.\d\d\)/)).waitFor();
    await frame.locator('vscode-button', { hasText: 'Go On' }).click();
    await frame.getByText('64 of 64 cells').waitFor({ timeout: 60_000 });
    assert.equal(await frame.locator('vscode-button', { hasText: 'Go On' }).count(), 0);
    await workbench.close();
  });

  it('a workspace of several folders shows each; what is moved and changed while its window is closed is known again', async () => {
    const other = path.join(session.inWorkspace('..'), 'other');
    const file = path.join(session.inWorkspace('..'), 'both.code-workspace');
    mkdirSync(path.join(other, 'deep'), { recursive: true });
    writeFileSync(path.join(other, 'moved.svg'), disc('red'));
    writeFileSync(path.join(other, 'changed.svg'), disc('#f00000'));
    writeFileSync(path.join(other, 'twin.svg'), disc('red'));
    writeFileSync(path.join(other, 'hidden.svg'), disc('blue'));
    writeFileSync(path.join(other, '.gitignore'), 'hidden.svg\n');
    writeFileSync(file, JSON.stringify({ folders: [{ path: 'workspace' }, { path: 'other' }] }));
    await session.openWorkbench(workbench, file);
    await openImages();
    await headed(0, count + 3).waitFor();
    await row('workspace').first().waitFor();
    assert.equal(await row('hidden.svg').count(), 0);
    await workbench.chooseFromMenu(row('other').first(), 'Caption Images');
    await headed(3, count + 3).waitFor({ timeout: 60_000 });
    // Written a second after the last change.
    await workbench.page.waitForTimeout(2000);
    await workbench.close();
    renameSync(path.join(other, 'moved.svg'), path.join(other, 'deep/here.svg'));
    writeFileSync(path.join(other, 'changed.svg'), disc('#00ff00'));
    await session.openWorkbench(workbench, file);
    await openImages();
    await headed(3, count + 3).waitFor();
    await workbench.tree('Images').locator('.monaco-list-row[aria-label^="here.svg, a red circle"]').waitFor();
    await workbench.tree('Images').locator('.monaco-list-row[aria-label^="twin.svg, a red circle"]').waitFor();
    await workbench
      .tree('Images')
      .locator('.monaco-list-row[aria-label^="changed.svg, "][aria-label$=", stale"]')
      .waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
