import * as vscode from 'vscode';

/** Every command that package.json contributes, and those that only Headlight's own views call. */
const commandIds = [
  'headlight.explainAttention',
  'headlight.explainAttentionInNewPanel',
  'headlight.captionImage',
  'headlight.chooseModel',
  'headlight.useModel',
  'headlight.showRun',
  'headlight.renameRun',
  'headlight.deleteRun',
  'headlight.toggleLens',
  'headlight.turnLensOff',
  'headlight.lens.chooseHead',
  'headlight.lens.reveal',
  'headlight.stopInference',
  'headlight.showLog',
] as const;

export type CommandId = typeof commandIds[number];

/**
 * Registers every command.
 * @param run does what a command stands for, with the argument that a menu or a tree gives.
 */
export function registerCommands(run: (command: CommandId, argument: unknown) => unknown): vscode.Disposable[] {
  return commandIds.map(id => vscode.commands.registerCommand(id, (argument: unknown) => run(id, argument)));
}
