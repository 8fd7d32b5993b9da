import * as vscode from 'vscode';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import { type CaptionText } from '../../core/captions/caption';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { CatalogueEntry } from '../models/modelCatalogue';
import type { InferenceClient } from '../inference/inferenceClient';
import { captionPrompt } from './altTextPrompt';
import type { CaptionStore, FileStat } from './captionStore';
import { fileFailure } from '../inference/fileFailure';
import { imageSource } from './imageSource';
import type { ImageState } from './imageState';

/** How far a batch came. */
export interface BatchProgress {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** The image that is captioned now. */
  readonly current?: vscode.Uri;
}

/** How a batch ended. */
export interface BatchEnd extends BatchProgress {
  readonly cancelled: boolean;
  /** Why the batch could not go on: the model, or the inference process, failed. */
  readonly stopped?: string;
}

/** So often the inference process may die over one image before the image is given up. */
const mostTries = 2;

/**
 * Captions images one after another and keeps the captions. A file that cannot be read is told and passed over; while the
 * model runs on an image, the inference process reads the next.
 */
export class CaptionQueue implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  /** Fires with an image that was queued, is begun, or left the queue. */
  readonly onDidChange = this.emitter.event;
  private readonly progressEmitter = new vscode.EventEmitter<BatchProgress>();
  readonly onDidProgress = this.progressEmitter.event;
  /** In order; the first is the one that is captioned. */
  private readonly waiting = new Map<string, vscode.Uri>();
  private current?: string;
  private count = { done: 0, failed: 0, total: 0 };
  private running?: { readonly cancel: vscode.CancellationTokenSource; readonly end: Promise<BatchEnd> };

  constructor(
    private readonly client: InferenceClient,
    private readonly store: CaptionStore,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Whether images are being captioned. */
  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** An image's state where the queue knows it. */
  phase(uri: vscode.Uri): ImageState | undefined {
    const key = uri.toString();
    if (!this.waiting.has(key)) return undefined;
    return { phase: key === this.current ? 'running' : 'queued' };
  }

  /** Captions images after those that wait already. @returns how the whole batch ends, theirs included. */
  add(uris: readonly vscode.Uri[], model: CatalogueEntry): Promise<BatchEnd> {
    for (const uri of uris) {
      if (this.waiting.has(uri.toString())) continue;
      this.waiting.set(uri.toString(), uri);
      this.count.total++;
      this.emitter.fire(uri);
    }
    if (!this.running) {
      const cancel = new vscode.CancellationTokenSource();
      const end = this.run(model, cancel.token).finally(() => {
        this.running = undefined;
        cancel.dispose();
      });
      this.running = { cancel, end };
    }
    return this.running.end;
  }

  /** Ends the batch at once; what waits has the state that it had before. */
  cancel(): void {
    if (!this.running) return;
    this.running.cancel.cancel();
    this.client.userCancelled();
  }

  dispose(): void {
    this.cancel();
    this.emitter.dispose();
    this.progressEmitter.dispose();
  }

  private async run(model: CatalogueEntry, token: vscode.CancellationToken): Promise<BatchEnd> {
    const cancelled = new Promise<'cancelled'>(resolve => token.onCancellationRequested(() => resolve('cancelled')));
    let stopped: string | undefined;
    while (this.waiting.size > 0 && !token.isCancellationRequested && stopped === undefined) {
      const [uri, next] = [...take(this.waiting.values(), 2)];
      this.current = uri.toString();
      this.emitter.fire(uri);
      this.progressEmitter.fire({ ...this.count, current: uri });
      // The process ends the run in its own time; the batch does not wait for that.
      const result = await Promise.race([this.one(uri, next, model, token), cancelled]);
      if (result === 'cancelled') break;
      if (result === 'done' || result === 'failed') this.count[result]++;
      else stopped = result.stopped;
      this.current = undefined;
      this.waiting.delete(uri.toString());
      this.emitter.fire(uri);
      this.progressEmitter.fire(this.count);
    }
    const left = [...this.waiting.values()];
    this.waiting.clear();
    this.current = undefined;
    for (const uri of left) this.emitter.fire(uri);
    const end: BatchEnd = { ...this.count, cancelled: token.isCancellationRequested, stopped };
    this.count = { done: 0, failed: 0, total: 0 };
    return end;
  }

  /** Captions one image. @returns how that ended; `stopped` where no image can be captioned now. */
  private async one(
    uri: vscode.Uri,
    next: vscode.Uri | undefined,
    model: CatalogueEntry,
    token: vscode.CancellationToken,
  ): Promise<'done' | 'failed' | { stopped: string }> {
    let stat: FileStat = { size: -1, mtime: -1 };
    for (let tries = 1; ; tries++) {
      try {
        stat = await vscode.workspace.fs.stat(uri);
        const text = await this.ask(model, uri, next, token);
        // Cancelled meanwhile: what the user no longer wants is not kept.
        if (!token.isCancellationRequested) await this.store.put(uri, stat, model, text);
        return 'done';
      } catch (error) {
        if (token.isCancellationRequested) return 'failed';
        const failure = fileFailure(uri, error);
        if (failure.code === InferenceErrorCode.model) return { stopped: failure.message };
        if (failure.code === InferenceErrorCode.process && !this.client.mayStart(model.id)) {
          return { stopped: failure.message };
        }
        if (failure.code === InferenceErrorCode.process && tries < mostTries) continue;
        this.log.warn(`${vscode.workspace.asRelativePath(uri)}: ${failure.message}`);
        await this.store.fail(uri, stat, failure.message);
        return 'failed';
      }
    }
  }

  private async ask(
    model: CatalogueEntry,
    image: vscode.Uri,
    next: vscode.Uri | undefined,
    token: vscode.CancellationToken,
  ): Promise<CaptionText> {
    const ahead = next?.scheme === 'file' ? await imageSource(next) : undefined;
    const asked = { model, source: await imageSource(image), prompt: await captionPrompt(model, image) };
    return this.client.request(CaptionRequest.captionText, { ...asked, ...(ahead ? { next: ahead } : {}) }, token);
  }
}

function* take<Value>(values: Iterable<Value>, most: number): Generator<Value> {
  let count = 0;
  for (const value of values) {
    if (count++ === most) return;
    yield value;
  }
}
