import * as vscode from 'vscode';

/** What a walkthrough ticks off when it is done, whether in the walkthrough or not. */
export type Doing = 'chooseHead' | 'compareHeads' | 'switchOff' | 'writeSentence' | 'showStep';

const told = new Set<string>();

/** Tells VS Code once that something was done: the context `headlight.done.…`, by which steps are ticked off. */
export function done(what: Doing, which = ''): void {
  const key = `headlight.done.${what}${which && `.${which}`}`;
  if (told.has(key)) return;
  told.add(key);
  void vscode.commands.executeCommand('setContext', key, true);
}
