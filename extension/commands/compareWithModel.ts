import * as vscode from 'vscode';
import { withWriting } from '../source/sourceText';
import { writingFor } from '../models/chosenWriting';
import { explainRun } from '../runs/explainRun';
import type { Run } from '../runs/runHistory';
import { pickModelFor } from './models/pickModelFor';
import type { Services } from '../services/services';

/** `headlight.compareWithModel`: runs another model, or the same in another precision, on a run's text and compares the two. */
export async function compareWithModel(
  services: Services,
  run: Run | undefined = services.panels.shown,
): Promise<void> {
  if (!run) {
    void vscode.window.showInformationMessage('Explain a text first: its run is what another model is compared with.');
    return;
  }
  const model = await pickModelFor(
    services.catalogue,
    run,
    'Compare With Model',
    `Model to run on ${run.source.title}, beside ${run.model.id} (${run.model.dtype})`,
  );
  if (!model) return;
  const writing = await writingFor(services, model);
  if (writing === 'cancelled') return;
  const source = withWriting(run.source, writing);
  const progress = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: `Running ${model.id} (${model.dtype}) on ${run.source.title}…`,
  };
  try {
    const other = await vscode.window.withProgress(progress, (_, token) =>
      explainRun(services, source, model, token, undefined, run.place),
    );
    if (other) services.panels.compare(run, other);
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
  }
}
