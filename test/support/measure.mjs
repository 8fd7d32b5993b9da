// npm run bench, npm run soak: builds, packages, and runs each test/bench/*.bench.ts or test/soak/*.soak.ts. A bench measures and
// never fails on a time; a soak fails where a bound is broken.
//   npm run bench -- editor     those whose path holds a word: `real` are those of test/bench/real
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { ensureNodeModules } from './dependencies.mjs';
import { prepareExtensions } from './prepareExtensions.mjs';
import { mustRun, run } from './run.mjs';

const [kind, ...words] = process.argv.slice(2);
const scratch = mkdtempSync(path.join(os.tmpdir(), `headlight-${kind}-`));
const failed = [];
try {
  await ensureNodeModules();
  await mustRun(process.execPath, ['esbuild.mjs']);
  await ensureChromium();
  await prepareExtensions(scratch);
  const files = readdirSync(`out/test/${kind}`, { recursive: true })
    .filter(file => file.endsWith(`.${kind}.js`))
    .sort();
  for (const file of files.filter(name => words.length === 0 || words.some(word => name.includes(word)))) {
    console.log(`\n── ${file}`);
    const code = await run(process.execPath, ['--enable-source-maps', path.join(`out/test/${kind}`, file)], {
      env: { ...process.env, HEADLIGHT_SCRATCH: scratch },
    });
    if (code !== 0) failed.push(file);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failed.length > 0) {
  console.log(`\nfailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
