import * as vscode from 'vscode';
import type { CaptionQueue } from './captionQueue';
import type { CaptionStore } from './captionStore';
import { findImages, imageGlob, type FoundImages, type WorkspaceImage } from './findImages';
import type { ImageState } from './imageState';

/** Milliseconds after the last change of a file before the workspace is searched again. */
const searchDelay = 400;
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
  private again = false;
  private timer?: NodeJS.Timeout;
  private subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly store: CaptionStore,
    private readonly queue: CaptionQueue,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** All images, by path; searches for them at first. */
  async all(): Promise<readonly WorkspaceImage[]> {
    if (this.subscriptions.length === 0) {
      this.watch();
      void this.search();
    }
    await this.searching;
    return this.found.images;
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
    if (this.searching) this.again = true;
    return (this.searching ??= this.searchNow()
      .catch((error: unknown) => this.log.error('The images of the workspace cannot be listed.', error))
      .finally(() => {
        this.searching = undefined;
        if (this.again) {
          this.again = false;
          void this.search();
        }
      }));
  }

  private async searchNow(): Promise<void> {
    const found = await findImages();
    await this.store.forgetGone(new Set(found.images.map(({ uri }) => uri.toString())));
    const states = new Map<string, ImageState>();
    for (let at = 0; at < found.images.length; at += statesAtOnce) {
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
