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
  title?: string,
): Promise<boolean> {
  const target = await chooseTarget(name, beside, title);
  if (!target) return false;
  await writeTarget(target, data);
  return true;
}

/** Asks where to save a file, beside the explained one at first; undefined where the user changed their mind. */
export async function chooseTarget(
  name: string,
  beside: vscode.Uri | undefined,
  title = 'Export Attention',
): Promise<vscode.Uri | undefined> {
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
  if (target) lastFolder = vscode.Uri.joinPath(target, '..');
  return target;
}

/** Writes a file and says so. @throws Error with one sentence where it cannot be written. */
export async function writeTarget(target: vscode.Uri, data: string | Uint8Array): Promise<void> {
  try {
    await vscode.workspace.fs.writeFile(target, typeof data === 'string' ? new TextEncoder().encode(data) : data);
  } catch (error) {
    throw new Error(`${target.fsPath} cannot be written (${(error as Error).message}); choose another place.`);
  }
  sayIsSaved(target);
}

/** Says in the status bar that a file is written. */
export function sayIsSaved(target: vscode.Uri): void {
  void vscode.window.setStatusBarMessage(`$(check) Saved ${target.path.split('/').pop()}`, 5000);
}
