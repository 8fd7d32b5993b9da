import * as vscode from 'vscode';
import { markupLanguage, mayShowImage } from '../../core/markup/markupLanguages';

/** Milliseconds after the last scroll or change before what is in view is looked at. */
const lookDelay = 100;

/**
 * Keeps the context key `headlight.imageInView`: whether what is in view of the active editor shows an image, for the
 * editor's menu. Not whether the caret is on one: a right-click moves the caret and opens the menu at once, before a key
 * that follows the caret could change.
 */
export function followImagesInView(): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let known = false;
  const look = () => {
    const editor = vscode.window.activeTextEditor;
    const inView =
      editor !== undefined &&
      markupLanguage(editor.document.languageId, editor.document.uri.path) !== undefined &&
      editor.visibleRanges.some(range => mayShowImage(editor.document.getText(range)));
    if (inView === known) return;
    known = inView;
    void vscode.commands.executeCommand('setContext', 'headlight.imageInView', inView);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, lookDelay);
  };
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.window.onDidChangeTextEditorVisibleRanges(later),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) later();
    }),
    vscode.workspace.onDidOpenTextDocument(later),
    { dispose: () => clearTimeout(timer) },
  );
}
