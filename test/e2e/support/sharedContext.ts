import { chromium, type BrowserContext } from 'playwright-core';
import { chromiumFlags, chromiumPath } from '../../support/chromium.mjs';

/** Test files are bundled one by one: what all suites of a run share lies here. */
const run = globalThis as { headlightContext?: Promise<BrowserContext> };

/**
 * One browser and one context of it for all windows of a run: from the second window on it has VS Code's scripts, where their
 * address is the same. What a window has kept in it is for the next one to clear. Where the browser has ended, there is a new one.
 */
export async function sharedContext(): Promise<BrowserContext> {
  const context = await run.headlightContext?.catch(() => undefined);
  if (context?.browser()?.isConnected()) return context;
  run.headlightContext = startContext();
  return run.headlightContext;
}

async function startContext(): Promise<BrowserContext> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  context.setDefaultTimeout(60_000);
  return context;
}

/** Ends the browser, where there is one. */
export async function closeSharedBrowser(): Promise<void> {
  const context = await run.headlightContext?.catch(() => undefined);
  await context?.browser()?.close();
}

/** Whether this is mocha's run, which ends the browser after its last suite; a bench's or a soak's session does it itself. */
export const isSuite = typeof after === 'function';
if (isSuite) after(closeSharedBrowser);
