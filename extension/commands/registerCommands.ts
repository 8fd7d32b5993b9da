import * as vscode from 'vscode';
import type { LensKey } from '../../core/attention/lensWeights';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services';
import { chooseLensHead } from './chooseLensHead';
import { chooseModel } from './chooseModel';
import { deleteRun } from './deleteRun';
import { explainAttention } from './explainAttention';
import { renameRun } from './renameRun';
import { showLog } from './showLog';
import { showRun } from './showRun';
import { stopInference } from './stopInference';
import { toggleLens } from './toggleLens';
import { useModel } from './useModel';

/**
 * Registers every command that package.json contributes.
 * @param selectedRun the run selected in the tree, for commands that a key starts.
 */
export function registerCommands(services: Services, selectedRun: () => Run | undefined): vscode.Disposable[] {
  const withRun = (command: (services: Services, run: Run) => unknown) => (run?: Run) => {
    const chosen = run ?? selectedRun();
    return chosen && command(services, chosen);
  };
  const commands: Record<string, (...args: never[]) => unknown> = {
    'headlight.explainAttention': () => explainAttention(services),
    'headlight.chooseModel': () => chooseModel(services),
    'headlight.useModel': (model: { readonly id: string }) => useModel(services, model),
    'headlight.showRun': withRun(showRun),
    'headlight.renameRun': withRun(renameRun),
    'headlight.deleteRun': withRun(deleteRun),
    'headlight.toggleLens': () => toggleLens(services),
    'headlight.turnLensOff': () => services.lens.isOn && toggleLens(services),
    'headlight.lens.chooseHead': () => chooseLensHead(services),
    'headlight.lens.reveal': (key: LensKey) => services.lens.reveal(key),
    'headlight.stopInference': () => stopInference(services),
    'headlight.showLog': () => showLog(services),
  };
  return Object.entries(commands).map(([id, handler]) => vscode.commands.registerCommand(id, handler as (...args: unknown[]) => unknown));
}
