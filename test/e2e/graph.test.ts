import assert from 'node:assert/strict';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AttentionPanel } from './support/attentionPanel';
import { pictureFailures, Session } from './support/session';
import type { Workbench } from './support/workbench';

describe('an ONNX file that is given numbers', () => {
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    session = await Session.start();
    const folder = session.inWorkspace('recommender');
    await mkdir(folder);
    await cp('test/fixtures/reference-models/llama/model_sdpa.onnx', path.join(folder, 'next-item.onnx'));
    workbench = await session.openWorkbench();
    // A menu opened before Headlight is there lacks its entries.
    await workbench.statusBarItem(/tiny-code-gpt/).waitFor();
  });
  pictureFailures(() => workbench);
  after(() => session.stop());

  const entry = (name: string) => workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });

  const fromMenu = () => workbench.chooseFromMenu(entry('next-item.onnx'), 'Explain Attention with Inputs…');

  it('gets example inputs to begin with, which explain as they are', async () => {
    await workbench.page.keyboard.press('Control+Shift+E');
    await entry('recommender').click();
    await fromMenu();
    await workbench.pick('Write Example', 'Write Example Inputs');
    await workbench.tab('next-item.inputs.json').waitFor();
    const inputs = JSON.parse(await readFile(session.inWorkspace('recommender/next-item.inputs.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(Object.keys(inputs), ['input_ids', 'labels']);
    await workbench.notification(/next-item\.onnx holds 2 layers/).waitFor();
    await workbench.page.getByRole('button', { name: 'Explain Attention' }).click();
    const panel = await AttentionPanel.find(workbench);
    await panel.picture();
    await workbench.screenshot('graph-dark');
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('graph-light');
  });
});
