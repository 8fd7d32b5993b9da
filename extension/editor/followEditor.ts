import * as vscode from 'vscode';

/** Milliseconds after the last event before the editor is looked at. */
const lookDelay = 100;

/** When a context key is found out anew. */
interface Looking {
  /** At once. */
  look(this: void): void;
  /** A little after the last of several events. */
  later(this: void): void;
}

/**
 * Keeps a context key that tells of the active editor, for its menu.
 * @param holds whether it does now; `editor` is the active one.
 * @param on listens for what may change that.
 */
export function followEditor(
  key: string,
  holds: (editor: vscode.TextEditor) => boolean,
  on: (looking: Looking, known: () => boolean) => vscode.Disposable[],
): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let known = false;
  const look = () => {
    const editor = vscode.window.activeTextEditor;
    const found = editor !== undefined && holds(editor);
    if (found === known) return;
    known = found;
    void vscode.commands.executeCommand('setContext', key, found);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, lookDelay);
  };
  return vscode.Disposable.from(...on({ look, later }, () => known), { dispose: () => clearTimeout(timer) });
}
