import { useWorkbench } from './support/useWorkbench';

describe('npm start', () => {
  const { workbench, panel } = useWorkbench(undefined, {
    env: { HEADLIGHT_EXPLAIN_ON_START: 'src/shoppingList.ts:6-9' },
  });

  it('shows a first picture of the sample workspace by itself', async () => {
    await panel.find();
    await panel.title(/^shoppingList\.ts, lines 6–9/).waitFor();
    await panel.picture();
    await workbench.screenshot('first-picture');
  });
});
