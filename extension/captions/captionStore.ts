import * as vscode from 'vscode';
import { CaptionBook, type KeptCaption, type KnownFile } from '../../core/captions/captionBook';
import type { CaptionText } from '../../core/captions/caption';
import { captionConfidence } from '../../core/captions/captionConfidence';
import { isCalibrated } from '../../core/captions/captionVerdict';
import type { ModelReference } from '../../core/protocol/modelReference';
import { modelVersion } from '../models/modelVersion';
import { showWarningMessage } from '../shown/messages';
import type { ImageState } from './imageState';

/** A file's size in bytes and its time of change. */
export type FileStat = Pick<vscode.FileStat, 'size' | 'mtime'>;

/** Milliseconds between a change and its writing: a batch changes much. */
const saveDelay = 1000;

/**
 * The captions of the workspace, kept in its storage folder in `captions.json`. What a file is called does not matter: a
 * caption belongs to a content. Where no folder is open, captions last as long as the window.
 */
export class CaptionStore implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  /** Fires with the image whose caption or state changed. */
  readonly onDidChange = this.emitter.event;
  /** Contents read in this session of files that have no caption by it. */
  private readonly hashes = new Map<string, KnownFile>();
  private loading?: Promise<CaptionBook>;
  private timer?: NodeJS.Timeout;
  /** Settles when the last writing is done. */
  private saving: Promise<void> = Promise.resolve();
  /** Whether the last writing failed, which was told. */
  private failing = false;

  /** @param tell tells the user in a sentence that captions cannot be written. */
  constructor(
    private readonly folder: vscode.Uri | undefined,
    private readonly captioner: () => Promise<ModelReference>,
    private readonly log: vscode.LogOutputChannel,
    private readonly tell: (message: string) => unknown = showWarningMessage,
  ) {}

  /** How an image stands. Its content is read only where it may be one that was captioned before. */
  async state(uri: vscode.Uri, stat?: FileStat): Promise<ImageState> {
    const now = stat ?? (await vscode.workspace.fs.stat(uri));
    const book = await this.book();
    const failure = book.failure(uri.toString());
    if (failure && same(failure, now)) return { phase: 'failed', reason: failure.reason };
    const known = book.file(uri.toString());
    if (!known && !book.mayKnow(now.size)) return { phase: 'none' };
    const model = await this.captioner();
    const hash = await this.hash(uri, now);
    const caption = book.find(hash, model.id);
    if (!caption) {
      const old = known && book.find(known.hash, model.id);
      return old
        ? { phase: 'stale', caption: old, reason: 'The image changed after it was captioned.' }
        : { phase: 'none' };
    }
    this.know(book, uri, hash, now);
    if (caption.edited) return { phase: 'edited', caption };
    if (caption.record?.model === model.id) {
      if (caption.record.version !== (await modelVersion(model))) {
        return { phase: 'stale', caption, reason: `An older version of ${model.id} wrote this caption.` };
      }
      if (isCalibrated(model.id) && caption.record.confidence === undefined) {
        return { phase: 'stale', caption, reason: 'It was captioned before Headlight kept how sure the model was.' };
      }
    }
    return { phase: 'done', caption };
  }

  /** Keeps what the model said of a file. @param stat the file as it was before the model saw it. */
  async put(
    uri: vscode.Uri,
    stat: FileStat,
    model: ModelReference,
    { image, text, words, photo, screenshot }: Pick<CaptionText, 'image' | 'text' | 'words' | 'photo' | 'screenshot'>,
  ): Promise<void> {
    const book = await this.book();
    book.put({
      hash: image.hash,
      size: stat.size,
      model: model.id,
      version: await modelVersion(model),
      text,
      confidence: captionConfidence(words).value,
      ...(photo ? { photo } : {}),
      ...(screenshot ? { screenshot } : {}),
      time: new Date().toISOString(),
    });
    book.setFailure(uri.toString(), undefined);
    this.hashes.delete(uri.toString());
    this.know(book, uri, image.hash, stat);
    this.changed(uri);
  }

  /** Keeps why a file has no caption, until it changes. */
  async fail(uri: vscode.Uri, { size, mtime }: FileStat, reason: string): Promise<void> {
    (await this.book()).setFailure(uri.toString(), { size, mtime, reason });
    this.changed(uri);
  }

  /** Keeps the user's words. */
  async edit(uri: vscode.Uri, text: string): Promise<void> {
    const stat = await vscode.workspace.fs.stat(uri);
    const book = await this.book();
    const hash = await this.hash(uri, stat);
    book.edit(hash, text);
    book.setFailure(uri.toString(), undefined);
    this.know(book, uri, hash, stat);
    this.changed(uri);
  }

  /** Forgets what was said of a file's content. */
  async remove(uri: vscode.Uri): Promise<void> {
    const book = await this.book();
    const known = book.file(uri.toString());
    if (known) {
      book.remove(known.hash);
      this.hashes.set(uri.toString(), known);
    }
    book.forgetFile(uri.toString());
    book.setFailure(uri.toString(), undefined);
    this.changed(uri);
  }

  /**
   * Forgets where files lay that are gone, moved or renamed: another image in that place is not their change. Their
   * contents keep their captions.
   * @param there addresses of files that are known to be there.
   */
  async forgetGone(there: ReadonlySet<string>): Promise<void> {
    const book = await this.book();
    for (const uri of [...book.knownFiles].filter(known => !there.has(known))) {
      try {
        await vscode.workspace.fs.stat(vscode.Uri.parse(uri));
      } catch (error) {
        // A file of a folder that cannot be asked now, of a remote or a drive that is off, may be there again.
        if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileNotFound') continue;
        book.forgetFile(uri);
        this.saveSoon();
      }
    }
  }

  /** Those of other images that have an image's content, and so its caption. */
  async sameContent(
    uri: vscode.Uri,
    others: readonly { readonly uri: vscode.Uri; readonly stat: FileStat }[],
  ): Promise<readonly vscode.Uri[]> {
    const known = (await this.book()).file(uri.toString()) ?? this.hashes.get(uri.toString());
    const same: vscode.Uri[] = [];
    for (const other of others) {
      // Only what is as large can be the same, and only that is read.
      if (!known || other.stat.size !== known.size || other.uri.toString() === uri.toString()) continue;
      // Deleted meanwhile: the next search tells.
      if ((await this.hash(other.uri, other.stat).catch(() => undefined)) === known.hash) same.push(other.uri);
    }
    return same;
  }

  /** What is kept for a content, as a caption in a panel has it. */
  async find(hash: string): Promise<KeptCaption | undefined> {
    return (await this.book()).find(hash, (await this.captioner()).id);
  }

  /** Writes what was not written yet, and waits for what is being written. */
  async flush(): Promise<void> {
    if (!this.timer) return this.saving;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.save();
  }

  dispose(): void {
    void this.flush().catch(() => undefined);
    this.emitter.dispose();
  }

  private book(): Promise<CaptionBook> {
    return (this.loading ??= this.load());
  }

  private async load(): Promise<CaptionBook> {
    if (!this.folder) return new CaptionBook();
    const file = vscode.Uri.joinPath(this.folder, 'captions.json');
    let bytes: Uint8Array;
    try {
      bytes = await vscode.workspace.fs.readFile(file);
    } catch {
      // Nothing was captioned here yet.
      return new CaptionBook();
    }
    try {
      return new CaptionBook(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (error) {
      const aside = vscode.Uri.joinPath(this.folder, `captions.broken.json`);
      this.log.error(`${file.fsPath} cannot be read and is kept as ${aside.fsPath}; captions start afresh.`, error);
      await vscode.workspace.fs.rename(file, aside, { overwrite: true });
      return new CaptionBook();
    }
  }

  private know(book: CaptionBook, uri: vscode.Uri, hash: string, { size, mtime }: FileStat): void {
    const known = book.file(uri.toString());
    if (known?.hash === hash && same(known, { size, mtime })) return;
    book.setFile(uri.toString(), { hash, size, mtime });
    this.saveSoon();
  }

  private async hash(uri: vscode.Uri, stat: FileStat): Promise<string> {
    const key = uri.toString();
    const known = [this.hashes.get(key), (await this.book()).file(key)].find(file => file && same(file, stat));
    if (known) return known.hash;
    const digest = await crypto.subtle.digest(
      'SHA-256',
      (await vscode.workspace.fs.readFile(uri)) as Uint8Array<ArrayBuffer>,
    );
    const hash = Buffer.from(digest).toString('hex');
    this.hashes.set(key, { hash, size: stat.size, mtime: stat.mtime });
    return hash;
  }

  private changed(uri: vscode.Uri): void {
    this.saveSoon();
    this.emitter.fire(uri);
  }

  private saveSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.save().catch(() => undefined);
    }, saveDelay);
  }

  /** One after another: two at once would write to the same file beside. */
  private save(): Promise<void> {
    const saved = this.saving.then(async () => {
      try {
        await this.write();
        this.failing = false;
      } catch (error) {
        const message = `Captions cannot be written to ${this.folder?.fsPath} and last until this window is closed; make room or allow writing there, and the next caption writes all of them.`;
        this.log.error(message, error);
        // Once, not with each image of a batch.
        if (!this.failing) this.tell(message);
        this.failing = true;
        throw error;
      }
    });
    this.saving = saved.catch(() => undefined);
    return saved;
  }

  /** Writes beside and renames: a crash in between loses nothing. */
  private async write(): Promise<void> {
    if (!this.folder) return;
    await vscode.workspace.fs.createDirectory(this.folder);
    const part = vscode.Uri.joinPath(this.folder, 'captions.part.json');
    await vscode.workspace.fs.writeFile(part, new TextEncoder().encode(JSON.stringify(await this.book())));
    await vscode.workspace.fs.rename(part, vscode.Uri.joinPath(this.folder, 'captions.json'), { overwrite: true });
  }
}

function same(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtime === b.mtime;
}
