import * as vscode from 'vscode';
import { writingFor } from '../models/chosenWriting';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';
import { withWriting } from '../source/sourceText';
import { pickModelFor } from './models/pickModelFor';

/** `headlight.explainWithModel`: runs another model, or the same in another precision, on a run's text, in its panel. */
export async function explainWithModel(
  services: Services,
  run: Run | undefined = services.panels.shown,
): Promise<void> {
  if (!run) {
    void vscode.window.showInformationMessage('Explain a text first: then another model can read it.');
    return;
  }
  const model = await pickModelFor(
    services.catalogue,
    run,
    'Explain with Another Model',
    `Model to run on ${run.source.title}, in place of ${run.model.id} (${run.model.dtype})`,
  );
  if (!model) return;
  const writing = await writingFor(services, model);
  if (writing === 'cancelled') return;
  await services.panels.explainWith(run, withWriting(run.source, writing), model);
}
