import * as vscode from 'vscode';
import type { Services } from '../services/services';
import { showInformationMessage } from '../shown/messages';

/** `headlight.cutSelection`: makes the tokens of the editor's selection the keys that attention is cut to, in the panel that shows a run of them. */
export function cutSelection({ panels }: Services): void {
  const editor = vscode.window.activeTextEditor;
  const refusal = editor
    ? panels.cutSelection(editor)
    : 'Open the document of a run and select some of its text, to cut attention to that.';
  if (refusal !== undefined) void showInformationMessage(refusal);
}
