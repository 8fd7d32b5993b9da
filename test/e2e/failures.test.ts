import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AttentionPanel } from './support/attentionPanel';
import { useWorkbench } from './support/useWorkbench';
import { inWords } from './support/inWords';

const command = 'Headlight: Explain Attention';

describe('when something is wrong', () => {
  const { session, workbench } = useWorkbench(async session => {
    await writeFile(session.inWorkspace('binary.txt'), '\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u000e\u000f');
    await writeFile(
      session.inWorkspace('large.ts'),
      'const total = items.map(item => item.price * item.amount);\n'.repeat(1700),
    );
  });
  beforeEach(() => workbench.dismissNotifications());

  it('an empty line says what to select', async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.goTo(2);
    await workbench.runCommand(command);
    await workbench.notification(/line is empty: select some text/).waitFor();
  });

  it('no editor says to open a file', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand(command);
    await workbench.notification(/Open a file and select/).waitFor();
  });

  it('control characters are refused with a sentence', async () => {
    await workbench.openFile('binary.txt');
    await workbench.selectAll();
    await workbench.runCommand(command);
    await workbench.notification(/control characters|binary/i).waitFor();
    await workbench.screenshot('control-characters');
  });

  it('100 KB are cut to the context, and the panel says so', async () => {
    await workbench.openFile('large.ts');
    await workbench.selectAll();
    await workbench.runCommand(command);
    const panel = await AttentionPanel.find(workbench);
    await panel.frame.getByText(inWords(/first 512 of [\d,]+ tokens/)).waitFor();
    await panel.picture();
    await workbench.screenshot('cut-to-context');
  });

  it('a process killed during a run gives one message, and the next command works', async () => {
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    await workbench.runCommand(command);
    const panel = await AttentionPanel.find(workbench);
    await panel.title(/shoppingList\.ts, lines 5–8/).waitFor();

    const killed = session.inferenceProcess;
    assert.ok(killed, 'there is no inference process');
    process.kill(killed, 'SIGSTOP');
    await workbench.selectLines(6, 9);
    await workbench.runCommand(command);
    await panel.frame.getByText(inWords(/Asking tiny-code-gpt/)).waitFor();
    process.kill(killed, 'SIGKILL');
    await panel.frame.getByText(inWords(/The inference process stopped/)).waitFor();
    await workbench.headlight();
    await workbench.screenshot('process-killed');

    await workbench.runCommand(command);
    await panel.title(/shoppingList\.ts, lines 6–9/).waitFor();
    await panel.picture();
    assert.notEqual(session.inferenceProcess, killed);
  });

  it('Cancel ends the wait for a process that hears nothing, and Try Again starts another', async () => {
    const held = session.inferenceProcess;
    assert.ok(held, 'there is no inference process');
    process.kill(held, 'SIGSTOP');
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(6, 8);
    await workbench.runCommand(command);
    const panel = await AttentionPanel.find(workbench);
    await panel.frame.getByText(inWords(/Asking tiny-code-gpt/)).waitFor();
    await workbench.screenshotInAllThemes('waits-with-cancel');
    await panel.frame.getByRole('button', { name: 'Cancel' }).click();
    await panel.frame.getByText(inWords(/Cancelled before there was an answer/)).waitFor();
    await panel.frame.getByRole('button', { name: 'Try Again' }).click();
    await panel.title(/shoppingList\.ts, lines 6–8/).waitFor();
    await panel.picture();
    // Stopped as it is it does not hear SIGTERM, and is killed two seconds later.
    for (const end = Date.now() + 30_000; session.inferenceProcess === held && Date.now() < end;) {
      await workbench.page.waitForTimeout(200);
    }
    assert.notEqual(session.inferenceProcess, held);
  });

  it('a first run that is under way has the panel’s frame already, out of reach', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    const waiting = session.inferenceProcess;
    assert.ok(waiting, 'there is no inference process');
    process.kill(waiting, 'SIGSTOP');
    await workbench.runCommand(command);
    const panel = await AttentionPanel.find(workbench);
    await panel.frame.getByText(inWords(/Asking tiny-code-gpt/)).waitFor();
    await panel.frame.locator('headlight-run[inert] headlight-tabs').waitFor();
    assert.equal(await panel.frame.locator('headlight-matrix').isVisible(), false);
    await workbench.screenshotInAllThemes('under-way');
    const moving = () =>
      panel.frame.locator('headlight-attention').evaluate(element => element.shadowRoot!.getAnimations().length);
    assert.ok((await moving()) > 0);
    await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await moving(), 0);
    await panel.frame.locator('body.vscode-reduce-motion').waitFor();
    await workbench.page.emulateMedia({ reducedMotion: 'no-preference' });
    process.kill(waiting, 'SIGCONT');
    await panel.title(/shoppingList\.ts, lines 5–8/).waitFor();
    await panel.picture();
    assert.equal(await panel.frame.locator('headlight-run[inert]').count(), 0);
  });

  it('a corrupt model file is named, and Retry works once it is whole', async () => {
    const file = path.join(await session.extensionFolder(), 'media/models/tiny-code-gpt/onnx/model_fp16.onnx');
    const whole = await readFile(file);
    await truncate(file, 100_000);
    await workbench.runCommand('Headlight: Stop Inference Process');
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 6);
    await workbench.runCommand(command);
    const panel = await AttentionPanel.find(workbench);
    const failure = panel.frame
      .getByText(inWords(/^tiny-code-gpt: model_fp16\.onnx cannot be opened: .+; install Headlight again/))
      .first();
    await failure.waitFor();
    await panel.frame.getByRole('button', { name: /try again|retry/i }).waitFor();
    await workbench.statusBarItem(/tiny-code-gpt: cannot be opened/).waitFor();
    await workbench.screenshotInAllThemes('corrupt-model');
    await writeFile(file, whole);
    await panel.frame.getByRole('button', { name: /try again|retry/i }).click();
    await panel.title(/shoppingList\.ts, lines 5–6/).waitFor();
    await panel.picture();
    await workbench.statusBarItem(/tiny-code-gpt: ready/).waitFor();
  });

  it('nothing of all this is an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
