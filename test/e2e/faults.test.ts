import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import { inWords } from './support/inWords';
import { useWorkbench } from './support/useWorkbench';
import type { Workbench } from './support/workbench';

const command = 'Headlight: Explain Attention';

describe('an inference process that is killed', () => {
  const { session, workbench, panel } = useWorkbench();

  const kill = () => {
    const pid = session.inferenceProcess;
    assert.ok(pid, 'there is no inference process');
    process.kill(pid, 'SIGKILL');
    return pid;
  };

  it('while it writes a text leaves one sentence and nothing half shown, and Try Again writes it', async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 5);
    await workbench.runCommand(command);
    await panel.find();
    await panel.picture();
    const tokens = await panel.tokens.count();
    await panel.frame.getByRole('combobox', { name: /tokens/i }).selectOption('64');
    // Held, since it would be done in a moment; within its writing it is killed in the host's test.
    process.kill(session.inferenceProcess!, 'SIGSTOP');
    await panel.frame.getByRole('button', { name: /continue/i }).click();
    await panel.frame.getByText(inWords(/^(Asking|Running) tiny-code-gpt/)).waitFor();
    const killed = kill();
    await panel.frame.getByText(inWords(/^The inference process stopped before it answered; try again/)).waitFor();
    assert.equal(await panel.matrix.count(), 0);
    assert.equal(await panel.frame.getByRole('alert').count(), 1);
    await workbench.screenshot('killed-while-writing');
    await panel.frame.getByRole('button', { name: 'Try Again' }).click();
    await panel.picture();
    assert.equal(await panel.tokens.count(), tokens + 64);
    assert.notEqual(session.inferenceProcess, killed);
  });

  it('while it captions leaves one sentence, and Try Again captions', async () => {
    const pid = session.inferenceProcess;
    assert.ok(pid, 'there is no inference process');
    process.kill(pid, 'SIGSTOP');
    await workbench.explorerEntry('images').click();
    await workbench.chooseFromMenu(workbench.explorerEntry('disc.svg'), 'Caption Image');
    const frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByText(inWords(/^Captioning images\/disc\.svg/)).waitFor();
    kill();
    await frame.getByText(inWords(/^The inference process stopped before it answered; try again/)).waitFor();
    assert.equal(await frame.getByRole('listbox', { name: 'Words of the caption' }).count(), 0);
    await frame.getByRole('button', { name: 'Try Again' }).click();
    await frame.getByRole('listbox', { name: 'Words of the caption' }).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});

describe('Headlight’s files that are gone while it runs', () => {
  const { session, workbench, panel } = useWorkbench();
  const gone = /^Headlight was updated or removed while this window was open; reload the window to go on\.$/;

  it('are said with a button that reloads the window; pictures that are not loaded yet say so in their place', async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    await workbench.runCommand(command);
    await panel.find();
    await panel.picture();
    // What stands below the picture is loaded after it.
    await panel.frame.getByRole('button', { name: /continue the text/i }).waitFor();
    const folder = await session.extensionFolder();
    await rename(folder, `${folder}.gone`);
    await panel.show('Lines');
    await panel.frame.getByText(/^This picture could not be loaded; reload the window/).waitFor();
    await workbench.selectLines(6, 8);
    await workbench.runCommand(command);
    await workbench.notification(gone).waitFor();
    await workbench.screenshot('headlight-updated');
    await workbench.dismissNotifications();
    // What is asked in the panel of a process that is gone, too.
    process.kill(session.inferenceProcess!, 'SIGKILL');
    await panel.frame.getByRole('button', { name: /continue the text/i }).click();
    await panel.frame.getByText(gone).waitFor();
    await workbench.notification(gone).waitFor();
    await rename(`${folder}.gone`, folder);
    await reloadedBy(workbench);
    await panel.find();
    await panel.title(/shoppingList\.ts, lines 5–8/).waitFor();
    await panel.frame.locator('headlight-lines').waitFor();
  });

  it('a page that begins without them says so itself', async () => {
    const folder = await session.extensionFolder();
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(6, 8);
    await rename(`${folder}/dist/webview`, `${folder}/dist/gone`);
    await workbench.runCommand('Headlight: Explain Attention in New Panel');
    const frame = await workbench.headlightFrame('#gone');
    await frame
      .getByText(
        /^Headlight was updated or removed while this window was open; reload the window to go on\. Reload Window$/,
      )
      .waitFor();
    await workbench.screenshot('page-without-files');
    // Over the first panel, whose page worked: it begins anew when it comes back into sight.
    const tabs = workbench.tab('Attention: shoppingList.ts');
    const isGone = async (old: Frame) => {
      for (const end = Date.now() + 20_000; !old.isDetached(); await workbench.page.waitForTimeout(100)) {
        assert.ok(Date.now() < end, 'the page is still in sight');
      }
    };
    await tabs.last().click();
    await workbench.runCommand('View: Move Editor into Left Group');
    await isGone(panel.frame);
    const moved = await workbench.headlightFrame('#gone');
    await tabs.first().click();
    await isGone(moved);
    const again = await workbench.headlightFrame('#gone');
    await rename(`${folder}/dist/gone`, `${folder}/dist/webview`);
    const loaded = workbench.page.waitForEvent('load', { timeout: 60_000 });
    await again.getByRole('link', { name: 'Reload Window' }).click();
    await loaded;
  });
});

describe('an extension host that is killed while a panel is open and a run goes on', () => {
  const { session, workbench, panel } = useWorkbench();

  it('takes the inference process along; the panel says that nobody answers, the next command works, and a reload brings all back', async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    await workbench.runCommand(command);
    await panel.find();
    await panel.picture();
    const [host, pid] = [session.extensionHost, session.inferenceProcess];
    assert.ok(host && pid);
    // It hears nothing, as in a long run.
    process.kill(pid, 'SIGSTOP');
    await panel.frame.getByRole('button', { name: /continue the text/i }).click();
    await panel.frame.getByText(inWords(/^Asking tiny-code-gpt/)).waitFor();
    process.kill(pid, 'SIGCONT');
    process.kill(host, 'SIGKILL');
    const ended = async () => {
      for (const end = Date.now() + 5000; session.inferenceProcess === pid; await workbench.page.waitForTimeout(100)) {
        assert.ok(Date.now() < end, 'the inference process lives on');
      }
    };
    await ended();
    await panel.frame.getByRole('button', { name: 'Cancel' }).click();
    const silent = () =>
      panel.frame.locator('#silent').getByText(/^Headlight does not answer in this panel; if extensions/);
    await silent().waitFor();
    assert.notEqual(session.extensionHost, host);
    await workbench.screenshot('host-restarted');
    await workbench.selectLines(6, 8);
    await workbench.runCommand(command);
    await panel.find(/lines 6–8/);
    await panel.picture();
    // The page of the old one begins anew, and is heard by nobody from its first word on.
    await workbench.tab('Attention: shoppingList.ts').first().click();
    const frame = await workbench.headlightFrame('#silent:not([hidden])');
    const loaded = workbench.page.waitForEvent('load', { timeout: 60_000 });
    await frame.locator('#silent').getByRole('link', { name: 'Reload Window' }).click();
    await loaded;
    await panel.find(/lines 5–8/);
    await panel.picture();
    await workbench.tab('Attention: shoppingList.ts').last().click();
    await panel.find(/lines 6–8/);
    await panel.picture();
  });
});

/** Chooses what a notification offers. */
async function reloadedBy({ page }: Workbench): Promise<void> {
  const loaded = page.waitForEvent('load', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Reload Window' }).click();
  await loaded;
}
