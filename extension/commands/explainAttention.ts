import * as vscode from 'vscode';
import { describeBinary } from '../../core/text/binaryText';
import { conversationWords } from '../../core/text/conversation';
import { NothingSelected, sourceInView, withoutPair, withWriting, type SourceText } from '../source/sourceText';
import { writingFor } from '../models/chosenWriting';
import type { Services } from '../services/services';
import { showErrorMessage, showInformationMessage, showWarningMessage } from '../shown/messages';

/** `headlight.explainAttention`: explains the selection, two selections as a pair, or the caret's line, in the panel beside the editor. */
export function explainAttention(services: Services): Promise<void> {
  return explain(services, 'last', source => source);
}

/** `headlight.explainAttentionInNewPanel`: the same in a panel of its own, so that two can stand side by side. */
export function explainAttentionInNewPanel(services: Services): Promise<void> {
  return explain(services, 'new', source => source);
}

/** `headlight.explainAsMessage`: the same with the selection as a user's message, or as the conversation that it holds, in the model's chat template. */
export function explainAsMessage(services: Services): Promise<void> {
  return explain(services, 'last', source => {
    const alone = withoutPair(source);
    return { ...alone, chat: true, title: `${alone.title}, ${conversationWords(alone.text)}` };
  });
}

async function explain(
  services: Services,
  where: 'last' | 'new',
  as: (source: SourceText) => SourceText,
): Promise<void> {
  let source: SourceText;
  try {
    source = as(sourceInView());
  } catch (error) {
    if (!(error instanceof NothingSelected)) throw error;
    void showInformationMessage(error.message);
    return;
  }
  await explainSource(services, where, source);
}

/** Explains a text in a panel, with the model that is used. */
export async function explainSource(services: Services, where: 'last' | 'new', source: SourceText): Promise<void> {
  const binary = describeBinary(source.text) ?? (source.pair && describeBinary(source.pair.text));
  if (binary) {
    void showWarningMessage(binary);
    return;
  }
  const { catalogue, client, panels } = services;
  // The process and the panel's page start while the model is looked up.
  client.warm();
  const panel = panels.open(where);
  try {
    const model = await catalogue.used();
    const writing = await writingFor(services, model);
    if (writing === 'cancelled') return panel.run ? undefined : void panel.view.dispose();
    await panel.explain(withWriting(source, writing), model);
  } catch (error) {
    if (!panel.run) panel.view.dispose();
    const choose = 'Choose Model…';
    const answer = await showErrorMessage((error as Error).message, choose);
    if (answer === choose) await vscode.commands.executeCommand('headlight.chooseModel');
  }
}
