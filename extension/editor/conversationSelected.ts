import * as vscode from 'vscode';
import { holdsConversation } from '../../core/text/conversation';

/** Milliseconds after the last change of a selection before it is looked at. */
const lookDelay = 100;
/** A longer selection is not read for a menu. */
const longest = 200_000;

/** Keeps the context key `headlight.conversationSelected`: whether the selection is a conversation, for the editor's menu. */
export function followConversations(): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let known = false;
  const look = () => {
    const editor = vscode.window.activeTextEditor;
    const selected = editor?.selections.find(({ isEmpty }) => !isEmpty);
    const found = editor !== undefined && selected !== undefined && isConversation(editor.document, selected);
    if (found === known) return;
    known = found;
    void vscode.commands.executeCommand('setContext', 'headlight.conversationSelected', found);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, lookDelay);
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(later),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
      if (textEditor === vscode.window.activeTextEditor && (known || selections.some(({ isEmpty }) => !isEmpty))) {
        later();
      }
    }),
    { dispose: () => clearTimeout(timer) },
  );
}

function isConversation(document: vscode.TextDocument, selected: vscode.Selection): boolean {
  if (document.offsetAt(selected.end) - document.offsetAt(selected.start) > longest) return false;
  return holdsConversation(document.getText(selected));
}
