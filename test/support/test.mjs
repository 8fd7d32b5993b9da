// npm test: installs what is needed, builds, checks types and style, and runs every suite.
//   npm test                        everything
//   npm test -- unit host           these parts only (parts: types lint format unit package host e2e)
//   npm test -- e2e --grep caret    within the suites, the tests whose name matches
// The last line is the sum: "N passed, N failed".
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './chromium.mjs';
import { ensureNodeModules } from './dependencies.mjs';
import { runHostSuite } from './hostSuite.mjs';
import { prepareExtensions } from './prepareExtensions.mjs';
import { run } from './run.mjs';

const { values: flags, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' } },
});
/** Outside the checkout, with a short name: VS Code keeps sockets there. */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'headlight-test-'));
const sum = { passed: 0, failed: 0 };
/** Told once more before the sum, since the log of a whole run is long. */
const failures = [];
/** Tests in a real window that passed only when tried again: told, too, for each is a race to be found. */
const retried = [];
let testsRun = 0;
/** How many files of unit tests run at once: they wait for little but the processor. */
const jobs = Math.min(4, Math.max(2, os.availableParallelism()));
/** Those whose tests say how long something may take: each has the machine to itself. */
const timed = [
  'download/downloadModel',
  'inference/processLife',
  'inference/workLimits',
  'onnx/badFiles',
  'onnx/manyAttentions',
  'text/alignStress',
].map(file => `out/test/unit/${file}.test.js`);

await ensureNodeModules();

const built = await check('build', () => node('esbuild.mjs'));
await part('types', () => check('types', () => node('node_modules/typescript/bin/tsc', '--noEmit', '-p', '.')));
await part('lint', () =>
  check('lint', () =>
    node('node_modules/eslint/bin/eslint.js', 'core', 'inference', 'extension', 'webview', 'test', '*.mjs'),
  ),
);
await part('format', () =>
  check('format', () => node('node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')),
);
if (built) {
  await part('unit', async () => {
    const several = ['--parallel', '--jobs', String(jobs), ...timed.flatMap(file => ['--ignore', file])];
    await suite('unit', counts => mocha('out/test/unit/**/*.test.js', counts, 120_000, several));
    await suite('unit-by-the-clock', counts => mocha(timed, counts, 60_000));
  });
  await part('package', () => suite('package', counts => mocha('out/test/package/**/*.test.js', counts, 300_000)));
  const ready =
    !['host', 'e2e'].some(wanted) ||
    (await check('package and editor', async () => {
      await ensureChromium();
      await prepareExtensions(scratch);
      return 0;
    }));
  if (ready) {
    await part('host', () => suite('host', counts => runHostSuite({ scratch, counts, grep: flags.grep })));
    await part('e2e', () => {
      rmSync('out/e2e-failures', { recursive: true, force: true });
      return suite('e2e', counts => mocha('out/test/e2e/**/*.test.js', counts, 240_000, ['--retries', '1']));
    });
  }
}

rmSync(scratch, { recursive: true, force: true });
if (testsRun === 0) {
  console.log('No test ran.');
}
for (const once of retried) {
  console.log(`↻ tried again: ${once.split('\n', 1)[0]}`);
}
for (const failure of failures) {
  console.log(`✗ ${failure.split('\n', 1)[0]}`);
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed > 0 || testsRun === 0 ? 1 : 0);

/** Does one part, where it is wanted. */
async function part(name, work) {
  if (wanted(name)) {
    await work();
  }
}

function wanted(name) {
  return parts.length === 0 || parts.includes(name);
}

/** One step that succeeds or fails as a whole: counts as one. */
async function check(name, work) {
  console.log(`\n── ${name}`);
  const failure = await outcome(work);
  sum[failure ? 'failed' : 'passed']++;
  if (failure) {
    failures.push(`${name}: ${failure}`);
  }
  console.log(failure ? `✗ ${name}: ${failure}` : `✓ ${name}`);
  return !failure;
}

/** A mocha suite: counts its tests; one that ends without counting them, or runs none, is one failure. */
async function suite(name, work) {
  console.log(`\n── ${name}`);
  const file = path.join(scratch, `${name}.json`);
  const failure = await outcome(() => work(file));
  const counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, failures: [], retried: [] };
  testsRun += counts.passed + counts.failed;
  sum.passed += counts.passed;
  sum.failed += counts.failed;
  failures.push(...counts.failures.map(failed => `${name}: ${failed}`));
  retried.push(...counts.retried.map(once => `${name}: ${once}`));
  if (failure && counts.failed === 0) {
    sum.failed++;
    failures.push(`${name}: ${failure}`);
  }
}

/** Why the work failed, or undefined. */
async function outcome(work) {
  try {
    const code = await work();
    return code === 0 ? undefined : `ended with code ${code}`;
  } catch (error) {
    return error.message;
  }
}

function node(...args) {
  return run(process.execPath, args, {
    env: { ...process.env, HEADLIGHT_SCRATCH: scratch, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  });
}

function mocha(files, counts, timeout, options = []) {
  return node(
    'node_modules/mocha/bin/mocha.js',
    ...[files].flat(),
    '--timeout',
    String(timeout),
    ...options,
    '--enable-source-maps',
    '--reporter',
    'test/support/countingReporter.mjs',
    '--reporter-option',
    `counts=${counts}`,
    ...(flags.grep ? ['--grep', flags.grep] : []),
  );
}
