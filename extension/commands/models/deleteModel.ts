import * as vscode from 'vscode';
import { formatBytes } from '../../../core/models/formatBytes';
import type { Services } from '../../services';
import { modelOf, type ModelArgument } from './modelArgument';

/** `headlight.deleteModel`: deletes a downloaded model or an unfinished download; takes an added folder out of the list. */
export async function deleteModel(services: Services, argument: ModelArgument): Promise<void> {
  const { catalogue, downloads } = services;
  if (argument && 'kind' in argument && argument.kind === 'download') return downloads.discard(argument.name);
  const { key, id, origin, dtype, folder, bytes } = await modelOf(services, argument);
  if (origin === 'folder') return void await catalogue.removeFolder(folder);
  if (origin !== 'downloaded') return;
  const sure = 'Delete';
  const answer = await vscode.window.showWarningMessage(`Delete ${id} (${dtype}) from this machine?`,
    { modal: true, detail: `It takes ${formatBytes(bytes)} and can be downloaded again.` }, sure);
  if (answer !== sure) return;
  await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true });
  if (catalogue.choice.usedId === key) await catalogue.choice.use('tiny-code-gpt', 'text');
  catalogue.refresh();
}
