// A real VS Code, served to a browser: installs code-server beside the checkout, once a machine, and runs it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureDebianPackages } from './dependencies.mjs';
import { installOnce } from './installOnce.mjs';
import { mustRun } from './run.mjs';

const version = '4.139.1';
const nodeVersion = '24.21.0';
const nodePackage = `node-linux-${process.arch}`;

/** Where code-server is kept: outside the checkout, so that every clone on this machine finds it. */
export const cacheFolder = process.env.HEADLIGHT_CACHE ?? path.join(os.homedir(), '.cache', 'headlight');
const home = path.join(cacheFolder, `code-server-${version}`);
const nodeFolder = folder => path.join(folder, 'node_modules', nodePackage);
const node = path.join(nodeFolder(home), 'bin', 'node');
const entry = path.join(home, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
/** The extensions that VS Code brings. */
export const builtInExtensions = path.join(home, 'node_modules', 'code-server', 'lib', 'vscode', 'extensions');

/** Installs code-server where it is missing: two to five minutes, 800 MB. The folder appears whole or not at all. */
export async function ensureCodeServer() {
  if (existsSync(entry)) {
    return;
  }
  if (process.platform !== 'linux') {
    throw new Error(
      'code-server is set up on Linux only. Install VS Code and its command `code`, and type the same again.',
    );
  }
  await ensureDebianPackages({ 'krb5-config': 'libkrb5-dev', python3: 'python3', make: 'make', 'g++': 'g++' });
  console.log(`Installing code-server ${version} in ${home} (once a machine, a few minutes) …`);
  await installOnce(home, entry, async unfinished => {
    await writeFile(path.join(unfinished, 'package.json'), '{ "private": true }\n');
    // code-server's install script compiles native parts, in an npm install of its own: scripts must run in both.
    const env = {
      ...process.env,
      // Under `npm test` this names the outer Node, and code-server's install script reads its version from here.
      npm_config_user_agent: undefined,
      npm_config_ignore_scripts: 'false',
      npm_config_dangerously_allow_all_scripts: 'true',
      npm_config_nodedir: nodeFolder(unfinished),
      PATH: `${path.join(nodeFolder(unfinished), 'bin')}${path.delimiter}${process.env.PATH}`,
    };
    const install = name =>
      mustRun('npm', ['install', '--save-exact', '--no-audit', '--no-fund', name], { cwd: unfinished, env });
    await install(`${nodePackage}@${nodeVersion}`);
    await install(`code-server@${version}`);
  });
}

/** Settings under which nothing but the work is on screen. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.banner': 'never',
  'git.openRepositoryInParentFolders': 'never',
};

/** Installs packaged extensions into an extensions folder. */
export async function installExtensions(vsixFiles, { userData, extensions }) {
  await ensureCodeServer();
  await mkdir(userData, { recursive: true });
  const args = vsixFiles.flatMap(file => ['--install-extension', path.resolve(file)]);
  await mustRun(node, [entry, ...folders({ userData, extensions }), '--force', ...args]);
}

/**
 * Starts code-server on this machine's loopback address and waits until it answers.
 * @param {{ userData: string, extensions: string, workspace: string, port?: number, trust?: boolean,
 *   settings?: Record<string, unknown>, env?: Record<string, string | undefined>, builtIn?: string }} options
 *   `trust`: ask whether the workspace is trusted; `builtIn`: a folder of extensions in place of those that VS Code brings
 * @returns {Promise<{ url: string, pid: number, log: () => string, ended: Promise<void>, stop: () => Promise<void> }>}
 */
export async function startCodeServer({
  userData,
  extensions,
  workspace,
  port = 0,
  trust = false,
  settings = quietSettings,
  env = {},
  builtIn = builtInExtensions,
}) {
  await ensureCodeServer();
  const settingsFile = path.join(userData, 'User', 'settings.json');
  if (!existsSync(settingsFile)) {
    await mkdir(path.dirname(settingsFile), { recursive: true });
    await writeFile(settingsFile, JSON.stringify(settings, undefined, 2));
  }
  const args = [
    entry,
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    ...folders({ userData, extensions }),
    '--builtin-extensions-dir',
    builtIn,
    '--disable-telemetry',
    '--disable-update-check',
    ...(trust ? [] : ['--disable-workspace-trust']),
    path.resolve(workspace),
  ];
  // Its own process group: stopping it stops the extension hosts and what they started.
  const child = spawn(node, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...outsideOfVsCode(), ...env },
  });
  let output = '';
  const ended = new Promise(resolve => child.on('exit', () => resolve()));
  const stop = async () => {
    signal(child.pid, 'SIGTERM');
    const timer = setTimeout(() => signal(child.pid, 'SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    signal(child.pid, 'SIGKILL');
  };
  const address = await new Promise((resolve, reject) => {
    const read = data => {
      output += data;
      const match = /HTTP server listening on (http:\/\/\S+?)\/?\s/.exec(output);
      if (match) {
        resolve(match[1]);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('exit', code => reject(new Error(`code-server ended with code ${code}:\n${output}`)));
  });
  return {
    url: `${address}/?folder=${encodeURI(path.resolve(workspace))}`,
    pid: child.pid,
    log: () => output,
    ended,
    stop,
  };
}

function folders({ userData, extensions }) {
  return ['--config', path.join(userData, 'config.yaml'), '--user-data-dir', userData, '--extensions-dir', extensions];
}

/** The environment without what a surrounding VS Code's terminal or code-server puts there. */
function outsideOfVsCode() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|PORT$|PASSWORD$|CODE_SERVER_)/.test(name)),
  );
}

function signal(group, name) {
  try {
    process.kill(-group, name);
  } catch {
    // It has ended already.
  }
}
