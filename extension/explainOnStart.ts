import * as vscode from 'vscode';

/**
 * For `npm start`: where the environment names lines of a file of the workspace (`HEADLIGHT_EXPLAIN_ON_START=
 * src/file.ts:3-12`), opens the file, selects the lines and explains them. Else does nothing.
 */
export function explainOnStart(log: vscode.LogOutputChannel): void {
  const wish = /^(.+):(\d+)-(\d+)$/.exec(process.env.HEADLIGHT_EXPLAIN_ON_START ?? '');
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!wish || !folder) return;
  explain(vscode.Uri.joinPath(folder.uri, wish[1]), Number(wish[2]), Number(wish[3])).catch((error: unknown) =>
    log.error('The first picture could not be shown.', error),
  );
}

async function explain(uri: vscode.Uri, firstLine: number, lastLine: number): Promise<void> {
  const editor = await vscode.window.showTextDocument(uri);
  const range = new vscode.Range(
    editor.document.lineAt(firstLine - 1).range.start,
    editor.document.lineAt(lastLine - 1).range.end,
  );
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range);
  await vscode.commands.executeCommand('headlight.explainAttention');
}
