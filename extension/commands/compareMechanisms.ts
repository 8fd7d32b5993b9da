import * as vscode from 'vscode';
import type { Services } from '../services/services';

/** A selection of more characters is no date. */
const longestDate = 80;

/** `headlight.compareMechanisms`: four models with four mechanisms answer the selected date, or one that is typed in the panel. */
export function compareMechanisms({ client, mechanisms }: Services): void {
  client.warm();
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection).trim() ?? '';
  mechanisms.open(selected !== '' && selected.length <= longestDate && !/\n/.test(selected) ? selected : undefined);
}
