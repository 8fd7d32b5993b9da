// Builds the extension and packs it, for this machine or another.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureNodeModules } from './dependencies.mjs';
import { ensureNatives, thisTarget, universalTarget } from './natives.mjs';
import { mustRun } from './run.mjs';

/** The packaged extension, relative to the repository's root. */
export const vsixFile = 'headlight.vsix';

/** What lies beside `dist` in the package. */
const besideDist = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'media'];

/** Makes {@link vsixFile}. */
export async function packageExtension() {
  await ensureNodeModules();
  await mustRun(process.execPath, ['esbuild.mjs', '--package']);
  await pack(thisTarget, '.', vsixFile);
}

/** Makes a package for another machine; `dist` stays as it is. @throws where native parts for it are not published */
export async function packageFor(target, file = `headlight-${target}.vsix`) {
  await ensureNodeModules();
  const natives = await ensureNatives(target);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'headlight-package-'));
  try {
    await mustRun(process.execPath, [
      'esbuild.mjs',
      '--package',
      '--target',
      target,
      '--natives',
      natives,
      '--dist',
      path.join(folder, 'dist'),
    ]);
    for (const name of besideDist) {
      await cp(name, path.join(folder, name), { recursive: true });
    }
    await pack(target, folder, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pack(target, folder, file) {
  return mustRun(
    process.execPath,
    [
      path.resolve('node_modules/@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      // One without a target is for all that have none of their own.
      ...(target === universalTarget ? [] : ['--target', target]),
      '--out',
      path.resolve(file),
    ],
    { cwd: folder },
  );
}
