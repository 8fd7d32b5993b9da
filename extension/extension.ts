import * as vscode from 'vscode';
import { registerCommands } from './commands/registerCommands';
import { explainOnStart } from './explainOnStart';
import { InferenceClient } from './inference/inferenceClient';
import { AttentionLens } from './lens/attentionLens';
import { ModelCatalogue } from './models/modelCatalogue';
import { AttentionPanels } from './panels/attentionPanels';
import { RunHistory } from './runs/runHistory';
import type { Services } from './services';
import { LensTree } from './views/lensTree';
import { ModelsTree } from './views/modelsTree';
import { RunsTree } from './views/runsTree';
import { StatusBar } from './views/statusBar';

/** What the extension gives to others: for its own tests and bench. */
export interface HeadlightApi extends Services {
  /** Milliseconds that `activate` took. */
  readonly activationTime: number;
}

/** Called by VS Code: wires the parts together. Nothing heavy is loaded here; models live in the inference process. */
export function activate(context: vscode.ExtensionContext): HeadlightApi {
  const started = performance.now();
  const file = (...path: string[]) => vscode.Uri.joinPath(context.extensionUri, ...path);
  const log = vscode.window.createOutputChannel('Headlight', { log: true });
  const client = new InferenceClient(file('dist', 'process.js').fsPath, log);
  const catalogue = new ModelCatalogue(file('media', 'models'), log);
  const history = new RunHistory();
  const icon = (theme: 'light' | 'dark') => file('media', `panel-${theme}.svg`);
  const panels = new AttentionPanels({ client, history, log, webviews: file('dist', 'webview'), icon }, catalogue);
  const lens = new AttentionLens({ client, catalogue, log });
  const services: Services = { client, catalogue, history, panels, lens, log };
  const runs = vscode.window.createTreeView('headlight.runs', { treeDataProvider: new RunsTree(history) });
  context.subscriptions.push(
    log, client, catalogue, history, panels, lens, runs,
    vscode.window.createTreeView('headlight.models', { treeDataProvider: new ModelsTree(catalogue) }),
    new LensTree(lens),
    new StatusBar(client, catalogue),
    ...registerCommands(services, () => runs.selection[0]),
  );
  explainOnStart(log);
  const activationTime = performance.now() - started;
  log.info(`Activated in ${activationTime.toFixed(1)} ms.`);
  return { ...services, activationTime };
}
