import * as vscode from 'vscode';
import { markupLanguage, mayShowImage } from '../../core/markup/markupLanguages';
import { followEditor } from './followEditor';

/**
 * Keeps the context key `headlight.imageInView`: whether what is in view of the active editor shows an image, for the
 * editor's menu. Not whether the caret is on one: a right-click moves the caret and opens the menu at once, before a key
 * that follows the caret could change.
 */
export function followImagesInView(): vscode.Disposable {
  return followEditor(
    'headlight.imageInView',
    ({ document, visibleRanges }) =>
      markupLanguage(document.languageId, document.uri.path) !== undefined &&
      visibleRanges.some(range => mayShowImage(document.getText(range))),
    ({ look, later }) => {
      look();
      return [
        vscode.window.onDidChangeActiveTextEditor(look),
        vscode.window.onDidChangeTextEditorVisibleRanges(later),
        vscode.workspace.onDidChangeTextDocument(({ document }) => {
          if (document === vscode.window.activeTextEditor?.document) later();
        }),
        vscode.workspace.onDidOpenTextDocument(later),
      ];
    },
  );
}
