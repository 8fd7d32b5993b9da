import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HeadlightApi } from '../../../extension/extension';
import type { Run } from '../../../extension/runs/runHistory';

/** Headlight as installed, activated. */
export async function headlight(): Promise<vscode.Extension<HeadlightApi>> {
  const extension = vscode.extensions.getExtension<HeadlightApi>('headlight.headlight');
  assert.ok(extension, 'Headlight is not installed');
  await extension.activate();
  return extension;
}

/** A file of the workspace. */
export function workspaceFile(file: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, file);
}

/** Runs the command as the palette does, with these selections in the document's editor: the run it made, if any. */
export async function explain(
  document: vscode.TextDocument,
  ...selections: vscode.Selection[]
): Promise<Run | undefined> {
  const { history } = (await headlight()).exports;
  const before = history.all[0];
  const editor = await vscode.window.showTextDocument(document);
  editor.selections = selections;
  await vscode.commands.executeCommand('headlight.explainAttention');
  const last = history.all[0];
  return last === before ? undefined : last;
}

/** The whole document, selected. */
export function everything(document: vscode.TextDocument): vscode.Selection {
  return new vscode.Selection(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
}

/** A document that was never saved. */
export function untitled(content: string, language = 'plaintext'): Thenable<vscode.TextDocument> {
  return vscode.workspace.openTextDocument({ content, language });
}
