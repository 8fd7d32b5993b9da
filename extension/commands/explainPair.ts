import * as vscode from 'vscode';
import type { CatalogueEntry } from '../models/modelCatalogue';
import type { Services } from '../services/services';
import { showErrorMessage, showInformationMessage } from '../shown/messages';
import { NothingSelected, sourceInView, typedPair, withPair, type SourceText } from '../source/sourceText';
import { explainSource } from './explainAttention';

/**
 * `headlight.explainPair`: explains two texts as a pair: two selections, or the one that is selected and another that is
 * typed, which goes before it where it is a question or a query.
 */
export async function explainPair(services: Services): Promise<void> {
  let source: SourceText;
  let model: CatalogueEntry;
  try {
    source = sourceInView();
    model = await services.catalogue.used();
  } catch (error) {
    if (error instanceof NothingSelected) void showInformationMessage(error.message);
    else void showErrorMessage((error as Error).message);
    return;
  }
  if (!source.pair) {
    const { prompt, goesFirst } = asked(model);
    const typed = await vscode.window.showInputBox({
      title: 'Headlight: Explain Pair of Texts',
      prompt,
      placeHolder: goesFirst ? 'Text A; the selection is text B' : 'Text B; the selection is text A',
      ignoreFocusOut: true,
      validateInput: value => (value.trim() === '' ? 'Type a text.' : undefined),
    });
    if (typed === undefined) return;
    source = withPair(source, typedPair(typed, goesFirst));
  }
  await explainSource(services, 'last', source);
}

/** What is typed beside a selection, by what the model does. */
function asked({ task }: CatalogueEntry): { readonly prompt: string; readonly goesFirst: boolean } {
  if (task === 'question-answering') {
    return { prompt: 'Type the question that the selected text answers, or select both.', goesFirst: true };
  }
  return {
    prompt: 'Type the text that is read after the selected one; to have it the other way round, select both.',
    goesFirst: false,
  };
}
