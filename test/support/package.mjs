//   npm run package                           for this machine: headlight.vsix
//   npm run package -- --target win32-x64     for another: headlight-win32-x64.vsix
//   npm run package -- --target universal     for all that have no native parts: on WebAssembly
//   npm run package -- --all                  for each that there can be one for
import { parseArgs } from 'node:util';
import { ensureNodeModules } from './dependencies.mjs';
import { packageTargets, thisTarget, universalTarget } from './natives.mjs';
import { packageExtension, packageFor } from './packageExtension.mjs';

const { target = thisTarget, all } = parseArgs({
  options: { target: { type: 'string' }, all: { type: 'boolean', default: false } },
}).values;
try {
  if (all) {
    await ensureNodeModules();
    for (const each of [...packageTargets(), universalTarget]) {
      await packageFor(each);
    }
  } else {
    await (target === thisTarget ? packageExtension() : packageFor(target));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
