import * as vscode from 'vscode';
import { inputOf } from '../../../core/models/modelTask';
import type { CatalogueEntry, ModelCatalogue } from '../../models/modelCatalogue';
import type { Run } from '../../runs/runHistory';
import { plainLabel } from '../../../core/text/plainLabel';

/** Asks for another model that reads text, or for the same in another precision, to run on the text of a run. */
export async function pickModelFor(
  catalogue: ModelCatalogue,
  { model: own }: Run,
  title: string,
  placeHolder: string,
): Promise<CatalogueEntry | undefined> {
  const variants = (await catalogue.entries())
    .filter(({ task }) => inputOf(task) === 'text')
    .flatMap(entry => entry.precisions.map(dtype => ({ ...entry, dtype })))
    .filter(({ folder, dtype }) => folder !== own.folder || dtype !== own.dtype)
    // The same model in another precision is what is asked for most often.
    .sort((a, b) => Number(b.folder === own.folder) - Number(a.folder === own.folder));
  const items = variants.map(model => ({
    model,
    label: plainLabel(model.id),
    description: plainLabel(model.dtype),
    detail:
      model.folder === own.folder
        ? 'the same model in another precision'
        : plainLabel(`${model.purpose} · ${model.architecture}${model.size ? ` · ${model.size}` : ''}`),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: `Headlight: ${title}`,
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.model;
}
