// Brings node_modules up to package-lock.json, and Debian's packages to the machine. No dependencies of its own.
import { statSync } from 'node:fs';
import { findProgram, mustRun, outputOf, run } from './run.mjs';

/** Installs node_modules where there is none or package-lock.json is newer. */
export async function ensureNodeModules() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new Error(`Headlight is built with Node 20 or later; this is Node ${process.versions.node}.`);
  }
  if (timeOf('node_modules/.package-lock.json') >= timeOf('package-lock.json')) {
    return;
  }
  console.log('Installing the packages of package-lock.json …');
  // onnxruntime-node would otherwise try to download CUDA.
  await mustRun('npm', ['ci', '--no-audit', '--no-fund'], {
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
}

/**
 * Makes programs available that Debian's packages hold: installs the packages where this user may, else says what is
 * missing and what to type.
 * @param {Record<string, string>} packageOf the package that holds each program
 */
export async function ensureDebianPackages(packageOf) {
  const missing = () => Object.keys(packageOf).filter(program => !findProgram(program));
  if (missing().length === 0) {
    return;
  }
  const packages = [...new Set(missing().map(program => packageOf[program]))];
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (findProgram('apt-get') && (sudo.length === 0 || outputOf('sudo', ['-n', 'true']) !== undefined)) {
    console.log(`Installing Debian's packages ${packages.join(', ')} …`);
    const apt = args =>
      run([...sudo, 'apt-get'][0], [...[...sudo, 'apt-get'].slice(1), '-q', '-y', ...args], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    await apt(['update']);
    await apt(['install', ...packages]);
  }
  const left = missing();
  if (left.length > 0) {
    throw new Error(
      `Missing on this machine: ${left.join(', ')}. On Debian or Ubuntu type: sudo apt-get install ${packages.join(' ')}`,
    );
  }
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
