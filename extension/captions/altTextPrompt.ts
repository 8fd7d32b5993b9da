import * as vscode from 'vscode';
import { toldQuestion } from '../../core/vision/conversationTurns';
import type { CatalogueEntry } from '../models/modelCatalogue';
import { imageContext } from './imageContext';

/** What a model that takes a prompt is asked for an image's alt text: as the setting words it, or as it does by default where it is empty. */
export function altTextPrompt(): string {
  const settings = vscode.workspace.getConfiguration('headlight.altText');
  const prompt = settings.get<string>('prompt', '').trim();
  return prompt === '' ? (settings.inspect<string>('prompt')?.defaultValue ?? '') : prompt;
}

/** What is known of an image beside its pixels, where the user allows that it is told. */
export async function allowedContext(image: vscode.Uri): Promise<string | undefined> {
  const allowed = vscode.workspace.getConfiguration('headlight.altText').get<boolean>('context', true);
  return allowed ? imageContext(image) : undefined;
}

/**
 * What a model is asked for a caption with: a captioner that takes no prompt is asked nothing.
 * @param image the file; of what is written out in a document there is none.
 */
export async function captionPrompt({ task }: Pick<CatalogueEntry, 'task'>, image?: vscode.Uri): Promise<string> {
  if (task !== 'image-text-to-text') return '';
  return toldQuestion([], altTextPrompt(), image && (await allowedContext(image)));
}
