// The packaged extension and the runner of the host suite, installed once; each test starts from a copy of the folder.
import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { builtInExtensions, installExtensions } from './codeServer.mjs';
import { universalTarget } from './natives.mjs';
import { packageExtension, packageFor, vsixFile } from './packageExtension.mjs';
import { mustRun } from './run.mjs';

/** Of the extensions that VS Code brings and that run, those that tests look at. The others cost each window seconds. */
const running = ['configuration-editing', 'ipynb', 'markdown-language-features', 'media-preview', 'notebook-renderers'];

/**
 * Leaves `extensions/` (Headlight), `extensions-host/` (Headlight and the runner), `extensions-universal/` (the package for
 * machines without native parts) and `built-in/` (of VS Code's own: themes, languages,
 * and what tests look at) in the folder.
 */
export async function prepareExtensions(scratch) {
  await packageExtension();
  const userData = path.join(scratch, 'install');
  const extensions = path.join(scratch, 'extensions');
  await installExtensions([vsixFile], { userData, extensions });

  const universal = path.join(scratch, 'universal.vsix');
  await packageFor(universalTarget, universal);
  await installExtensions([universal], { userData, extensions: path.join(scratch, 'extensions-universal') });

  const withRunner = path.join(scratch, 'extensions-host');
  await cp(extensions, withRunner, { recursive: true });
  await installExtensions([await packageRunner(scratch)], { userData, extensions: withRunner });
  await chooseBuiltIn(path.join(scratch, 'built-in'));
}

/** Copies the extensions of VS Code that only declare something, and those of {@link running}. */
async function chooseBuiltIn(folder) {
  for (const entry of await readdir(builtInExtensions, { withFileTypes: true })) {
    const from = path.join(builtInExtensions, entry.name);
    const manifest =
      entry.isDirectory() && (await readFile(path.join(from, 'package.json'), 'utf8').catch(() => undefined));
    if (!manifest) continue;
    const { main, browser } = JSON.parse(manifest);
    if ((!main && !browser) || running.includes(entry.name)) {
      await cp(from, path.join(folder, entry.name), { recursive: true });
    }
  }
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
