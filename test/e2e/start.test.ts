import { AttentionPanel } from './support/attentionPanel';
import { pictureFailures, Session } from './support/session';
import type { Workbench } from './support/workbench';

describe('npm start', () => {
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    session = await Session.start({ env: { HEADLIGHT_EXPLAIN_ON_START: 'src/shoppingList.ts:6-9' } });
    workbench = await session.openWorkbench();
  });
  pictureFailures(() => workbench);
  after(() => session.stop());

  it('shows a first picture of the sample workspace by itself', async () => {
    const panel = await AttentionPanel.find(workbench);
    await panel.title(/^shoppingList\.ts, lines 6–9/).waitFor();
    await panel.picture();
    await workbench.screenshot('first-picture');
  });
});
