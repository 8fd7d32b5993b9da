import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import type MochaClass from 'mocha';

/** What test/support/hostSuite.mjs or a bench asks for. */
interface Order {
  /** The repository's root. */
  root: string;
  /** Where the report goes. */
  report: string;
  /** Part of the tests' names; empty: all. */
  grep?: string;
  /** Below the root: what is run in place of the tests. Its `run` is given the order and answers the report. */
  script?: string;
}

/** What goes into the report. */
interface Report {
  passed: number;
  failed: number;
  skipped: number;
  /** Title and message of each test that failed. */
  failures: string[];
  /** The same of each that was tried a second time. */
  retried: string[];
  text: string;
}

/** Runs the suite at once when the environment orders it. */
export async function activate(): Promise<void> {
  const order = process.env.HEADLIGHT_HOST_SUITE;
  if (!order) return;
  const { root, report, grep = '', script } = JSON.parse(order) as Order;
  let result: unknown;
  try {
    result =
      script === undefined ? await runSuite(root, grep) : await runScript(path.join(root, script), JSON.parse(order));
  } catch (error) {
    result = {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [`The suite did not run: ${(error as Error).message}`],
      retried: [],
      text: `The suite did not run: ${(error as Error).stack}`,
    } satisfies Report;
  }
  writeFileSync(`${report}.new`, JSON.stringify(result));
  renameSync(`${report}.new`, report);
}

async function runScript(file: string, order: unknown): Promise<unknown> {
  const { run } = (await import(`file://${file}`)) as { run: (order: unknown) => Promise<unknown> };
  return run(order);
}

/** Runs the built tests with the repository's own mocha. */
async function runSuite(root: string, grep: string): Promise<Report> {
  const { default: Mocha } = (await import(`file://${root}/node_modules/mocha/index.js`)) as {
    default: typeof MochaClass;
  };
  const lines: string[] = [];
  Mocha.reporters.Base.consoleLog = (...line: unknown[]) => lines.push(format(...line));
  const mocha = new Mocha({ timeout: 60_000, retries: 1, color: false, grep: grep || undefined });
  const folder = path.join(root, 'out/test/host');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.test.js')) mocha.addFile(path.join(folder, file));
  }
  const failures: string[] = [];
  const retried: string[] = [];
  return new Promise(resolve => {
    const runner = mocha.run(failed => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed, skipped: pending, failures, retried, text: lines.join('\n') });
    });
    runner.on('fail', (test, error: Error) => failures.push(`${test.fullTitle()}: ${error.message}`));
    runner.on('retry', (test: MochaClass.Test, error: Error) => retried.push(`${test.fullTitle()}: ${error.message}`));
  });
}
