// Runs out/test/host/**/*.test.js inside a real extension host: opens the workbench, in which the runner extension runs
// mocha and leaves its report in a file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromiumFlags, chromiumPath } from './chromium.mjs';
import { quietSettings, startCodeServer } from './codeServer.mjs';

const limit = 10 * 60_000;

/**
 * @param {{ scratch: string, counts: string, grep?: string }} options `counts`: the file for the report
 * @returns {Promise<number>} 0 when all passed
 */
export async function runHostSuite({ scratch, counts, grep = '' }) {
  const { chromium } = await import('playwright-core');
  const workspace = path.join(scratch, 'host-workspace');
  await cp('samples/workspace', workspace, { recursive: true });
  const userData = path.join(scratch, 'host-user-data');
  const server = await startCodeServer({
    userData,
    extensions: path.join(scratch, 'extensions-host'),
    workspace,
    settings: { ...quietSettings, 'headlight.captions.offerModels': false },
    env: { HEADLIGHT_HOST_SUITE: JSON.stringify({ root: path.resolve('.'), report: counts, grep }) },
  });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const end = Date.now() + limit;
    while (!existsSync(counts)) {
      if (Date.now() > end) {
        await page.screenshot({ path: 'out/host-suite-hangs.png' });
        throw new Error(`no report after ${limit / 60_000} minutes; code-server said:\n${server.log().slice(-4000)}`);
      }
      await sleep(250);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  const report = JSON.parse(readFileSync(counts, 'utf8'));
  console.log(report.text);
  if (report.failed > 0) {
    console.log(`Headlight's log ends:\n${headlightLog(userData).slice(-6000)}`);
  }
  return report.failed === 0 && report.passed > 0 ? 0 : 1;
}

/** What the extension has written into its output channel. */
function headlightLog(userData) {
  const files = readdirSync(path.join(userData, 'logs'), { recursive: true }).filter(file =>
    file.endsWith('Headlight.log'),
  );
  return files.map(file => readFileSync(path.join(userData, 'logs', file), 'utf8')).join('');
}
