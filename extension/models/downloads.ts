import * as vscode from 'vscode';
import {
  downloadProgress,
  DownloadRequest,
  type DownloadName,
  type HubModel,
  type KeptModel,
} from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceClient } from '../inference/inferenceClient';
import type { Failures } from '../reports/failures';
import { InferenceError } from '../inference/inferenceError';
import { InferenceStatus } from '../inference/inferenceStatus';
import type { HubSettings } from './hubSettings';

/** A download that runs, or was ended before it was whole. */
export interface Download extends DownloadName {
  readonly model: HubModel;
  /** Bytes that are there, and that it takes. */
  readonly done: number;
  readonly total: number;
  readonly state: 'running' | 'stopped';
  /** Why it stopped; absent where the user cancelled it. */
  readonly failure?: string;
  /** Seconds until the next try. */
  readonly waiting?: number;
  /** Whether another window downloads it, and this one waits for that. */
  readonly elsewhere?: boolean;
}

/** Where the downloads that were ended are remembered, over windows. */
const memory = 'headlight.stoppedDownloads';

/** The downloads of this window. They run in a process of their own, which ends with the last of them. */
export class Downloads implements vscode.Disposable {
  private readonly running = new Map<string, { download: Download; readonly source: vscode.CancellationTokenSource }>();
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when a download begins or ends. */
  readonly onDidChange = this.emitter.event;
  private readonly progressEmitter = new vscode.EventEmitter<Download>();
  /** Fires when one gets on. */
  readonly onDidProgress = this.progressEmitter.event;
  private asked = 0;
  private readonly status = new InferenceStatus();
  private readonly client: InferenceClient;

  /**
   * @param storage the folder of all models, below the extension's global storage.
   * @param whole called when a model is there.
   */
  constructor(
    entryPoint: string,
    private readonly storage: vscode.Uri,
    private readonly hub: HubSettings,
    private readonly state: vscode.Memento,
    log: vscode.LogOutputChannel,
    private readonly whole: () => void,
  ) {
    this.client = new InferenceClient(
      entryPoint,
      vscode.Uri.joinPath(storage, 'compiled'),
      this.status,
      log,
      connection => {
        connection.onNotification(downloadProgress, ({ id, dtype, ...progress }) =>
          this.update({ id, dtype }, progress),
        );
      },
    );
  }

  /** What failed last. */
  get failures(): Failures {
    return this.client.failures;
  }

  /** Those that run and those that were stopped. */
  get all(): readonly Download[] {
    const running = [...this.running.values()].map(({ download }) => download);
    return [...running, ...this.stopped.filter(download => !this.running.has(keyOf(download)))];
  }

  /**
   * What the hub tells of a model.
   * @throws Error with one sentence.
   */
  async look(id: string, token?: vscode.CancellationToken): Promise<HubModel> {
    const hub = await this.hub.access();
    return this.ask(() => this.client.request(DownloadRequest.look, { hub, id }, token));
  }

  /**
   * Downloads a model, or goes on with it.
   * @returns whether it is whole now: false where it was cancelled.
   * @throws Error with one sentence; the download stays in the list as stopped.
   */
  async start(model: HubModel, dtype: string): Promise<boolean> {
    const name = { id: model.id, dtype };
    const hub = await this.hub.access();
    if (this.running.has(keyOf(name))) return false;
    const source = new vscode.CancellationTokenSource();
    const total = model.precisions.find(precision => precision.dtype === dtype)?.bytes ?? 0;
    const known = this.stopped.find(download => keyOf(download) === keyOf(name));
    const download: Download = { ...name, model, done: known?.done ?? 0, total, state: 'running' };
    this.running.set(keyOf(name), { source, download });
    // A window that closes meanwhile leaves it to be gone on with.
    await this.remember({ ...download, state: 'stopped' }, name);
    this.emitter.fire();
    let failure: InferenceError | undefined;
    let cancelled = false;
    try {
      await this.client.request(
        DownloadRequest.download,
        { hub, model, dtype, storage: this.storage.fsPath },
        source.token,
      );
    } catch (error) {
      failure = InferenceError.from(error);
      cancelled = failure.code === InferenceErrorCode.cancelled;
    }
    const ended = this.running.get(keyOf(name))?.download;
    this.running.delete(keyOf(name));
    source.dispose();
    await this.remember(
      ended && failure
        ? {
            ...ended,
            state: 'stopped',
            waiting: undefined,
            elsewhere: undefined,
            failure: cancelled ? undefined : failure.message,
          }
        : undefined,
      name,
    );
    this.endIfIdle();
    this.emitter.fire();
    if (failure && !cancelled) throw failure;
    if (!failure) this.whole();
    return !failure;
  }

  /** Stops a download; what has arrived stays. */
  cancel(name: DownloadName): void {
    this.running.get(keyOf(name))?.source.cancel();
  }

  /**
   * Forgets a stopped download and removes what has arrived.
   * @throws Error with one sentence where another window downloads it.
   */
  async discard(name: DownloadName): Promise<void> {
    await this.remove(name, 'download');
    await this.remember(undefined, name);
    this.emitter.fire();
  }

  /**
   * Removes a downloaded model.
   * @throws Error with one sentence where another window has it open.
   */
  removeModel(name: DownloadName): Promise<void> {
    return this.remove(name, 'model');
  }

  /**
   * Removes all downloaded models and unfinished downloads, and stops those of this window.
   * @returns those that stayed, since another window has them open or downloads them.
   */
  async clear(): Promise<KeptModel[]> {
    for (const { source } of this.running.values()) source.cancel();
    const kept = await this.ask(() =>
      this.client.request(DownloadRequest.clear, { storage: this.storage.fsPath, window: process.pid }),
    );
    for (const name of this.all) {
      if (!kept.some(({ why, ...other }) => why === 'downloaded' && keyOf(other) === keyOf(name))) {
        await this.remember(undefined, name);
      }
    }
    this.emitter.fire();
    return kept;
  }

  dispose(): void {
    for (const { source } of this.running.values()) source.cancel();
    this.client.dispose();
    this.status.dispose();
    this.emitter.dispose();
    this.progressEmitter.dispose();
  }

  private remove(name: DownloadName, what: 'model' | 'download'): Promise<void> {
    const { id, dtype } = name;
    if (what === 'download') this.cancel(name);
    return this.ask(() =>
      this.client.request(DownloadRequest.remove, {
        storage: this.storage.fsPath,
        name: { id, dtype },
        what,
        window: process.pid,
      }),
    );
  }

  /** Asks the process for what is no download; without one it ends after. */
  private async ask<Result>(question: () => Promise<Result>): Promise<Result> {
    this.asked++;
    try {
      return await question();
    } finally {
      this.asked--;
      this.endIfIdle();
    }
  }

  private get stopped(): readonly Download[] {
    return this.state.get<readonly Download[]>(memory, []);
  }

  private async remember(download: Download | undefined, name: DownloadName): Promise<void> {
    const others = this.stopped.filter(other => keyOf(other) !== keyOf(name));
    await this.state.update(memory, download ? [...others, download] : others);
  }

  private update(name: DownloadName, progress: Pick<Download, 'done' | 'total' | 'waiting' | 'elsewhere'>): void {
    const entry = this.running.get(keyOf(name));
    if (!entry) return;
    entry.download = { ...entry.download, ...progress };
    this.progressEmitter.fire(entry.download);
  }

  private endIfIdle(): void {
    if (this.running.size === 0 && this.asked === 0) this.client.stop();
  }
}

function keyOf({ id, dtype }: DownloadName): string {
  return `${id}:${dtype}`;
}
