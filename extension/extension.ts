import * as vscode from 'vscode';
import { registerCommands } from './commands/registerCommands';
import { registerLanguageFeatures } from './editor/registerLanguageFeatures';
import { explainOnStart } from './explainOnStart';
import { goneWords, isGone } from './files/extensionFiles';
import type { Features } from './features';
import { InferenceStatus } from './inference/inferenceStatus';
import { AttentionLens } from './lens/attentionLens';
import { ModelChoice } from './models/modelChoice';
import { attentionViewType } from './panels/attentionViewType';
import { fileViewTypes, mechanismsViewType } from './panels/fileViewTypes';
import { RunHistory } from './runs/runHistory';
import type { Essentials, Services } from './services/services';
import { offerReload } from './shown/offerReload';
import type { ImageNode } from './views/imagesTree';
import { LazyTree } from './views/lazyTree';
import { LensTree } from './views/lensTree';
import type { ModelItem } from './views/modelsTree';
import { RunsTree } from './views/runsTree';
import { LensStatus } from './views/lensStatus';
import { StatusBar } from './views/statusBar';

/** What the extension gives to others: for its own tests and bench. */
export interface HeadlightApi extends Essentials {
  /** Milliseconds that `activate` took. */
  readonly activationTime: number;
  /** The rest, loaded where it is not yet. */
  services(): Promise<Services>;
}

let loaded: Promise<Features> | undefined;

/**
 * Called by VS Code: registers what is seen and what can be called. All else is in `features.ts`, a bundle that is loaded
 * with the first use; models live in the inference process.
 */
export function activate(context: vscode.ExtensionContext): HeadlightApi {
  const started = performance.now();
  const { extensionUri, storageUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Headlight', { log: true });
  const choice = new ModelChoice();
  const history = new RunHistory();
  const status = new InferenceStatus();
  const lens = new AttentionLens(async changed => (await features()).startLens(changed));
  const runs = vscode.window.createTreeView('headlight.runs', {
    treeDataProvider: new RunsTree(history),
    canSelectMany: true,
  });
  const images = new LazyTree<ImageNode>(
    'headlight.images',
    { canSelectMany: true, showCollapseAll: true },
    async view => (await features()).fillImages(view),
  );
  const models = new LazyTree<ModelItem>(
    'headlight.models',
    { showCollapseAll: true },
    async () => (await features()).modelsTree,
  );
  const essentials: Essentials = {
    extensionUri,
    storageUri,
    storage: context.globalStorageUri,
    secrets: context.secrets,
    memory: context.globalState,
    workspaceMemory: context.workspaceState,
    log,
    choice,
    history,
    status,
    lens,
    selectedRuns: () => runs.selection,
    selectedImages: () => images.view.selection,
  };

  const isHere = () => !isGone(vscode.Uri.joinPath(extensionUri, 'dist', 'features.js').fsPath);
  const features = () =>
    (loaded ??= import('./features').then(
      bundle => {
        const made = new bundle.Features(essentials);
        subscriptions.push(made);
        return made;
      },
      (error: unknown) => {
        loaded = undefined;
        if (isHere()) throw error;
        offerReload(goneWords);
        throw new Error(goneWords);
      },
    ));

  subscriptions.push(
    log,
    choice,
    history,
    status,
    lens,
    runs,
    images,
    models,
    new LensTree(lens),
    new StatusBar(status, choice),
    new LensStatus(lens),
    ...Object.values(fileViewTypes).map(type =>
      vscode.window.registerWebviewPanelSerializer(type, {
        deserializeWebviewPanel: async (view, state) => (await features()).restore(type, view, state),
      }),
    ),
    vscode.window.registerWebviewPanelSerializer(mechanismsViewType, {
      deserializeWebviewPanel: async view => (await features()).services.mechanisms.restore(view),
    }),
    vscode.window.registerWebviewPanelSerializer(attentionViewType, {
      deserializeWebviewPanel: async (view, state) => (await features()).services.panels.restore(view, state),
    }),
    ...registerLanguageFeatures(features),
    ...registerCommands(async (...chosen) => {
      // A panel would stay empty, a model would be missing; the log is there still.
      if (isHere() || chosen[0] === 'headlight.showLog') return (await features()).run(...chosen);
      return offerReload(goneWords);
    }),
  );
  explainOnStart(log);
  const activationTime = performance.now() - started;
  log.info(`Activated in ${activationTime.toFixed(1)} ms.`);
  return { ...essentials, activationTime, services: async () => (await features()).services };
}

/** Called by VS Code as the window closes, which waits for what is still to be written. */
export async function deactivate(): Promise<void> {
  await (await loaded)?.flush();
}
