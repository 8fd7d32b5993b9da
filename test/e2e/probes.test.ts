import { inWords } from './support/inWords';
import { useWorkbench } from './support/useWorkbench';

describe('probes', () => {
  const { workbench, panel } = useWorkbench();
  before(() => workbench.page.setViewportSize({ width: 1280, height: 720 }));

  it('stand in the empty views', async () => {
    await workbench.showSidebar();
    await workbench.page.locator('.pane-body').getByText('Open Probe…').first().waitFor();
  });

  for (const [label, first, head] of [
    ['Repeated Random Words', /^Look for a head that goes from a repeated word/, '1.1'],
    ['Indirect Object', /^Look for a head that goes from the second “Mary”/, '1.4'],
    ['Brackets with Long Gaps', /^\/\/ Look for a head that goes from each closing bracket/, '2.0'],
    ['A Date', /^Look, row by row, at where each written digit looks/, '1.3'],
  ] as const) {
    it(`${label}: says what to look for, is explained at once, and shows the head that it was made for`, async () => {
      await workbench.runCommand('Headlight: Open Probe…', false);
      await workbench.pick(label, label);
      await panel.find();
      await panel.title(new RegExp(`^Probe: ${label}`)).waitFor();
      await panel.headIs(head);
      await panel.picture();
      await workbench.page
        .locator('.view-line', { hasText: inWords(first) })
        .first()
        .waitFor();
      await workbench.screenshot(`probe-${label.toLowerCase().replace(/\W+/g, '-')}`);
    });
  }

  it('are explained again as any text', async () => {
    await workbench.focusEditor();
    await workbench.selectAll();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.title(/^Untitled-\d, lines 1–\d+/).waitFor();
  });

  it('look the same in a light theme', async () => {
    await workbench.chooseTheme('Light Modern');
    await workbench.runCommand('Headlight: Open Probe…', false);
    await workbench.pick('Repeated', 'Repeated Random Words');
    await panel.title(/^Probe: Repeated/).waitFor();
    await panel.picture();
    await workbench.screenshot('probe-repeated-light');
  });
});
