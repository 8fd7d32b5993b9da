import * as vscode from 'vscode';
import { showErrorMessage } from './messages';

const reload = 'Reload Window';
const shown = new Set<string>();

/** Says something that ends with a reload of the window, with a button for that; the same only once at a time. */
export function offerReload(message: string): void {
  if (shown.has(message)) return;
  shown.add(message);
  void showErrorMessage(message, reload).then(chosen => {
    shown.delete(message);
    if (chosen === reload) void vscode.commands.executeCommand('workbench.action.reloadWindow');
  });
}
