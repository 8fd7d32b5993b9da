import * as vscode from 'vscode';

/** The one switch for all panels and the lens: whether the first token is left out of attention. */
const setting = 'headlight.withoutFirstToken';

/** Whether the first token is left out. */
export function leavesOutFirst(): boolean {
  return vscode.workspace.getConfiguration().get(setting, false);
}

/** Leaves the first token out, or no longer: where the user set that before, or else for all workspaces. */
export async function leaveOutFirst(withoutFirst: boolean): Promise<void> {
  if (withoutFirst === leavesOutFirst()) return;
  const settings = vscode.workspace.getConfiguration();
  const target =
    settings.inspect(setting)?.workspaceValue === undefined
      ? vscode.ConfigurationTarget.Global
      : vscode.ConfigurationTarget.Workspace;
  await settings.update(setting, withoutFirst, target);
}

/** Tells when that is switched. */
export function onDidChangeFirst(changed: (withoutFirst: boolean) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(change => {
    if (change.affectsConfiguration(setting)) changed(leavesOutFirst());
  });
}
