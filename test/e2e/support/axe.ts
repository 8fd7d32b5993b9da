import AxeBuilder from '@axe-core/playwright';
import type { Workbench } from './workbench';

/** What axe calls serious or critical in Headlight's webview, and elements whose script is not there: they are mere text. */
export async function seriousViolations(workbench: Workbench, element = 'headlight-attention'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: workbench.page })
    .include(['iframe.webview', '#active-frame', element])
    .analyze();
  const missing = new Set<string>();
  for (const frame of workbench.page.frames()) {
    for (const one of await frame.locator(element).all()) {
      const names = await one.evaluate(function inside(root: Element): string[] {
        const all = [...(root.shadowRoot ?? root).querySelectorAll('*')];
        const here = all.filter(each => each.matches(':not(:defined)')).map(({ localName }) => localName);
        return [...here, ...all.filter(each => each.shadowRoot).flatMap(inside)];
      });
      for (const name of names) missing.add(`not defined: ${name}`);
    }
  }
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
  return [...serious, ...missing];
}
