// Builds the extension and packs it for this machine: headlight.vsix.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureNodeModules } from './dependencies.mjs';
import { mustRun } from './run.mjs';

/** The packaged extension, relative to the repository's root. */
export const vsixFile = 'headlight.vsix';

/** Makes {@link vsixFile}. */
export async function packageExtension() {
  await ensureNodeModules();
  await mustRun(process.execPath, ['esbuild.mjs', '--package']);
  await mustRun(process.execPath, [
    'node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies',
    '--target', `${process.platform}-${process.arch}`, '--out', vsixFile,
  ]);
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? '')).href) {
  await packageExtension();
}
