import * as vscode from 'vscode';
import type { Services } from '../../services/services';
import { showInformationMessage } from '../../shown/messages';

/** `headlight.setHubToken`: keeps an access token of the hub in VS Code's secret store, for gated and private models. */
export async function setHubToken({ hub }: Services): Promise<void> {
  const { host } = new URL(hub.address);
  const token = await vscode.window.showInputBox({
    title: 'Headlight: Set Hub Token',
    password: true,
    ignoreFocusOut: true,
    prompt: `An access token with read access, from your account’s settings on ${host}. It is kept in VS Code’s secret store and sent to ${host} alone.`,
    validateInput: value => (/^\S*$/.test(value) ? undefined : 'A token has no spaces or line breaks.'),
  });
  if (!token) return;
  await hub.setToken(token);
  void showInformationMessage(`The token for ${host} is kept; “Headlight: Remove Hub Token” forgets it.`);
}

/** `headlight.removeHubToken`: forgets the token. */
export async function removeHubToken({ hub }: Services): Promise<void> {
  await hub.setToken(undefined);
  void showInformationMessage('The hub’s token is forgotten.');
}
