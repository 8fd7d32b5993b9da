//   npm run package                           for this machine: headlight.vsix
//   npm run package -- --target win32-x64     for another: headlight-win32-x64.vsix
import { parseArgs } from 'node:util';
import { thisTarget } from './natives.mjs';
import { packageExtension, packageFor } from './packageExtension.mjs';

const { target = thisTarget } = parseArgs({ options: { target: { type: 'string' } } }).values;
try {
  await (target === thisTarget ? packageExtension() : packageFor(target));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
