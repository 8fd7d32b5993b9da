import assert from 'node:assert/strict';
import { parseXml } from '../../unit/export/xml';
import type { Workbench } from './workbench';

/** Shows a saved picture or page in a browser without a network, keeps a picture of it, and fails where it complains or asks for anything. */
export async function openedOffline(
  workbench: Workbench,
  content: string,
  shot: string,
  size: { width: number; height: number },
): Promise<void> {
  const page = await workbench.page.context().browser()!.newPage({ viewport: size });
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', request => {
    if (/^https?:/.test(request.url())) complaints.push(request.url());
  });
  await page.context().setOffline(true);
  await page.setContent(content);
  await page.locator('svg, canvas').first().waitFor();
  await page.screenshot({ path: `out/shots/${shot}.png` });
  await page.close();
  assert.deepEqual(complaints, []);
}

/** The same of an SVG document, in its own size. */
export function openedSvg(workbench: Workbench, svg: string, shot: string): Promise<void> {
  const {
    attributes: { width, height },
  } = parseXml(svg);
  return openedOffline(workbench, `<body style="margin:0">${svg.slice(svg.indexOf('<svg'))}`, shot, {
    width: Number(width),
    height: Number(height),
  });
}
