import * as vscode from 'vscode';
import { describeBinary } from '../../core/text/binaryText';
import type { ModelReference } from '../../core/protocol/inferenceProtocol';
import { NothingSelected, sourceOfEditor, type SourceText } from '../editor/sourceText';
import type { Services } from '../services';

/** `headlight.explainAttention`: explains the selection, or the caret's line, in the panel beside the editor. */
export function explainAttention(services: Services): Promise<void> {
  return explain(services, (source, model) => services.panels.explain(source, model));
}

/** `headlight.explainAttentionInNewPanel`: the same in a panel of its own. */
export function explainAttentionInNewPanel(services: Services): Promise<void> {
  return explain(services, (source, model) => services.panels.explainInNew(source, model));
}

/** `headlight.explainAsMessage`: the same with the selection as a user's message, in the model's chat template. */
export function explainAsMessage(services: Services): Promise<void> {
  return explain(services, (source, model) => services.panels.explain({ ...source, chat: true, title: `${source.title}, as a message` }, model));
}

async function explain({ catalogue }: Services, show: (source: SourceText, model: ModelReference) => Promise<void>): Promise<void> {
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
    await show(source, await catalogue.used());
  } catch (error) {
    const choose = 'Choose Model…';
    const answer = await vscode.window.showErrorMessage((error as Error).message, choose);
    if (answer === choose) await vscode.commands.executeCommand('headlight.chooseModel');
  }
}
