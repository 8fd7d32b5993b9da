import * as vscode from 'vscode';

/** What a model that takes a prompt is asked for an image's alt text, as the setting words it. */
export function altTextPrompt(): string {
  return vscode.workspace.getConfiguration('headlight').get<string>('altText.prompt', '');
}
