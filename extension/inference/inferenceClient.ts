import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import 'vscode-jsonrpc/node';
import { CancellationTokenSource, type MessageConnection, type RequestType } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { InferenceErrorCode, InferenceEvent, InferenceRequest } from '../../core/protocol/inferenceProtocol';
import { connect } from '../../core/protocol/messagePort';
import { workLimits, type WorkTimes } from '../../core/protocol/workLimits';
import { allocatorSettings } from './allocatorSettings';
import { childPort } from './childPort';
import { DeathCount, mostDeaths } from './deathCount';
import { InferenceError } from './inferenceError';
import type { InferenceStatus } from './inferenceStatus';
import { goneWords, isGone } from '../files/extensionFiles';
import { Failures } from '../reports/failures';
import { offerReload } from '../shown/offerReload';
import { LimitedLines } from './limitedLines';
import { Watchdog, type Work } from './watchdog';

/** A process, what is to be told to those who wait for it, once it was ended, and who times it. */
interface Process {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly watchdog: Watchdog;
  /** Whether it owes the answer to a ping. */
  pinged: boolean;
  why?: InferenceError;
}

/** A request that waits for an answer. */
interface Waiting {
  /** The id of its model, where it has one. */
  readonly model?: string;
  readonly source: CancellationTokenSource;
  /** Ends the wait, whatever the process does. */
  readonly give: (why: InferenceError) => void;
  /** Why the watchdog asked it to stop. */
  why?: InferenceError;
}

/**
 * The one owner of the inference process: starts it with the first request, passes requests and their cancellation, and
 * starts a new one after a death. Native crashes and lack of memory end the process, never the extension host; what takes
 * longer than it may ends it, too ({@link Watchdog}).
 */
export class InferenceClient implements vscode.Disposable {
  private process?: Process;
  private readonly deaths = new DeathCount();
  private readonly waiting = new Set<Waiting>();
  private looking?: NodeJS.Timeout;
  /** Settles once it is known whether the process heard of the last cancellation; what is asked meanwhile waits for that. */
  private deciding?: Promise<void>;
  /** What failed last. */
  readonly failures = new Failures();
  private readonly workEmitter = new vscode.EventEmitter<Work>();
  /** Fires with what the process begins with. */
  readonly onDidBegin = this.workEmitter.event;

  /**
   * @param entryPoint the bundle of `process/main.ts`.
   * @param compiled the folder in which Node keeps the bundle as it compiled it, so that the next process starts sooner.
   * @param listen is given the connection of each process before anything is asked.
   * @param times how long work may take.
   */
  constructor(
    private readonly entryPoint: string,
    private readonly compiled: vscode.Uri,
    private readonly status: InferenceStatus,
    private readonly log: vscode.LogOutputChannel,
    private readonly listen: (connection: MessageConnection) => void = () => {},
    private readonly times: WorkTimes = workLimits.times,
  ) {}

  /** The inference process's number, while there is one. */
  get processId(): number | undefined {
    return this.process?.child.pid;
  }

  /** Whether a process may be started for a model: not where it died over that too often, or its script is gone. @param model its id. */
  mayStart(model?: string): boolean {
    return !this.deaths.isTooMany(model) && !isGone(this.entryPoint);
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
    // To a process that is about to be ended nothing is sent.
    if (this.deciding) await this.deciding;
    // One that runs goes on with what it has in memory.
    if (this.process ? this.deaths.isTooMany(model) : !this.mayStart(model)) {
      throw this.failed(type.method, tooManyDeaths(model));
    }
    const asked = (this.process ??= this.start());
    const { connection } = asked;
    const heard = hear?.(connection);
    const source = new CancellationTokenSource();
    // Had before it is cancelled, else a second cancellation would throw.
    const { token: mine } = source;
    if (token?.isCancellationRequested) source.cancel();
    const cancelled = token?.onCancellationRequested(() => source.cancel());
    let give: (why: InferenceError) => void = () => {};
    const given = new Promise<never>((_, reject) => (give = reject));
    const waiting: Waiting = { model, source, give };
    this.waiting.add(waiting);
    this.looking ??= setInterval(() => this.process?.watchdog.look(), this.times.look);
    try {
      return await Promise.race([connection.sendRequest<Result>(type.method, params, mine), given]);
    } catch (error) {
      throw this.failed(type.method, waiting.why ?? asked.why ?? InferenceError.from(error));
    } finally {
      heard?.dispose();
      cancelled?.dispose();
      source.dispose();
      this.waiting.delete(waiting);
      if (this.waiting.size === 0) this.rest();
    }
  }

  /** Remembers what a request fails with, and logs it with its code. @returns what to tell. */
  private failed(request: string, error: InferenceError): InferenceError {
    this.failures.add(error.code, request);
    if (error.code === InferenceErrorCode.cancelled) return error;
    this.log.warn(`${request} failed (${InferenceErrorCode[error.code]}): ${error.message}`);
    if (!isGone(this.entryPoint)) return error;
    // Whatever was missing, it was a file of Headlight's.
    offerReload(goneWords);
    return new InferenceError(InferenceErrorCode.process, goneWords);
  }

  /** What the process is at, by its own word. */
  get work(): Work | undefined {
    return this.process?.watchdog.work;
  }

  /**
   * The user cancelled what they waited for. Where the process does not hear of it, since it is in a loop or a native library,
   * they wait no longer; and where nobody else waits, it is ended.
   */
  userCancelled(): void {
    const { process: asked } = this;
    if (!asked) return;
    const deciding = this.decide(asked).finally(() => {
      if (this.deciding === deciding) this.deciding = undefined;
    });
    this.deciding = deciding;
  }

  /** Ends the waits that were cancelled, and the process, where it does not hear in time. */
  private async decide(asked: Process): Promise<void> {
    // What it said before may arrive yet: only an answer to this tells.
    const hears = asked.connection.sendRequest(InferenceRequest.ping.method).then(
      () => true,
      () => true,
    );
    const late = new AbortController();
    const silent = delay(this.times.cancelled, false, { signal: late.signal }).catch(() => false);
    const heard = await Promise.race([hears, silent]);
    late.abort();
    const given = [...this.waiting].filter(({ source }) => source.token.isCancellationRequested);
    if (this.process !== asked || heard || given.length === 0) return;
    const why = new InferenceError(InferenceErrorCode.cancelled, 'Cancelled.');
    if (given.length === this.waiting.size) {
      this.log.info('The inference process does not hear that it is to stop, so it is ended.');
      this.letGo(why);
    } else for (const { give } of given) give(why);
  }

  /** Ends the process; the next request starts a new one. */
  stop(): void {
    this.letGo();
    this.status.current = { phase: 'stopped' };
  }

  dispose(): void {
    this.letGo();
    this.workEmitter.dispose();
  }

  /** Ends the process. @param why is told to those who wait for it. */
  private letGo(why?: InferenceError): void {
    const { process: asked } = this;
    this.process = undefined;
    if (!asked) return;
    asked.why = why;
    this.end(asked);
    this.status.current = { phase: 'stopped' };
  }

  /** Nothing waits any more. */
  private rest(): void {
    clearInterval(this.looking);
    this.looking = undefined;
    this.process?.watchdog.rest();
  }

  private ping(asked: Process): void {
    if (asked.pinged) return;
    asked.pinged = true;
    asked.connection.sendRequest(InferenceRequest.ping.method).then(
      () => {
        asked.pinged = false;
        asked.watchdog.hear();
      },
      // It has ended.
      () => undefined,
    );
  }

  private watch(): Watchdog {
    return new Watchdog(this.times, {
      ask: () => {
        if (this.process) this.ping(this.process);
      },
      cancel: ({ phase, model }, why) => {
        this.log.warn(`${why.message} (${phase}; asked to stop)`);
        for (const waiting of this.waiting) {
          if (model !== undefined && waiting.model !== model) continue;
          waiting.why = why;
          waiting.source.cancel();
        }
      },
      end: ({ phase, model }, why) => {
        this.log.error(`${why.message} (${phase}; it did not stop, so the process is ended)`);
        if (model !== undefined) this.deaths.add([model]);
        this.letGo(why);
      },
    });
  }

  private start(): Process {
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
    const started: Process = { child, connection, watchdog: this.watch(), pinged: false };
    connection.onNotification(InferenceEvent.state, state => {
      started.watchdog.hear();
      this.status.current = state;
    });
    connection.onNotification(InferenceEvent.phase, change => {
      started.watchdog.change(change);
      if (started.watchdog.work) this.workEmitter.fire(started.watchdog.work);
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
      const asked = [...this.waiting].flatMap(({ model }) => model ?? []);
      this.deaths.add(working ? [current.model] : asked);
      connection.dispose();
      this.process = undefined;
      this.status.current = { phase: 'stopped' };
    });
    connection.listen();
    return started;
  }

  /** Lets go of a process: what waits for it is rejected at once, and it ends, stopped or in a loop though it may be. */
  private end({ child, connection }: Process): void {
    connection.dispose();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    const kill = setTimeout(() => child.kill('SIGKILL'), this.times.patience);
    child.once('exit', () => clearTimeout(kill));
  }
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
