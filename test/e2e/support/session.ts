import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { quietSettings, startCodeServer, type CodeServer, type CodeServerOptions } from '../../support/codeServer.mjs';
import { closeSharedBrowser, isSuite, sharedContext } from './sharedContext';
import { Workbench } from './workbench';

/** The port of the run's first session, which each later one has, too: what the browser keeps of VS Code's scripts goes by the address. */
const run = globalThis as { headlightPort?: number };

/** What a session starts with. */
export interface SessionOptions {
  /** Ask whether the workspace is trusted. */
  trust?: boolean;
  settings?: Record<string, unknown>;
  /** Those of the machine that the extension runs on. */
  machineSettings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** With all extensions that VS Code brings: Git, TypeScript's service and so on. */
  allBuiltIn?: boolean;
  /** Headlight alone, or with the runner of the host suite, or the universal package. */
  extensions?: 'extensions' | 'extensions-host' | 'extensions-universal';
}

/** A real VS Code with Headlight installed, on a fresh copy of the sample workspace, and windows of the run’s one browser. Nothing is there before `start`. */
export class Session {
  private server!: CodeServer;
  private folder!: string;

  static start(options?: SessionOptions): Promise<Session> {
    return new Session().start(options);
  }

  async start(options: SessionOptions = {}): Promise<this> {
    const scratch = process.env.HEADLIGHT_SCRATCH;
    if (!scratch) throw new Error('Run this by `npm test -- e2e`: it packages and installs the extension first.');
    const folder = (this.folder = await mkdtemp(path.join(scratch, 'session-')));
    await cp('samples/workspace', path.join(folder, 'workspace'), { recursive: true });
    await cp(path.join(scratch, options.extensions ?? 'extensions'), path.join(folder, 'extensions'), {
      recursive: true,
    });
    if (options.machineSettings) {
      await mkdir(path.join(folder, 'user-data', 'Machine'), { recursive: true });
      await writeFile(
        path.join(folder, 'user-data', 'Machine', 'settings.json'),
        JSON.stringify(options.machineSettings),
      );
    }
    this.server = await startOnSharedPort({
      userData: path.join(folder, 'user-data'),
      extensions: path.join(folder, 'extensions'),
      workspace: path.join(folder, 'workspace'),
      trust: options.trust,
      settings: {
        ...quietSettings,
        'workbench.colorTheme': 'Dark Modern',
        'editor.minimap.enabled': false,
        // What is asked once is asked in its own test.
        'headlight.captions.offerModels': false,
        ...options.settings,
      },
      env: options.env,
      builtIn: options.allBuiltIn ? undefined : path.join(scratch, 'built-in'),
    });
    return this;
  }

  async stop(): Promise<void> {
    const shared = await sharedContext();
    // Also what a test that failed has left open.
    const others = (shared.browser()?.contexts() ?? []).filter(context => context !== shared);
    await Promise.allSettled([...shared.pages(), ...others].map(one => one.close()));
    await shared.clearPermissions();
    if (!isSuite) await closeSharedBrowser();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Opens a window on the workspace; what another window has kept in the browser is gone.
   * @param workbench what shows it from then on
   * @param workspaceFile a `.code-workspace` to be opened in place of the folder
   */
  async openWorkbench(workbench = new Workbench(), workspaceFile?: string): Promise<Workbench> {
    const { origin } = new URL(this.server.url);
    const context = await sharedContext();
    const page = await context.newPage();
    const browser = await context.newCDPSession(page);
    await browser.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await browser.detach();
    workbench.show(page);
    await workbench.open(
      workspaceFile === undefined ? this.server.url : `${origin}/?workspace=${encodeURI(workspaceFile)}`,
    );
    return workbench;
  }

  /** A path inside the session's copy of the sample workspace. */
  inWorkspace(file: string): string {
    return path.join(this.folder, 'workspace', file);
  }

  /** The folder of the installed extension: this session's own copy. */
  async extensionFolder(): Promise<string> {
    const installed = JSON.parse(await readFile(path.join(this.folder, 'extensions', 'extensions.json'), 'utf8')) as {
      identifier: { id: string };
      relativeLocation: string;
    }[];
    const headlight = installed.find(extension => extension.identifier.id === 'headlight.headlight');
    if (!headlight) throw new Error('Headlight is not installed.');
    return path.join(this.folder, 'extensions', headlight.relativeLocation);
  }

  /** The number of the inference process of this session, while there is one. */
  get inferenceProcess(): number | undefined {
    return this.processOf(/^headlight-inference/);
  }

  /** The number of the extension host of this session, while there is one. */
  get extensionHost(): number | undefined {
    return this.processOf(/--type=extensionHost/);
  }

  /** The first of this session's processes whose command line reads so. */
  private processOf(commandLine: RegExp): number | undefined {
    const reads = (pid: number) => {
      try {
        const group = Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')[2]);
        return group === this.server.pid && commandLine.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
      } catch {
        return false;
      }
    };
    return readdirSync('/proc')
      .map(Number)
      .find(pid => pid > 0 && reads(pid));
  }
}

/** code-server on the run's port, or on another where something else listens there now. */
async function startOnSharedPort(options: CodeServerOptions): Promise<CodeServer> {
  const server = await startCodeServer({ ...options, port: run.headlightPort }).catch(() => startCodeServer(options));
  run.headlightPort = Number(new URL(server.url).port);
  return server;
}
