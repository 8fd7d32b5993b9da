import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { useWorkbench } from './support/useWorkbench';

describe('in a workspace that is not trusted', () => {
  const { workbench, panel } = useWorkbench(
    session => {
      mkdirSync(session.inWorkspace('.vscode'));
      writeFileSync(
        session.inWorkspace('.vscode/settings.json'),
        JSON.stringify({
          'headlight.model': 'tiny-code-classifier',
          'headlight.imageModel': './models/nowhere',
          'headlight.speechModel': './models/nowhere',
          'headlight.modelFolders': [session.inWorkspace('models')],
          'headlight.hub': 'http://127.0.0.1:9',
          'headlight.offline': true,
          // Not restricted: it tells that the file is read.
          'window.title': 'settings of the workspace',
        }),
      );
    },
    { trust: true },
  );

  it('the built-in model explains all the same', async () => {
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.picture();
    await workbench.screenshot('untrusted');
  });

  it('its settings that name a model, a path or an address change nothing', async () => {
    assert.match(await workbench.page.title(), /settings of the workspace/);
    await workbench.statusBarItem(/tiny-code-gpt: ready/).waitFor();
    await workbench.explorerEntry('images').click();
    await workbench.chooseFromMenu(workbench.explorerEntry('disc.svg'), 'Caption Image');
    const captions = await workbench.headlightFrame('headlight-captions');
    await captions.getByText('tiny-captioner').first().waitFor();
    await workbench.runCommand('Headlight: Focus on Models View');
    const models = workbench.tree('Models');
    await models.getByText('Recommended from the Hub').waitFor();
    assert.equal(await models.getByText('From Other Folders').count(), 0);
  });

  it('the model that they name is used once the workspace is trusted', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.statusBarItem(/tiny-code-classifier/).waitFor();
  });
});
