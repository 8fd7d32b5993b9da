// The native parts of a package for another machine: ONNX Runtime's come all together, those of sharp one by one from npm.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './codeServer.mjs';
import { installOnce } from './installOnce.mjs';
import { mustRun } from './run.mjs';

/** This machine, as VS Code names targets. */
export const thisTarget = `${process.platform}-${process.arch}`;

const ortFolder = 'node_modules/onnxruntime-node/bin/napi-v6';

/** The targets for which every native part is published: `linux-x64`, `darwin-arm64`, … */
export function packageTargets() {
  const { optionalDependencies } = JSON.parse(readFileSync('node_modules/sharp/package.json', 'utf8'));
  return readdirSync(ortFolder)
    .flatMap(platform => readdirSync(path.join(ortFolder, platform)).map(arch => `${platform}-${arch}`))
    .filter(target => `@img/sharp-${target}` in optionalDependencies)
    .sort();
}

/** The package for all machines that have no native parts: the same on WebAssembly. */
export const universalTarget = 'universal';

/**
 * Gives the folder in which sharp's native parts for a target lie, as `sharp-TARGET` and, where it is a package of its own,
 * `sharp-libvips-TARGET`; of the universal package `sharp-wasm32`. What is not installed here is fetched by npm, which checks it, and kept beside code-server.
 * @throws where parts of it are not published
 */
export async function ensureNatives(target) {
  const universal = target === universalTarget;
  if (!universal && !packageTargets().includes(target)) {
    throw new Error(
      `There are no native parts of ONNX Runtime and sharp for ${target}; choose one of ${packageTargets().join(', ')}, or ${universalTarget}.`,
    );
  }
  if (existsSync(`node_modules/@img/sharp-${target}`)) {
    return 'node_modules/@img';
  }
  const { version, optionalDependencies } = JSON.parse(readFileSync('node_modules/sharp/package.json', 'utf8'));
  const home = path.join(cacheFolder, `sharp-${version}-${target}`);
  const parts = path.join(home, 'node_modules', '@img');
  if (existsSync(parts)) {
    return parts;
  }
  await installOnce(home, parts, async unfinished => {
    const [os, cpu] = universal ? [process.platform, 'wasm32'] : target.split('-');
    const names = [`@img/sharp-${target}`, `@img/sharp-libvips-${target}`].filter(name => name in optionalDependencies);
    const asked = universal
      ? [`@img/sharp-wasm32@${version}`]
      : names.map(name => `${name}@${optionalDependencies[name]}`);
    await mustRun(
      'npm',
      [
        'install',
        '--prefix',
        unfinished,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--force',
        `--os=${os}`,
        `--cpu=${cpu}`,
        '--libc=glibc',
        ...asked,
      ],
      { env: { ...process.env, npm_config_loglevel: 'error' } },
    );
  });
  return parts;
}
