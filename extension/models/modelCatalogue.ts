import path from 'node:path';
import * as vscode from 'vscode';
import { fileLimits } from '../../core/files/fileLimits';
import { inputOf, taskWords, writesAboutImages, type ModelInput, type ModelTask } from '../../core/models/modelTask';
import { precisionList, splitPrecision, type PrecisionName } from '../../core/models/precisions';
import type { DownloadedModel } from '../../core/protocol/downloadProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { goneWords, isGone } from '../files/extensionFiles';
import { readLimited } from '../files/readLimited';
import { builtInModels } from './builtInModels';
import { graphModelOf } from './graphModel';
import type { ModelChoice } from './modelChoice';
import { readModelFolder, sizeWords, type ModelFolder } from './modelFolder';

/** Where a model comes from. */
export type ModelOrigin = 'builtIn' | 'downloaded' | 'workspace' | 'folder';

/** A model that Headlight can open. */
export interface CatalogueEntry extends ModelReference {
  /** What settings call it: unlike `id` it is there once only. */
  readonly key: string;
  readonly origin: ModelOrigin;
  readonly task: ModelTask;
  /** Its architecture, as config.json names it. */
  readonly architecture: string;
  /** Layers × heads of what is its main stack, where config.json tells. */
  readonly size?: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  /** The same in two or three words, for a line of the sidebar. */
  readonly brief: string;
  readonly precisions: readonly PrecisionName[];
  /** Bytes on disk of its precision's files. */
  readonly bytes: number;
  /** What it was downloaded as. */
  readonly manifest?: DownloadedModel;
}

/** How many models of a workspace are looked for. */
const mostInWorkspace = 100;

/** The models that there are: built in, downloaded, in the workspace where that is trusted, and in folders that the user added. */
export class ModelCatalogue implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when models come or go, or another one is in use. */
  readonly onDidChange = this.emitter.event;
  private readonly subscriptions: vscode.Disposable[];
  private captionerNow?: Promise<CatalogueEntry>;

  /**
   * @param builtIn the folder of the built-in models.
   * @param downloads the folder of the downloaded ones: `owner/name/precision`.
   */
  constructor(
    readonly choice: ModelChoice,
    private readonly builtIn: vscode.Uri,
    private readonly downloads: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const changed = () => this.emitter.fire();
    const files = vscode.workspace.createFileSystemWatcher('**/*.onnx', false, true, false);
    this.subscriptions = [
      this.onDidChange(() => {
        this.captionerNow = undefined;
      }),
      files,
      files.onDidCreate(changed),
      files.onDidDelete(changed),
      choice.onDidChange(changed),
      vscode.workspace.onDidGrantWorkspaceTrust(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(changed),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('headlight.modelFolders')) changed();
      }),
    ];
  }

  /** Tells that models came or went. */
  refresh(): void {
    this.emitter.fire();
  }

  /** All models. */
  async entries(): Promise<CatalogueEntry[]> {
    return (await Promise.all([this.builtInModels(), this.downloaded(), this.inWorkspace(), this.inFolders()])).flat();
  }

  /** The built-in models that can be read. */
  async builtInModels(): Promise<CatalogueEntry[]> {
    return this.read(Object.keys(builtInModels).map(id => this.builtInModel(id)));
  }

  /** The downloaded models, by name. */
  async downloaded(): Promise<CatalogueEntry[]> {
    const names: string[] = [];
    for (const owner of await foldersIn(this.downloads)) {
      for (const model of await foldersIn(vscode.Uri.joinPath(this.downloads, owner))) {
        for (const dtype of await foldersIn(vscode.Uri.joinPath(this.downloads, owner, model))) {
          names.push(`${owner}/${model}:${dtype}`);
        }
      }
    }
    return this.read(
      names
        .sort()
        .filter(name => splitPrecision(name).precision)
        .map(key => this.downloadedModel(key)),
    );
  }

  /** The models in the workspace; none where it is not trusted. */
  async inWorkspace(): Promise<CatalogueEntry[]> {
    if (!vscode.workspace.isTrusted) return [];
    const configs = await vscode.workspace.findFiles(
      '**/config.json',
      '**/{node_modules,.git}/**',
      mostInWorkspace * 5,
    );
    const found = await Promise.all(
      configs
        .filter(({ scheme }) => scheme === 'file')
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(config => {
          const folder = vscode.Uri.joinPath(config, '..');
          return this.localModel(folder, 'workspace', workspaceKey(folder)).catch(() => undefined);
        }),
    );
    return found.filter(entry => entry !== undefined).slice(0, mostInWorkspace);
  }

  /** The models in folders that the user added. */
  async inFolders(): Promise<CatalogueEntry[]> {
    return this.read(addedFolders().map(folder => this.localModel(vscode.Uri.file(folder), 'folder', folder)));
  }

  /** The model of a key; undefined where there is none, or it cannot be read. */
  async find(key: string): Promise<CatalogueEntry | undefined> {
    if (key in builtInModels) return this.builtInModel(key).catch(() => undefined);
    const { name, precision } = splitPrecision(key);
    if (path.isAbsolute(name)) {
      return addedFolders().includes(name)
        ? this.localModel(vscode.Uri.file(name), 'folder', key).catch(() => undefined)
        : undefined;
    }
    if (name.startsWith('./')) return this.findInWorkspace(name.slice(2), key);
    if (!precision) return (await this.downloaded()).find(({ id }) => id === name);
    return this.downloadedModel(key).catch(() => undefined);
  }

  /** Whether a model is the one in use for what it is given. */
  isUsed(entry: CatalogueEntry): boolean {
    return isNamed(entry, this.choice.keyFor(inputOf(entry.task)));
  }

  /** The model that captions images: the one in use for images where it captions, else the built-in one. */
  captioner(): Promise<CatalogueEntry> {
    // Asked for with every image of a workspace.
    return (this.captionerNow ??= this.findCaptioner().catch((error: unknown) => {
      this.captionerNow = undefined;
      throw error;
    }));
  }

  private async findCaptioner(): Promise<CatalogueEntry> {
    const used = await this.find(this.choice.keyFor('image'));
    return used && writesAboutImages(used.task) ? used : this.builtInModel('tiny-captioner');
  }

  /** The key of the model that explains text. */
  get usedId(): string {
    return this.choice.usedId;
  }

  /**
   * The model in use for an input.
   * @throws Error with one sentence where the setting names none that there is.
   */
  async used(input: ModelInput = 'text'): Promise<CatalogueEntry> {
    const key = this.choice.keyFor(input);
    const entry = await this.find(key);
    const { name, precision } = splitPrecision(key);
    if (entry && (precision === undefined || entry.dtype === precision)) return entry;
    const others = precision === undefined ? [] : await this.precisionsOf(name);
    if (others.length > 0) {
      throw new Error(
        `“${name}” is not there in ${precision}, but in ${precisionList(others)}; choose with “Headlight: Choose Model…”.`,
      );
    }
    if (key in builtInModels && isGone(this.builtIn.fsPath)) throw new Error(goneWords);
    throw new Error(
      key === ''
        ? `No model for ${input} is chosen yet; choose one with “Headlight: Choose Model…”, or download one in Headlight’s sidebar.`
        : `There is no model “${key}”; choose one with “Headlight: Choose Model…”.`,
    );
  }

  /**
   * The model of a key or an id, as of a panel that comes back; the one in use where there is none of that name.
   * @param dtype its precision, where its folder still holds it.
   * @throws Error as {@link used} does.
   */
  async named(name: unknown, dtype?: unknown, input: ModelInput = 'text'): Promise<ModelReference> {
    const graph = typeof name === 'string' ? graphModelOf(name) : undefined;
    if (graph) return graph;
    const entry = typeof name === 'string' ? await this.find(name) : undefined;
    const precision = entry?.precisions.find(held => held === dtype);
    return entry && precision ? { ...entry, dtype: precision } : (entry ?? this.used(input));
  }

  /** The precisions in which a model is there: of one of the hub those that were downloaded. */
  private async precisionsOf(name: string): Promise<readonly string[]> {
    const downloaded = (await this.downloaded()).filter(({ id }) => id === name);
    return downloaded.length > 0 ? downloaded.map(({ dtype }) => dtype) : ((await this.find(name))?.precisions ?? []);
  }

  /** Uses a model from now on, for what it is given. */
  async use(key: string, where?: 'workspace'): Promise<void> {
    const entry = await this.find(key);
    await this.choice.use(key, entry ? inputOf(entry.task) : 'text', where);
  }

  /**
   * Adds a folder to those that are shown.
   * @throws NoModel where it holds no model.
   */
  async addFolder(folder: vscode.Uri): Promise<CatalogueEntry> {
    const entry = await this.localModel(folder, 'folder', folder.fsPath);
    if (!addedFolders().includes(folder.fsPath)) await setAddedFolders([...addedFolders(), folder.fsPath]);
    return entry;
  }

  /** Takes an added folder out of those that are shown; its files stay. */
  async removeFolder(folder: string): Promise<void> {
    const lost = (await this.inFolders()).filter(entry => entry.key === folder);
    await setAddedFolders(addedFolders().filter(other => other !== folder));
    await this.letGo(lost);
  }

  /** Tells that models are no more, and takes them out of the settings that name them. */
  async letGo(lost: readonly CatalogueEntry[]): Promise<void> {
    // Another precision may go by the same name.
    await this.choice.forget(
      async key => lost.some(entry => isNamed(entry, key)) && (await this.find(key)) === undefined,
    );
    this.refresh();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.emitter.dispose();
  }

  private async findInWorkspace(relative: string, key: string): Promise<CatalogueEntry | undefined> {
    if (!vscode.workspace.isTrusted || relative.split('/').includes('..')) return undefined;
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const folder = vscode.Uri.joinPath(uri, relative);
      const entry =
        uri.scheme === 'file' ? await this.localModel(folder, 'workspace', key).catch(() => undefined) : undefined;
      if (entry) return entry;
    }
    return undefined;
  }

  private async builtInModel(id: string): Promise<CatalogueEntry> {
    const model = await readModelFolder(vscode.Uri.joinPath(this.builtIn, id));
    return { ...entryOf(model, id, id, 'builtIn', model.precisions[0]), ...builtInModels[id], builtIn: true };
  }

  private async downloadedModel(key: string): Promise<CatalogueEntry> {
    const { name, precision } = splitPrecision(key);
    const folder = vscode.Uri.joinPath(this.downloads, ...name.split('/'), precision ?? '');
    // The manifest is written last: a folder without it is not whole.
    const bytes = await readLimited(vscode.Uri.joinPath(folder, 'headlight.json'), fileLimits.configuration);
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as DownloadedModel;
    const model = await readModelFolder(folder);
    return {
      ...entryOf(model, key, name, 'downloaded', precision ?? model.precisions[0]),
      manifest,
      bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
    };
  }

  private async localModel(folder: vscode.Uri, origin: 'workspace' | 'folder', key: string): Promise<CatalogueEntry> {
    const model = await readModelFolder(folder);
    const { name, precision } = splitPrecision(key);
    const used = splitPrecision(this.choice.keyFor(inputOf(model.task)));
    const chosen = precision ?? (used.name === name ? used.precision : undefined);
    const dtype = model.precisions.find(p => p === chosen) ?? model.precisions[0];
    return entryOf(model, name, folder.path.split('/').pop() ?? name, origin, dtype);
  }

  private async read(entries: Promise<CatalogueEntry>[]): Promise<CatalogueEntry[]> {
    const read = await Promise.allSettled(entries);
    return read.flatMap(result => {
      if (result.status === 'fulfilled') return [result.value];
      this.log.error(
        'A model is left out of the list; if it is one of the built-in ones, install Headlight again to bring it back.',
        result.reason,
      );
      return [];
    });
  }
}

function entryOf(
  model: ModelFolder,
  key: string,
  id: string,
  origin: ModelOrigin,
  dtype: PrecisionName,
): CatalogueEntry {
  const { config, task, precisions, bytes, folder } = model;
  const architecture = typeof config.model_type === 'string' ? config.model_type : 'unknown architecture';
  return {
    key,
    id,
    folder: folder.fsPath,
    dtype,
    origin,
    task,
    architecture,
    size: sizeWords(config),
    purpose: taskWords[task],
    brief: taskWords[task],
    precisions,
    bytes: bytes.get(dtype) ?? 0,
  };
}

/** Whether a name of the settings stands for a model. */
function isNamed({ key, id, origin }: CatalogueEntry, name: string): boolean {
  return name === key || (origin === 'downloaded' ? name === id : splitPrecision(name).name === key);
}

/** Folders inside a folder; none where it does not exist. */
async function foldersIn(folder: vscode.Uri): Promise<string[]> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  return entries
    .filter(([name, type]) => type === vscode.FileType.Directory && !name.endsWith('.old'))
    .map(([name]) => name);
}

function workspaceKey(folder: vscode.Uri): string {
  return `./${vscode.workspace.asRelativePath(folder, false)}`;
}

function addedFolders(): string[] {
  return vscode.workspace.getConfiguration('headlight').get<string[]>('modelFolders', []);
}

function setAddedFolders(folders: string[]): Thenable<void> {
  return vscode.workspace
    .getConfiguration('headlight')
    .update('modelFolders', folders, vscode.ConfigurationTarget.Global);
}
