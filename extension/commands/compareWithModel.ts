import * as vscode from 'vscode';
import { inputOf } from '../../core/models/modelTask';
import { withWriting } from '../source/sourceText';
import { writingFor } from '../models/chosenWriting';
import type { CatalogueEntry } from '../models/modelCatalogue';
import { explainRun } from '../runs/explainRun';
import type { Run } from '../runs/runHistory';
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
  const model = await pickModel(services, run);
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
    const other = await vscode.window.withProgress(progress, (_, token) => explainRun(services, source, model, token));
    if (other) services.panels.compare(run, other);
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
  }
}

async function pickModel({ catalogue }: Services, { model: own, source }: Run): Promise<CatalogueEntry | undefined> {
  const variants = (await catalogue.entries())
    .filter(({ task }) => inputOf(task) === 'text')
    .flatMap(entry => entry.precisions.map(dtype => ({ ...entry, dtype })))
    .filter(({ folder, dtype }) => folder !== own.folder || dtype !== own.dtype)
    // The same model in another precision is what is compared most often.
    .sort((a, b) => Number(b.folder === own.folder) - Number(a.folder === own.folder));
  const items = variants.map(model => ({
    model,
    label: model.id,
    description: model.dtype,
    detail:
      model.folder === own.folder
        ? 'the same model in another precision'
        : `${model.purpose} · ${model.architecture}${model.size ? ` · ${model.size}` : ''}`,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Headlight: Compare With Model',
    placeHolder: `Model to run on ${source.title}, beside ${own.id} (${own.dtype})`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.model;
}
