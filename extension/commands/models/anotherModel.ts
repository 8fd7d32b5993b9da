import type { ModelReference } from '../../../core/protocol/modelReference';
import { writingFor } from '../../models/chosenWriting';
import type { Run } from '../../runs/runHistory';
import type { Services } from '../../services/services';
import { withWriting, type SourceText } from '../../source/sourceText';
import { pickModelFor } from './pickModelFor';
import { showInformationMessage } from '../../shown/messages';

/** What another model is asked for. */
interface Wish {
  readonly title: string;
  /** How the other model stands to the run's own: "beside". */
  readonly relation: string;
  /** What is said where there is no run. */
  readonly without: string;
}

/**
 * Asks for another model for a run's text, and for what it is to write of it; undefined where the user changed their mind,
 * or where there is no run.
 * @param run absent: the one that is shown.
 */
export async function anotherModel(
  services: Services,
  run: Run | undefined,
  { title, relation, without }: Wish,
): Promise<{ run: Run; model: ModelReference; source: SourceText } | undefined> {
  run ??= services.panels.shown;
  if (!run) return void showInformationMessage(without);
  const { source, model: own } = run;
  const placeHolder = `Model to run on ${source.title}, ${relation} ${own.id} (${own.dtype})`;
  const model = await pickModelFor(services.catalogue, run, title, placeHolder);
  const writing = model && (await writingFor(services, model));
  return model && writing !== 'cancelled' ? { run, model, source: withWriting(source, writing) } : undefined;
}
