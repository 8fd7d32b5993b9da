import { AttentionPanel } from './support/attentionPanel';
import { pictureFailures, Session } from './support/session';
import type { Workbench } from './support/workbench';

describe('in a workspace that is not trusted', () => {
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    session = await Session.start({ trust: true });
    workbench = await session.openWorkbench();
  });
  pictureFailures(() => workbench);
  after(() => session.stop());

  it('the built-in model explains all the same', async () => {
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    await workbench.runCommand('Headlight: Explain Attention');
    const panel = await AttentionPanel.find(workbench);
    await panel.picture();
    await workbench.screenshot('untrusted');
  });
});
