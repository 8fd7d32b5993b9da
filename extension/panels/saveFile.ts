import * as vscode from 'vscode';

/** The last folder that a file was saved to in this session. */
let lastFolder: vscode.Uri | undefined;

/**
 * Asks where to save a file, beside the explained one at first, and writes it.
 * @returns false where the user changed their mind.
 * @throws Error with one sentence where the file cannot be written.
 */
export async function saveFile(
  name: string,
  data: string | Uint8Array,
  beside: vscode.Uri | undefined,
  title = 'Export Attention',
): Promise<boolean> {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const folder =
    lastFolder ??
    (beside?.scheme === 'file' ? vscode.Uri.joinPath(beside, '..') : undefined) ??
    vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    // A model of the hub has a slash in its name.
    defaultUri: folder && vscode.Uri.joinPath(folder, name.replace(/[\\/:*?"<>|]/g, '-')),
    filters: { [extension.toUpperCase()]: [extension] },
    title,
  });
  if (!target) return false;
  lastFolder = vscode.Uri.joinPath(target, '..');
  try {
    await vscode.workspace.fs.writeFile(target, typeof data === 'string' ? new TextEncoder().encode(data) : data);
  } catch (error) {
    throw new Error(`${target.fsPath} cannot be written (${(error as Error).message}); choose another place.`);
  }
  void vscode.window.setStatusBarMessage(`$(check) Saved ${target.path.split('/').pop()}`, 5000);
  return true;
}
