import * as vscode from 'vscode';
import type { Services } from '../../services/services';
import { modelOf, type ModelArgument } from './modelArgument';

/** `headlight.openModelFolder`: shows a model's folder in the system's file manager; where VS Code runs in a browser or on another machine, in a window of its own. */
export async function openModelFolder(services: Services, argument: ModelArgument): Promise<void> {
  const folder = vscode.Uri.file((await modelOf(services, argument)).folder);
  const here = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  await (here
    ? vscode.commands.executeCommand('revealFileInOS', folder)
    : vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true }));
}
