import * as vscode from 'vscode';

/** What a model that takes a prompt is asked for an image's alt text: as the setting words it, or as it does by default where it is empty. */
export function altTextPrompt(): string {
  const settings = vscode.workspace.getConfiguration('headlight.altText');
  const prompt = settings.get<string>('prompt', '').trim();
  return prompt === '' ? (settings.inspect<string>('prompt')?.defaultValue ?? '') : prompt;
}
