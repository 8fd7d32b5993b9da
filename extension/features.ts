/**
 * All that is loaded with the first use: a bundle of its own (esbuild.mjs), so that activation stays cheap. Only
 * extension.ts imports it, and only when something is asked for.
 */
import * as vscode from 'vscode';
import { commandHandlers } from './commands/commandHandlers';
import type { CommandId } from './commands/registerCommands';
import { InferenceClient } from './inference/inferenceClient';
import { LensSession } from './lens/lensSession';
import { AttentionPanels } from './panels/attentionPanels';
import { CaptionPanel } from './panels/captionPanel';
import type { Essentials, Services } from './services';

/** Headlight's features, for one window. */
export class Features implements vscode.Disposable {
  readonly services: Services;

  constructor(essentials: Essentials) {
    const file = (...path: string[]) => vscode.Uri.joinPath(essentials.extensionUri, ...path);
    const client = new InferenceClient(file('dist', 'process.js').fsPath, essentials.status, essentials.log);
    const icon = (theme: 'light' | 'dark') => file('media', `panel-${theme}.svg`);
    const { history, log, catalogue } = essentials;
    const webviews = file('dist', 'webview');
    const panels = new AttentionPanels({ client, history, log, webviews, icon }, catalogue);
    this.services = { ...essentials, client, panels, captions: new CaptionPanel({ client, log, webviews, icon }) };
  }

  /** Does what a command stands for. */
  run(command: CommandId, argument: unknown): unknown {
    return commandHandlers[command](this.services, argument as never);
  }

  /** Switches the lens on. @param changed called when the lens has something else to show. */
  startLens(changed: () => void): LensSession {
    return new LensSession(this.services, changed);
  }

  dispose(): void {
    this.services.panels.dispose();
    this.services.captions.dispose();
    this.services.client.dispose();
  }
}
