import { askForWriting } from '../../models/chosenWriting';
import type { Services } from '../../services/services';
import { modelOf, type ModelArgument } from './modelArgument';
import { showErrorMessage, showInformationMessage } from '../../shown/messages';

/** `headlight.chooseWriting`: which languages a translator reads and writes, or which task another encoder-decoder does; a run of it that is shown is made again. */
export async function chooseWriting(services: Services, argument: ModelArgument): Promise<void> {
  try {
    const model = await modelOf(services, argument);
    const answer = model.task === 'text2text-generation' ? await askForWriting(services, model) : undefined;
    if (!answer) void showInformationMessage(`${model.id} has no languages or tasks to choose from.`);
    else if (answer !== 'cancelled') await services.panels.explainAgain(model, answer);
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}
