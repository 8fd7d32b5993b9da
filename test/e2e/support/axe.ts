import axeCore from 'axe-core';
import type { Workbench } from './workbench';

/**
 * What axe calls serious or critical in Headlight's webviews, and elements whose script is not there: they are mere text.
 * axe runs in the webview's own document: from the window's on it would walk through all of VS Code first, for seconds.
 * @throws where no webview has the element
 */
export async function seriousViolations(workbench: Workbench, element = 'headlight-attention'): Promise<string[]> {
  const found: string[] = [];
  let looked = false;
  for (const frame of workbench.page.frames()) {
    // Frames come and go while others are looked at.
    const has = await frame
      .locator(element)
      .count()
      .catch(() => 0);
    if (has === 0) continue;
    looked = true;
    await frame.evaluate(axeCore.source);
    found.push(...(await frame.evaluate(violationsIn, element)));
  }
  if (!looked) throw new Error(`No webview has <${element}>.`);
  return found;
}

/** What axe finds in elements of this name, and elements that are not defined. Runs in the webview. */
async function violationsIn(element: string): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof axeCore };
  const { violations } = await axe.run({ include: [[element]] }, { resultTypes: ['violations'] });
  const undefinedIn = (root: Element): string[] => {
    const all = [...(root.shadowRoot ?? root).querySelectorAll('*')];
    return [
      ...all.filter(each => each.matches(':not(:defined)')).map(({ localName }) => `not defined: ${localName}`),
      ...all.filter(each => each.shadowRoot).flatMap(undefinedIn),
    ];
  };
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
  return [...serious, ...new Set([...document.querySelectorAll(element)].flatMap(undefinedIn))];
}
