import * as vscode from 'vscode';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';

/** `headlight.explainAgain`: explains the text of a run as it stands in its document now. */
export async function explainAgain({ panels }: Services, run?: Run): Promise<void> {
  if (!(await panels.explainRunAgain(run))) {
    void vscode.window.showInformationMessage('Explain a text first: then it can be explained again as it is edited.');
  }
}
