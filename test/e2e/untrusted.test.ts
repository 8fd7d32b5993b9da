import { useWorkbench } from './support/useWorkbench';

describe('in a workspace that is not trusted', () => {
  const { workbench, panel } = useWorkbench(undefined, { trust: true });

  it('the built-in model explains all the same', async () => {
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    await workbench.openFile('src/shoppingList.ts');
    await workbench.selectLines(5, 8);
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.picture();
    await workbench.screenshot('untrusted');
  });
});
