import * as vscode from 'vscode';
import type { ModelInput } from '../../core/models/modelTask';

/** The setting that names the model for each kind of input. */
const settings = { text: 'model', image: 'imageModel', speech: 'speechModel' } as const satisfies Record<ModelInput, string>;

/** Which models are in use, by the settings: one for each kind of input. */
export class ModelChoice implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when another model is in use. */
  readonly onDidChange = this.emitter.event;
  private readonly subscription = vscode.workspace.onDidChangeConfiguration(change => {
    if (Object.values(settings).some(name => change.affectsConfiguration(`headlight.${name}`))) this.emitter.fire();
  });

  /** The name of the model that the settings name for an input: a key of the catalogue. */
  keyFor(input: ModelInput): string {
    return vscode.workspace.getConfiguration('headlight').get<string>(settings[input], '');
  }

  /** The name of the model that explains text. */
  get usedId(): string {
    return this.keyFor('text');
  }

  /**
   * Uses a model from now on.
   * @param where `workspace`: in this workspace only; else where the user had set it before, or else everywhere.
   */
  async use(key: string, input: ModelInput, where?: 'workspace'): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('headlight');
    const inWorkspace = where === 'workspace' || configuration.inspect(settings[input])?.workspaceValue !== undefined;
    await configuration.update(settings[input], key, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
  }
}
