// npm run bench: builds, packages, and runs each test/bench/*.bench.ts. It measures; it never fails on a time.
//   npm run bench -- editor     those whose path holds a word: `real` are those of test/bench/real
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from '../support/chromium.mjs';
import { ensureNodeModules } from '../support/dependencies.mjs';
import { prepareExtensions } from '../support/prepareExtensions.mjs';
import { mustRun } from '../support/run.mjs';

const words = process.argv.slice(2);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'headlight-bench-'));
try {
  await ensureNodeModules();
  await mustRun(process.execPath, ['esbuild.mjs']);
  await ensureChromium();
  await prepareExtensions(scratch);
  const files = readdirSync('out/test/bench', { recursive: true })
    .filter(file => file.endsWith('.bench.js'))
    .sort();
  for (const file of files.filter(name => words.length === 0 || words.some(word => name.includes(word)))) {
    console.log(`\n── ${file}`);
    await mustRun(process.execPath, ['--enable-source-maps', path.join('out/test/bench', file)], {
      env: { ...process.env, HEADLIGHT_SCRATCH: scratch },
    });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
