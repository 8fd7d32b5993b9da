import { fork, type ChildProcess } from 'node:child_process';
import 'vscode-jsonrpc/node';
import type { MessageConnection, RequestType } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { InferenceErrorCode, InferenceEvent } from '../../core/protocol/inferenceProtocol';
import { connect } from '../../core/protocol/messagePort';
import { allocatorSettings } from './allocatorSettings';
import { childPort } from './childPort';
import { InferenceError } from './inferenceError';
import type { InferenceStatus } from './inferenceStatus';

/** After so many deaths within the time (milliseconds) no new process is started. */
const mostDeaths = 3;
const deathWindow = 60_000;

/**
 * The one owner of the inference process: starts it with the first request, passes requests and their cancellation, and
 * starts a new one after a death. Native crashes and lack of memory end the process, never the extension host.
 */
export class InferenceClient implements vscode.Disposable {
  private process?: { readonly child: ChildProcess; readonly connection: MessageConnection };
  private readonly deaths: number[] = [];

  /**
   * @param entryPoint the bundle of `process/main.ts`.
   * @param compiled the folder in which Node keeps the bundle as it compiled it, so that the next process starts sooner.
   * @param listen is given the connection of each process before anything is asked.
   */
  constructor(
    private readonly entryPoint: string,
    private readonly compiled: vscode.Uri,
    private readonly status: InferenceStatus,
    private readonly log: vscode.LogOutputChannel,
    private readonly listen: (connection: MessageConnection) => void = () => {},
  ) {}

  /** The inference process's number, while there is one. */
  get processId(): number | undefined {
    return this.process?.child.pid;
  }

  /** Whether a process runs, or one may be started: not after too many deaths. */
  get mayStart(): boolean {
    return this.process !== undefined || this.recentDeaths < mostDeaths;
  }

  /** Starts the process where there is none, ahead of a request that is about to come. */
  warm(): void {
    if (this.mayStart) this.process ??= this.start();
  }

  /**
   * Asks the process, starting it where there is none.
   * @param hear listens to the connection until the answer is there.
   * @throws {InferenceError} whose message can be shown.
   */
  async request<Params, Result>(
    type: RequestType<Params, Result, void>,
    params: Params,
    token?: vscode.CancellationToken,
    hear?: (connection: MessageConnection) => vscode.Disposable,
  ): Promise<Result> {
    const { connection } = (this.process ??= this.start());
    const heard = hear?.(connection);
    try {
      // A token that is undefined would be sent as a second parameter.
      return await (token
        ? connection.sendRequest<Result>(type.method, params, token)
        : connection.sendRequest<Result>(type.method, params));
    } catch (error) {
      throw InferenceError.from(error);
    } finally {
      heard?.dispose();
    }
  }

  /** Ends the process; the next request starts a new one. */
  stop(): void {
    const stopped = this.process;
    this.process = undefined;
    stopped?.child.kill();
    this.status.current = { phase: 'stopped' };
  }

  dispose(): void {
    this.process?.connection.dispose();
    this.process?.child.kill();
    this.process = undefined;
  }

  private get recentDeaths(): number {
    return this.deaths.filter(time => Date.now() - time < deathWindow).length;
  }

  private start(): { child: ChildProcess; connection: MessageConnection } {
    if (this.recentDeaths >= mostDeaths) {
      throw new InferenceError(
        InferenceErrorCode.process,
        `The inference process stopped ${mostDeaths} times within a minute; see the log for the reason, and try again in a minute.`,
      );
    }
    const settings = vscode.workspace.getConfiguration('headlight');
    const child = fork(this.entryPoint, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: {
        ...allocatorSettings,
        ...process.env,
        ELECTRON_RUN_AS_NODE: '1',
        NODE_COMPILE_CACHE: this.compiled.fsPath,
        HEADLIGHT_MAXIMUM_MEMORY: String(settings.get('maximumMemory')),
        HEADLIGHT_UNLOAD_AFTER_MINUTES: String(settings.get('unloadAfterMinutes')),
      },
    });
    this.log.info(`Inference process ${child.pid} started.`);
    const connection = connect(childPort(child));
    connection.onNotification(InferenceEvent.state, state => {
      this.status.current = state;
    });
    connection.onNotification(InferenceEvent.log, ({ level, message }) => this.log[level](message));
    this.listen(connection);
    child.stdout?.on('data', data => this.log.info(String(data).trimEnd()));
    child.stderr?.on('data', data => this.log.warn(String(data).trimEnd()));
    child.on('error', error => this.log.error(error));
    child.on('exit', (code, signal) => {
      this.log.warn(`Inference process ${child.pid} ended with ${signal ?? `code ${code}`}.`);
      connection.dispose();
      if (this.process?.child !== child) return;
      this.deaths.push(Date.now());
      this.process = undefined;
      this.status.current = { phase: 'stopped' };
    });
    connection.listen();
    return { child, connection };
  }
}
