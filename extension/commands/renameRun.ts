import * as vscode from 'vscode';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';

/** `headlight.renameRun`: asks for a run's new name. */
export async function renameRun({ history }: Services, run: Run): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: 'Headlight: Rename Run',
    value: run.name,
    ignoreFocusOut: true,
    validateInput: value => (value.trim() === '' ? 'Type a name.' : undefined),
  });
  if (name !== undefined) history.rename(run, name.trim());
}
