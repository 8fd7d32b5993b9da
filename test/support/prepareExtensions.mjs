// The packaged extension and the runner of the host suite, installed once; each test starts from a copy of the folder.
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { installExtensions } from './codeServer.mjs';
import { packageExtension, vsixFile } from './packageExtension.mjs';
import { mustRun } from './run.mjs';

/** Leaves `extensions/` (Headlight) and `extensions-host/` (Headlight and the runner) in the folder. */
export async function prepareExtensions(scratch) {
  await packageExtension();
  const userData = path.join(scratch, 'install');
  const extensions = path.join(scratch, 'extensions');
  await installExtensions([vsixFile], { userData, extensions });

  const withRunner = path.join(scratch, 'extensions-host');
  await cp(extensions, withRunner, { recursive: true });
  await installExtensions([await packageRunner(scratch)], { userData, extensions: withRunner });
}

/** Packs test/host/runner, an extension that never leaves this machine. */
async function packageRunner(scratch) {
  const folder = path.join(scratch, 'runner');
  const vsix = path.join(scratch, 'runner.vsix');
  await mkdir(folder);
  await cp('test/host/runner/package.json', path.join(folder, 'package.json'));
  await cp('out/test/host/runner/extension.js', path.join(folder, 'extension.js'));
  await mustRun(
    process.execPath,
    [
      path.resolve('node_modules/@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      '--allow-missing-repository',
      '--skip-license',
      '--out',
      vsix,
    ],
    { cwd: folder },
  );
  return vsix;
}
