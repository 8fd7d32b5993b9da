/** A code-server that runs. */
export interface CodeServer {
  /** The workbench on the workspace it was started with. */
  readonly url: string;
  /** Its number, and that of the process group of all that it starts. */
  readonly pid: number;
  /** What it has printed. */
  log(): string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How code-server is started. */
export interface CodeServerOptions {
  userData: string;
  extensions: string;
  workspace: string;
  /** 0: any that is free. */
  port?: number;
  /** Ask whether the workspace is trusted. */
  trust?: boolean;
  settings?: Record<string, unknown>;
  env?: Record<string, string | undefined>;
  /** A folder of extensions in place of those that VS Code brings. */
  builtIn?: string;
}

export const quietSettings: Record<string, unknown>;
export function startCodeServer(options: CodeServerOptions): Promise<CodeServer>;
