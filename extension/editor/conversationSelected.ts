import * as vscode from 'vscode';
import { holdsConversation } from '../../core/text/conversation';
import { followEditor } from './followEditor';

/** A longer selection is not read for a menu. */
const longest = 200_000;

/** Keeps the context key `headlight.conversationSelected`: whether the selection is a conversation, for the editor's menu. */
export function followConversations(): vscode.Disposable {
  return followEditor(
    'headlight.conversationSelected',
    ({ document, selections }) => {
      const selected = selections.find(({ isEmpty }) => !isEmpty);
      return selected !== undefined && isConversation(document, selected);
    },
    ({ later }, known) => [
      vscode.window.onDidChangeActiveTextEditor(later),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (textEditor !== vscode.window.activeTextEditor) return;
        if (known() || selections.some(({ isEmpty }) => !isEmpty)) later();
      }),
    ],
  );
}

function isConversation(document: vscode.TextDocument, selected: vscode.Selection): boolean {
  if (document.offsetAt(selected.end) - document.offsetAt(selected.start) > longest) return false;
  return holdsConversation(document.getText(selected));
}
