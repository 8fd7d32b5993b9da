import * as vscode from 'vscode';
import type { CaptionQueue } from './captionQueue';
import type { CaptionStore } from './captionStore';
import { findImages, imageGlob, type FoundImages, type WorkspaceImage } from './findImages';
import type { ImageState } from './imageState';

/** Milliseconds after the last change of a file before the workspace is searched again. */
const searchDelay = 400;
/** Milliseconds after which whoever waits for the first search is told of it, and can cancel it. */
const toldAfter = 2000;
/** So many states are asked for at once. */
const statesAtOnce = 16;

/** The images of the workspace with how each stands; follows changes of files and settings once it was asked. */
export class WorkspaceImages implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<WorkspaceImage | undefined>();
  /** Fires with the image whose state changed, or with nothing where the list did. */
  readonly onDidChange = this.emitter.event;
  private found: FoundImages = { images: [], tooLarge: 0 };
  private byUri = new Map<string, WorkspaceImage>();
  private readonly states = new Map<string, ImageState>();
  private searching?: Promise<void>;
  /** Cancels the search under way. */
  private source?: vscode.CancellationTokenSource;
  private cancelled = false;
  private again = false;
  private timer?: NodeJS.Timeout;
  private subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly store: CaptionStore,
    private readonly queue: CaptionQueue,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * All images, by path; searches for them at first, and again where that was cancelled.
   * @throws {vscode.CancellationError} where the search is cancelled.
   */
  async all(): Promise<readonly WorkspaceImage[]> {
    if (this.cancelled) void this.search();
    const images = await this.listed();
    if (this.cancelled) throw new vscode.CancellationError();
    return images;
  }

  /** Those that were found, by path; searches at first, but not again where that was cancelled. */
  async listed(): Promise<readonly WorkspaceImage[]> {
    if (this.subscriptions.length === 0) {
      this.watch();
      void this.search();
    }
    await this.searching;
    return this.found.images;
  }

  /** Ends the search under way: what was found before stays, and who waits for {@link all} is told. */
  cancelSearch(): void {
    if (!this.searching) return;
    this.again = false;
    this.cancelled = true;
    this.source?.cancel();
  }

  /** How many images were left out for their size. */
  get tooLarge(): number {
    return this.found.tooLarge;
  }

  state({ uri }: WorkspaceImage): ImageState {
    return this.queue.phase(uri) ?? this.states.get(uri.toString()) ?? { phase: 'none' };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.source?.cancel();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.emitter.dispose();
  }

  private watch(): void {
    const later = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.search(), searchDelay);
    };
    const images = vscode.workspace.createFileSystemWatcher(imageGlob);
    const git = vscode.workspace.createFileSystemWatcher('**/.gitignore');
    this.subscriptions = [
      images,
      git,
      ...[images, git].flatMap(watcher => [
        watcher.onDidCreate(later),
        watcher.onDidDelete(later),
        watcher.onDidChange(later),
      ]),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (
          ['headlight.captions', 'files.exclude', 'search.exclude', 'search.useIgnoreFiles'].some(name =>
            change.affectsConfiguration(name),
          )
        ) {
          later();
        }
      }),
      this.store.onDidChange(uri => void this.updateAll(uri)),
      this.queue.onDidChange(uri => this.tell(uri)),
    ];
  }

  /** Searches; a search that is asked for meanwhile follows. */
  private search(): Promise<void> {
    if (this.searching) {
      this.again = true;
      return this.searching;
    }
    const source = (this.source = new vscode.CancellationTokenSource());
    const before = this.cancelled;
    this.cancelled = false;
    const telling = setTimeout(() => this.tellOfSearch(), toldAfter);
    return (this.searching = this.searchNow(source.token)
      .catch((error: unknown) => {
        if (source.token.isCancellationRequested) return;
        this.log.error('The images of the workspace cannot be listed.', error);
      })
      .finally(() => {
        clearTimeout(telling);
        source.dispose();
        this.searching = undefined;
        if (this.cancelled || before) {
          void vscode.commands.executeCommand('setContext', 'headlight.imagesSearchCancelled', this.cancelled);
        }
        if (this.again) {
          this.again = false;
          void this.search();
        }
      }));
  }

  /** A notification with Cancel, as long as nothing was found yet: later searches nobody waits for. */
  private tellOfSearch(): void {
    const { searching } = this;
    if (!searching || this.found.images.length > 0) return;
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'Looking for images in the workspace…',
        cancellable: true,
      },
      (_, token) => {
        token.onCancellationRequested(() => this.cancelSearch());
        return searching;
      },
    );
  }

  private async searchNow(cancelled: vscode.CancellationToken): Promise<void> {
    // VS Code's own search ends some time after it was cancelled: who waits does not wait for that.
    const given = new Promise<never>((_, reject) => {
      cancelled.onCancellationRequested(() => reject(new vscode.CancellationError()));
    });
    const found = await Promise.race([findImages(cancelled), given]);
    await this.store.forgetGone(new Set(found.images.map(({ uri }) => uri.toString())));
    const states = new Map<string, ImageState>();
    for (let at = 0; at < found.images.length; at += statesAtOnce) {
      if (cancelled.isCancellationRequested) throw new vscode.CancellationError();
      await Promise.all(
        found.images.slice(at, at + statesAtOnce).map(async ({ uri, stat }) => {
          // Deleted since it was found: it has no state.
          const state = await this.store.state(uri, stat).catch(() => undefined);
          if (state) states.set(uri.toString(), state);
        }),
      );
    }
    this.found = found;
    this.byUri = new Map(found.images.map(image => [image.uri.toString(), image]));
    this.states.clear();
    for (const [uri, state] of states) this.states.set(uri, state);
    this.emitter.fire(undefined);
  }

  /** An image's caption changed, and with it that of every image of the same content. */
  private async updateAll(uri: vscode.Uri): Promise<void> {
    await this.update(uri);
    for (const twin of await this.store.sameContent(uri, this.found.images)) await this.update(twin);
  }

  private async update(uri: vscode.Uri): Promise<void> {
    const state = await this.store.state(uri).catch(() => undefined);
    if (!state) return;
    this.states.set(uri.toString(), state);
    this.tell(uri);
  }

  private tell(uri: vscode.Uri): void {
    const image = this.byUri.get(uri.toString());
    if (image) this.emitter.fire(image);
  }
}
