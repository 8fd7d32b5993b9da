import * as vscode from 'vscode';
import { registerCommands } from './commands/registerCommands';
import { explainOnStart } from './explainOnStart';
import type { Features } from './features';
import { InferenceStatus } from './inference/inferenceStatus';
import { AttentionLens } from './lens/attentionLens';
import { ModelCatalogue } from './models/modelCatalogue';
import { attentionViewType } from './panels/attentionViewType';
import { RunHistory } from './runs/runHistory';
import type { Essentials, Services } from './services';
import { LensTree } from './views/lensTree';
import { ModelsTree } from './views/modelsTree';
import { RunsTree } from './views/runsTree';
import { StatusBar } from './views/statusBar';

/** What the extension gives to others: for its own tests and bench. */
export interface HeadlightApi extends Essentials {
  /** Milliseconds that `activate` took. */
  readonly activationTime: number;
  /** The rest, loaded where it is not yet. */
  services(): Promise<Services>;
}

/**
 * Called by VS Code: registers what is seen and what can be called. All else is in `features.ts`, a bundle that is loaded
 * with the first use; models live in the inference process.
 */
export function activate(context: vscode.ExtensionContext): HeadlightApi {
  const started = performance.now();
  const { extensionUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Headlight', { log: true });
  const catalogue = new ModelCatalogue(vscode.Uri.joinPath(extensionUri, 'media', 'models'), log);
  const history = new RunHistory();
  const status = new InferenceStatus();
  const lens = new AttentionLens(async changed => (await features()).startLens(changed));
  const runs = vscode.window.createTreeView('headlight.runs', { treeDataProvider: new RunsTree(history) });
  const essentials: Essentials = { extensionUri, log, catalogue, history, status, lens, selectedRun: () => runs.selection[0] };

  let loaded: Promise<Features> | undefined;
  const features = () => loaded ??= import('./features').then(bundle => {
    const made = new bundle.Features(essentials);
    subscriptions.push(made);
    return made;
  });

  subscriptions.push(
    log, catalogue, history, status, lens, runs,
    vscode.window.createTreeView('headlight.models', { treeDataProvider: new ModelsTree(catalogue) }),
    new LensTree(lens),
    new StatusBar(status, catalogue),
    vscode.window.registerWebviewPanelSerializer(attentionViewType, {
      deserializeWebviewPanel: async (view, state) => (await features()).services.panels.restore(view, state),
    }),
    ...registerCommands(async (command, argument) => (await features()).run(command, argument)),
  );
  explainOnStart(log);
  const activationTime = performance.now() - started;
  log.info(`Activated in ${activationTime.toFixed(1)} ms.`);
  return { ...essentials, activationTime, services: async () => (await features()).services };
}
