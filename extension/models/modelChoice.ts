import * as vscode from 'vscode';
import type { ModelInput } from '../../core/models/modelTask';

/** The setting that names the model for each kind of input. */
const settings = { text: 'model', image: 'imageModel', speech: 'speechModel' } as const satisfies Record<
  ModelInput,
  string
>;

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
    await configuration.update(
      settings[input],
      key,
      inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
    );
  }

  /**
   * Takes names of models out of the settings, of the user and of the workspace: what is used then is what they say
   * without them, a built-in model in the end.
   * @param gone whether a name stands for a model that is no more.
   */
  async forget(gone: (key: string) => boolean | Promise<boolean>): Promise<void> {
    for (const name of Object.values(settings)) {
      const configuration = vscode.workspace.getConfiguration('headlight');
      const { workspaceValue, globalValue } = configuration.inspect<string>(name) ?? {};
      for (const [key, target] of [
        [workspaceValue, vscode.ConfigurationTarget.Workspace],
        [globalValue, vscode.ConfigurationTarget.Global],
      ] as const) {
        if (key !== undefined && (await gone(key))) await configuration.update(name, undefined, target);
      }
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
  }
}
