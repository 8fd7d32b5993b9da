import * as vscode from 'vscode';
import type { SourceText } from '../source/sourceText';
import type { Services } from '../services/services';
import { done } from '../walkthrough/done';
import {
  firstCode,
  firstDate,
  firstSentence,
  repeatedWords,
  walkthroughSteps,
  type WalkthroughStep,
  type WalkthroughStepId,
} from '../walkthrough/walkthroughSteps';

/** The document of each text, and the sentence that the reader gave; for this window. */
const documents = new Map<WalkthroughStep['text'], vscode.TextDocument>();
let sentence = firstSentence;

/** `headlight.showWalkthroughStep`: puts the panel into the state that a step of a walkthrough speaks of. */
export async function showWalkthroughStep({ catalogue, client, panels }: Services, id: unknown): Promise<void> {
  if (typeof id !== 'string' || !(id in walkthroughSteps)) return;
  const { text, model, look }: WalkthroughStep = walkthroughSteps[id as WalkthroughStepId];
  client.warm();
  const source = await sourceOf(text);
  await panels.explain(source, await catalogue.named(model), () => Promise.resolve(look));
  done('showStep', id);
}

/** `headlight.writeSentence`: asks the reader for a sentence of their own, which the steps that follow explain. */
export async function writeSentence(services: Services): Promise<void> {
  const written = await vscode.window.showInputBox({
    title: 'Headlight: What Is Attention?',
    prompt: 'A sentence of yours, in English; the steps that follow show it.',
    value: sentence,
    ignoreFocusOut: true,
    validateInput: value => (value.trim() ? undefined : 'Write a few words.'),
  });
  if (written === undefined) return;
  sentence = written.trim();
  documents.delete('sentence');
  await showWalkthroughStep(services, 'tokens');
  done('writeSentence');
}

async function sourceOf(text: WalkthroughStep['text']): Promise<SourceText> {
  const content = { code: firstCode, sentence, repeated: repeatedWords, date: firstDate }[text];
  let document = documents.get(text);
  if (!document || document.isClosed || document.getText() !== content) {
    document = await vscode.workspace.openTextDocument({
      language: text === 'code' ? 'javascript' : 'plaintext',
      content,
    });
    documents.set(text, document);
  }
  const title = {
    code: 'Walkthrough: some code',
    sentence: 'Walkthrough: your sentence',
    repeated: 'Walkthrough: repeated words',
    date: 'Walkthrough: a date',
  };
  return { uri: document.uri, start: 0, text: content, title: title[text] };
}
