import * as vscode from 'vscode';
import { captionOf } from './imageState';
import type { CaptionStore } from './captionStore';

/** Asks for the user's own words for an image and keeps them. @returns them, or undefined where the user changed their mind. */
export async function askCaption(store: CaptionStore, uri: vscode.Uri): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: `Headlight: Edit Caption of ${uri.path.split('/').pop()}`,
    prompt: 'Your words are kept for this image’s content and go before any model’s.',
    value: captionOf(await store.state(uri)) ?? '',
    // A panel that is still loading may take the focus, which must not take away what is typed.
    ignoreFocusOut: true,
    validateInput: value => (value.trim() === '' ? 'Type a caption.' : undefined),
  });
  if (text === undefined) return undefined;
  await store.edit(uri, text.trim());
  return text.trim();
}
