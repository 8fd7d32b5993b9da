import { fork, type ChildProcess } from 'node:child_process';
import 'vscode-jsonrpc/node';
import type { MessageConnection, RequestType } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { InferenceErrorCode, InferenceEvent } from '../../core/protocol/inferenceProtocol';
import { connect } from '../../core/protocol/messagePort';
import { allocatorSettings } from './allocatorSettings';
import { childPort } from './childPort';
import { DeathCount, mostDeaths } from './deathCount';
import { InferenceError } from './inferenceError';
import type { InferenceStatus } from './inferenceStatus';
import { LimitedLines } from './limitedLines';

/** A process that was asked to end is killed after so many milliseconds. */
const patience = 2000;

/**
 * The one owner of the inference process: starts it with the first request, passes requests and their cancellation, and
 * starts a new one after a death. Native crashes and lack of memory end the process, never the extension host.
 */
export class InferenceClient implements vscode.Disposable {
  private process?: { readonly child: ChildProcess; readonly connection: MessageConnection };
  private readonly deaths = new DeathCount();
  /** The ids of the models that are worked with, one for each request. */
  private readonly asked: string[] = [];

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

  /** Whether a process may be started for a model: not where it died over that too often. @param model its id. */
  mayStart(model?: string): boolean {
    return !this.deaths.isTooMany(model);
  }

  /** Starts the process where there is none, ahead of a request that is about to come. */
  warm(): void {
    if (this.mayStart()) this.process ??= this.start();
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
    const model = modelOf(params);
    if (!this.mayStart(model)) throw tooManyDeaths(model);
    const { connection } = (this.process ??= this.start());
    const heard = hear?.(connection);
    if (model !== undefined) this.asked.push(model);
    try {
      // A token that is undefined would be sent as a second parameter.
      return await (token
        ? connection.sendRequest<Result>(type.method, params, token)
        : connection.sendRequest<Result>(type.method, params));
    } catch (error) {
      throw InferenceError.from(error);
    } finally {
      heard?.dispose();
      if (model !== undefined) this.asked.splice(this.asked.indexOf(model), 1);
    }
  }

  /** Ends the process; the next request starts a new one. */
  stop(): void {
    const stopped = this.process;
    this.process = undefined;
    if (stopped) end(stopped);
    this.status.current = { phase: 'stopped' };
  }

  dispose(): void {
    if (this.process) end(this.process);
    this.process = undefined;
  }

  private start(): { child: ChildProcess; connection: MessageConnection } {
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
    const [said, complained] = [
      new LimitedLines(line => this.log.info(line)),
      new LimitedLines(line => this.log.warn(line)),
    ];
    child.stdout?.on('data', data => said.add(String(data)));
    child.stderr?.on('data', data => complained.add(String(data)));
    child.on('error', error => this.log.error(error));
    child.on('exit', (code, signal) => {
      said.end();
      complained.end();
      this.log.warn(`Inference process ${child.pid} ended with ${signal ?? `code ${code}`}.`);
      if (this.process?.child !== child) return;
      // What it was at by its own word, else all that it was asked for.
      const { current } = this.status;
      const working = current.phase === 'loading' || current.phase === 'running';
      this.deaths.add(working ? [current.model] : this.asked);
      connection.dispose();
      this.process = undefined;
      this.status.current = { phase: 'stopped' };
    });
    connection.listen();
    return { child, connection };
  }
}

/** Lets go of a process: what waits for it is rejected at once, and it ends, stopped or in a loop though it may be. */
function end({ child, connection }: { readonly child: ChildProcess; readonly connection: MessageConnection }): void {
  connection.dispose();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  const kill = setTimeout(() => child.kill('SIGKILL'), patience);
  child.once('exit', () => clearTimeout(kill));
}

/** The id of the model that a request is about; undefined where it is about none. */
function modelOf(params: unknown): string | undefined {
  const { model, of } = (params ?? {}) as { model?: { id?: unknown }; of?: { model?: { id?: unknown } } };
  const id = (of?.model ?? model)?.id;
  return typeof id === 'string' ? id : undefined;
}

function tooManyDeaths(model: string | undefined): InferenceError {
  return new InferenceError(
    InferenceErrorCode.process,
    `The inference process stopped ${mostDeaths} times within a minute${model === undefined ? '' : ` over ${model}`}; see the log for the reason, choose another model, or try again in a minute.`,
  );
}
