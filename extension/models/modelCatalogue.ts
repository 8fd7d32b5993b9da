import * as vscode from 'vscode';
import type { ModelReference } from '../../core/protocol/inferenceProtocol';

/** A model that Headlight can open. */
export interface CatalogueEntry extends ModelReference {
  /** Its architecture, as config.json names it. */
  readonly architecture: string;
  /** Layers × heads of what is its main stack, where config.json tells. */
  readonly size?: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  /** The same in two or three words, for a line of the sidebar. */
  readonly brief: string;
}

type BuiltInWords = Pick<CatalogueEntry, 'purpose' | 'brief'>;

/** What the built-in models are for; the order is that of the tree. */
const builtIn: Readonly<Record<string, BuiltInWords>> = {
  'tiny-code-gpt': { purpose: 'writes code and English', brief: 'code and English' },
  'tiny-code-classifier': { purpose: 'tells the language of a snippet', brief: 'language of code' },
  'tiny-dates': { purpose: 'turns written dates into ISO dates', brief: 'dates to ISO dates' },
};

/** The models there are, and which one is in use. */
export class ModelCatalogue implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when another model is in use. */
  readonly onDidChange = this.emitter.event;
  private readonly subscription: vscode.Disposable;

  /** @param folder the folder of the built-in models. */
  constructor(private readonly folder: vscode.Uri, private readonly log: vscode.LogOutputChannel) {
    this.subscription = vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('headlight.model')) this.emitter.fire();
    });
  }

  /** All models whose config.json can be read. */
  async entries(): Promise<CatalogueEntry[]> {
    const entries = await Promise.all(Object.entries(builtIn).map(([id, words]) => this.read(id, words)));
    return entries.filter(entry => entry !== undefined);
  }

  /** The built-in model that captions images. */
  get captioner(): ModelReference {
    return { id: 'tiny-captioner', folder: vscode.Uri.joinPath(this.folder, 'tiny-captioner').fsPath, dtype: 'q8' };
  }

  /** The id that the setting names. */
  get usedId(): string {
    return vscode.workspace.getConfiguration('headlight').get<string>('model', 'tiny-code-gpt');
  }

  /**
   * The model in use.
   * @throws Error with one sentence where the setting names none that there is.
   */
  async used(): Promise<CatalogueEntry> {
    const entries = await this.entries();
    const entry = entries.find(({ id }) => id === this.usedId);
    if (!entry) {
      throw new Error(`There is no model “${this.usedId}”; choose one with “Headlight: Choose Model…”.`);
    }
    return entry;
  }

  /**
   * The model of an id, as of a panel that comes back; the one in use where there is none of that id.
   * @throws Error as {@link used} does.
   */
  async named(id: unknown): Promise<CatalogueEntry> {
    return (await this.entries()).find(entry => entry.id === id) ?? this.used();
  }

  /** Uses a model from now on: in the settings, where the user set it before or else for all workspaces. */
  async use(id: string): Promise<void> {
    const settings = vscode.workspace.getConfiguration('headlight');
    const target = settings.inspect('model')?.workspaceValue === undefined
      ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
    await settings.update('model', id, target);
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
  }

  private async read(id: string, words: BuiltInWords): Promise<CatalogueEntry | undefined> {
    const folder = vscode.Uri.joinPath(this.folder, id);
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'config.json'));
      const config = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
      return { id, folder: folder.fsPath, dtype: 'q8', builtIn: true, architecture: String(config.model_type), size: sizeOf(config), ...words };
    } catch (error) {
      this.log.error(`The built-in model ${id} cannot be read from ${folder.fsPath}; install Headlight again to bring it back.`, error);
      return undefined;
    }
  }
}

function sizeOf(config: Record<string, unknown>): string | undefined {
  const layers = config.n_layer ?? config.num_hidden_layers ?? config.encoder_layers;
  const heads = config.n_head ?? config.num_attention_heads ?? config.encoder_attention_heads;
  if (typeof layers !== 'number' || typeof heads !== 'number') return undefined;
  const stacks = typeof config.decoder_layers === 'number' ? `${layers} + ${config.decoder_layers}` : `${layers}`;
  return `${stacks} layers × ${heads} heads`;
}
