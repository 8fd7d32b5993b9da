import * as vscode from 'vscode';

/** Every command that package.json contributes, and those that only Headlight's own views call. */
const commandIds = [
  'headlight.explainAttention',
  'headlight.explainAttentionInNewPanel',
  'headlight.explainAgain',
  'headlight.explainWithModel',
  'headlight.explainAsMessage',
  'headlight.explainPair',
  'headlight.explainImage',
  'headlight.explainGraph',
  'headlight.openProbe',
  'headlight.compareMechanisms',
  'headlight.showWalkthroughStep',
  'headlight.writeSentence',
  'headlight.captionImage',
  'headlight.askAboutImage',
  'headlight.captionImages',
  'headlight.captionWorkspaceImages',
  'headlight.stopCaptioning',
  'headlight.chooseCaptioner',
  'headlight.describeImage',
  'headlight.describeImages',
  'headlight.transcribeAudio',
  'headlight.images.find',
  'headlight.images.search',
  'headlight.images.filter',
  'headlight.images.clearFilter',
  'headlight.images.export',
  'headlight.images.edit',
  'headlight.images.copy',
  'headlight.images.remove',
  'headlight.images.open',
  'headlight.chooseModel',
  'headlight.useModel',
  'headlight.useModelInWorkspace',
  'headlight.addModel',
  'headlight.downloadModel',
  'headlight.cancelDownload',
  'headlight.deleteModel',
  'headlight.openModelFolder',
  'headlight.showArchitecture',
  'headlight.copyModelId',
  'headlight.choosePrecision',
  'headlight.chooseWriting',
  'headlight.setHubToken',
  'headlight.removeHubToken',
  'headlight.clearCache',
  'headlight.showRun',
  'headlight.cutSelection',
  'headlight.compareRuns',
  'headlight.compareWithModel',
  'headlight.renameRun',
  'headlight.deleteRun',
  'headlight.toggleLens',
  'headlight.turnLensOff',
  'headlight.lens.chooseHead',
  'headlight.toggleFirstToken',
  'headlight.lens.reveal',
  'headlight.stopInference',
  'headlight.showLog',
  'headlight.reportIssue',
] as const;

export type CommandId = (typeof commandIds)[number];

/**
 * Registers every command.
 * @param run does what a command stands for, with what a menu or a tree gives: the entry, and all that are selected.
 */
export function registerCommands(
  run: (command: CommandId, argument: unknown, selected: unknown) => unknown,
): vscode.Disposable[] {
  return commandIds.map(id =>
    vscode.commands.registerCommand(id, (argument: unknown, selected: unknown) => run(id, argument, selected)),
  );
}
