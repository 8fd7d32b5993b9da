import * as vscode from 'vscode';
import { toldWait } from '../inference/toldWait';
import { explainRun } from '../runs/explainRun';
import type { Run } from '../runs/runHistory';
import { anotherModel } from './models/anotherModel';
import type { Services } from '../services/services';
import { showErrorMessage } from '../shown/messages';
import { plainMessage } from '../../core/text/plainMessage';

/** `headlight.compareWithModel`: runs another model, or the same in another precision, on a run's text and compares the two. */
export async function compareWithModel(services: Services, shown?: Run): Promise<void> {
  const chosen = await anotherModel(services, shown, {
    title: 'Compare With Model',
    relation: 'beside',
    without: 'Explain a text first: its run is what another model is compared with.',
  });
  if (!chosen) return;
  const { run, model, source } = chosen;
  const progress = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: plainMessage(`Comparing with ${model.id} (${model.dtype}) on ${run.source.title}`),
  };
  try {
    const other = await vscode.window.withProgress(progress, async (told, token) => {
      const wait = toldWait(services.client, token, told);
      try {
        return await explainRun(services, source, model, token, undefined, run.place);
      } finally {
        wait.dispose();
      }
    });
    if (other) services.panels.compare(run, other);
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}
