import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { chromiumFlags, chromiumPath } from '../../support/chromium.mjs';
import { quietSettings, startCodeServer, type CodeServer } from '../../support/codeServer.mjs';
import { Workbench } from './workbench';

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
  /** Headlight alone, or with the runner of the host suite. */
  extensions?: 'extensions' | 'extensions-host';
}

/** A real VS Code with Headlight installed, on a fresh copy of the sample workspace, and a browser. Nothing is there before `start`. */
export class Session {
  private server!: CodeServer;
  private browser!: Browser;
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
    this.server = await startCodeServer({
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
    this.browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
    return this;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Opens a window on the workspace; what it keeps from another window of this session is gone.
   * @param workbench what shows it from then on
   * @param workspaceFile a `.code-workspace` to be opened in place of the folder
   */
  async openWorkbench(workbench = new Workbench(), workspaceFile?: string): Promise<Workbench> {
    const context = await this.browser.newContext({ viewport: { width: 1400, height: 900 } });
    context.setDefaultTimeout(60_000);
    workbench.show(await context.newPage());
    await workbench.open(
      workspaceFile === undefined
        ? this.server.url
        : `${new URL(this.server.url).origin}/?workspace=${encodeURI(workspaceFile)}`,
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
    return readdirSync('/proc')
      .map(Number)
      .find(pid => pid > 0 && this.isInferenceProcess(pid));
  }

  private isInferenceProcess(pid: number): boolean {
    try {
      const group = Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')[2]);
      return (
        group === this.server.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('headlight-inference')
      );
    } catch {
      return false;
    }
  }
}
