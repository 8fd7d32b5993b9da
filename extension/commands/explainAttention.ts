import * as vscode from 'vscode';
import { describeBinary } from '../../core/text/binaryText';
import { NothingSelected, sourceOfEditor, type SourceText } from '../editor/sourceText';
import type { Services } from '../services';

/** `headlight.explainAttention`: explains the selection, or the caret's line, in the panel beside the editor. */
export async function explainAttention({ catalogue, panels }: Services): Promise<void> {
  let source: SourceText;
  try {
    source = sourceOfEditor(vscode.window.activeTextEditor);
  } catch (error) {
    if (!(error instanceof NothingSelected)) throw error;
    void vscode.window.showInformationMessage(error.message);
    return;
  }
  const binary = describeBinary(source.text);
  if (binary) {
    void vscode.window.showWarningMessage(binary);
    return;
  }
  try {
    await panels.explain(source, await catalogue.used());
  } catch (error) {
    const choose = 'Choose Model…';
    const answer = await vscode.window.showErrorMessage((error as Error).message, choose);
    if (answer === choose) await vscode.commands.executeCommand('headlight.chooseModel');
  }
}
