import AxeBuilder from '@axe-core/playwright';
import type { Workbench } from './workbench';

/** What axe calls serious or critical in Headlight's webview. */
export async function seriousViolations(workbench: Workbench, element = 'headlight-attention'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: workbench.page })
    .include(['iframe.webview', '#active-frame', element])
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}
